using ModernSip.Authentication;
using ModernSip.Dialogs;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;
using ModernSip.Transport;
using Polly;

namespace ModernSip.Stack;

/// <summary>The challenges of one request, and the questions to the application that they lead to (RFC 3261 §22). Lives on the request's shard.</summary>
internal sealed class ChallengeMeeting(OutgoingRequest request, SendingContext context)
{
    private readonly ChallengeHistory _history = new();
    private bool _hasAgreed;
    private int _refusedTokens;

    private ConnectionContext Connection => context.Connection;

    /// <summary>Meets a challenge: the request is sent again, or fails.</summary>
    /// <param name="sent">The request that was challenged.</param>
    /// <param name="challenge">The 401 or 407; or the 421 or 494, with which a server wants an agreement about security first (RFC 3329 §2.3).</param>
    /// <param name="flow">Where it came from.</param>
    public void Meet(SipRequest sent, SipResponse challenge, SipFlow flow)
    {
        if (!Connection.Security.TryLearn(challenge, NextHop.Of(sent), OutgoingRequest.IsSecure(flow)))
        {
            request.Fail(new SipForbiddenException(challenge, "the server's security mechanisms and this side's have nothing in common"));
            return;
        }

        if (challenge.StatusCode is 421 or 494)
        {
            Agree(challenge);
            return;
        }

        if (!(challenge.StatusCode == 401 ? context.MeetsServerChallenges : context.MeetsProxyChallenges))
        {
            request.Fail(new SipForbiddenException(challenge, "the challenger is no server of this account"));
            return;
        }

        if (BearerTokens.Read(sent, challenge, context.Credentials) is { } wanted && FindTokens(wanted) is { } credentials)
        {
            MeetWithToken(sent, wanted, credentials, flow);
            return;
        }

        switch (Connection.Digest.Examine(sent, challenge, context.Credentials, _history))
        {
            case ChallengeVerdict.Retry:
                Note(challenge, "met with the credentials at hand");
                request.Retry();
                break;
            case ChallengeVerdict.Ask ask when Connection.CredentialsProvider is { } provider:
                Note(challenge, "the application is asked for credentials");
                Connection.Tasks.Own(AskAsync(provider, ask.Missing, challenge));
                break;
            case ChallengeVerdict.Ask:
                request.Fail(new SipForbiddenException(challenge, "there are no credentials for it"));
                break;
            case ChallengeVerdict.GiveUp verdict:
                request.Fail(new SipForbiddenException(challenge, verdict.Reason.TrimEnd('.')));
                break;
        }
    }

    /// <summary>Whose tokens a challenge is met with. Where only the application's provider may have some, a challenge that a password meets is left to the password.</summary>
    private Func<SipChallenge, CancellationToken, ValueTask<string?>>? FindTokens(SipChallenge wanted)
    {
        if (context.Credentials.Configured.FirstOrDefault(credentials => credentials.TokenSource is not null && credentials.IsFor(wanted.Realm)) is { } own) return own.TokenSource;
        var isOnlyWay = !wanted.Response.Headers.GetAll(SipHeaderNames.WwwAuthenticate).Concat(wanted.Response.Headers.GetAll(SipHeaderNames.ProxyAuthenticate)).Any(static value => value.IsDigest);
        return isOnlyWay && Connection.CredentialsProvider is { } provider ? FromProviderAsync : null;

        async ValueTask<string?> FromProviderAsync(SipChallenge challenge, CancellationToken cancellationToken) =>
            await provider.GetCredentialsAsync(challenge, cancellationToken).ConfigureAwait(false) is { TokenSource: { } source } given && given.IsFor(challenge.Realm)
                ? await source(challenge, cancellationToken).ConfigureAwait(false)
                : null;
    }

    private void MeetWithToken(SipRequest sent, SipChallenge wanted, Func<SipChallenge, CancellationToken, ValueTask<string?>> source, SipFlow flow)
    {
        var refused = Connection.Tokens.Forget(sent, wanted, context.Credentials);
        if (!OutgoingRequest.IsSecure(flow)) request.Fail(new SipForbiddenException(wanted.Response, "an access token is shown over TLS only (RFC 8898 §5)"));
        else if (!_history.TryBeginRound() || (refused is not null && ++_refusedTokens > 1)) request.Fail(new SipForbiddenException(wanted.Response, $"the access tokens for realm '{wanted.Realm}' were refused"));
        else Connection.Tasks.Own(AskForTokenAsync(source, wanted, refused));
    }

    private async Task AskForTokenAsync(Func<SipChallenge, CancellationToken, ValueTask<string?>> source, SipChallenge wanted, string? refused)
    {
        try
        {
            await new ContinuationHop(Connection.Platform.Continuations); // the source is the application's code: not on the shard
            using var turn = await Connection.AskingTurns.TakeAsync(context.Period.Ended).ConfigureAwait(false);
            if (!Connection.Tokens.Has(wanted, context.Credentials)) // else another request asked while this one waited
            {
                var token = await source(wanted, context.Period.Ended).AsTask().WaitAsync(context.Period.Ended).ConfigureAwait(false);
                if (token is null || token == refused)
                {
                    request.PostFailure(new SipForbiddenException(wanted.Response, $"no {(token is null ? "" : "other ")}access token was given for realm '{wanted.Realm}'"));
                    return;
                }

                Connection.Tokens.Use(wanted, context.Credentials, token);
            }

            request.Shard.Post(static (_, state) => ((OutgoingRequest)state!).Retry(), request);
        }
        catch (OperationCanceledException) when (context.Period.Ended.IsCancellationRequested)
        {
            // The connection closed; its token told this request as well.
        }
#pragma warning disable CA1031 // The source is the application's: whatever it throws fails the request that needed it, and reaches its caller.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Connection.Logger.CredentialsProviderFailed(exception);
            request.PostFailure(new SipForbiddenException(wanted.Response, "the source of access tokens failed: " + exception.Message, exception));
        }
    }

    private void Note(SipResponse challenge, string what)
    {
        if (!Connection.Engine.Ladders.IsOn) return;
        var realms = challenge.Headers.GetAll(challenge.StatusCode == 401 ? SipHeaderNames.WwwAuthenticate : SipHeaderNames.ProxyAuthenticate).Select(static one => one["realm"]).Distinct();
        Connection.Engine.Ladders.Note(challenge.Headers.CallId, $"challenge of {string.Join(", ", realms)}: {what}");
    }

    /// <summary>Sends the request once more with the agreement; a second demand is final.</summary>
    private void Agree(SipResponse demand)
    {
        if (!demand.Headers.Contains("Security-Server")) request.Conclude(Outcome.FromResult(demand), null);
        else if (_hasAgreed) request.Fail(new SipForbiddenException(demand, "the server is not content with the agreement about security"));
        else Repeat();

        void Repeat()
        {
            _hasAgreed = true;
            request.Retry();
        }
    }

    private async Task AskAsync(ISipCredentialsProvider provider, IReadOnlyList<SipChallenge> missing, SipResponse challenge)
    {
        try
        {
            await new ContinuationHop(Connection.Platform.Continuations); // the provider is the application's code: not on the shard
            using var turn = await Connection.AskingTurns.TakeAsync(context.Period.Ended).ConfigureAwait(false);
            foreach (var one in missing)
            {
                if (Connection.Digest.TryReuse(one, context.Credentials)) continue; // another request asked while this one waited

                // A provider that does not look at its token must not hold up the closing.
                var credentials = await provider.GetCredentialsAsync(one, context.Period.Ended).AsTask().WaitAsync(context.Period.Ended).ConfigureAwait(false);
                if (credentials is null)
                {
                    request.PostFailure(new SipForbiddenException(challenge, $"no credentials were given for realm '{one.Realm}'"));
                    return;
                }

                Connection.Digest.Supply(one, credentials, context.Credentials);
            }

            request.Shard.Post(static (_, state) => ((OutgoingRequest)state!).Retry(), request);
        }
        catch (OperationCanceledException) when (context.Period.Ended.IsCancellationRequested)
        {
            // The connection closed; its token told this request as well.
        }
#pragma warning disable CA1031 // The provider is the application's: whatever it throws fails the request that needed it, and reaches its caller.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Connection.Logger.CredentialsProviderFailed(exception);
            request.PostFailure(new SipForbiddenException(challenge, "the credentials provider failed: " + exception.Message, exception));
        }
    }
}
