using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Testing.Server;

/// <summary>Decides what becomes of a request: registrar, echo user, proxy, or a refusal.</summary>
/// <remarks>Every host name is taken for the server's own: tests call their domains as they like, and nothing is relayed to strangers.</remarks>
internal sealed class Reception(
    SipConnection connection,
    LocationTable locations,
    RegistrarRules rules,
    Gate gate,
    (string? Name, EchoUser User) echo,
    bool challengesAll,
    TimeProvider time,
    Action<SipTestServerEventKind, SipRequest, string> tell)
{
    public async Task ReceiveAsync(SipIncomingRequest incoming, CancellationToken stopping)
    {
        var request = incoming.Request;
        if (request.Method == SipMethod.Register)
        {
            await RegisterAsync(incoming, stopping).ConfigureAwait(false);
        }
        else if (challengesAll && Screen(request) is { } refusal)
        {
            await RefuseAsync(incoming, refusal, stopping).ConfigureAwait(false);
        }
        else if (request.RequestUri.User is not { } user)
        {
            await AnswerForServerAsync(incoming, stopping).ConfigureAwait(false);
        }
        else if (user == echo.Name)
        {
            await echo.User.ReceiveAsync(incoming, stopping).ConfigureAwait(false);
        }
        else if (locations.Of(user) is [.., var latest])
        {
            var response = await connection.ForwardAsync(incoming, latest.Contact.Uri, stopping).ConfigureAwait(false);
            tell(SipTestServerEventKind.Forwarded, request, $"to {latest.Contact.Uri}: {response.Status}");
        }
        else
        {
            await RefuseAsync(incoming, request.CreateResponse(gate.Knows(user) ? SipStatus.TemporarilyUnavailable : SipStatus.NotFound), stopping).ConfigureAwait(false);
        }
    }

    /// <summary>The steps of RFC 3261 §10.3, in its order: extensions, who it is, whether they may, which address of record.</summary>
    private async Task RegisterAsync(SipIncomingRequest incoming, CancellationToken stopping)
    {
        var request = incoming.Request;
        var user = request.Headers.To!.Uri.User;
        if (ScreenRegister(request, user) is { } refusal)
        {
            await RefuseAsync(incoming, refusal, stopping).ConfigureAwait(false);
            return;
        }

        var verdict = locations.Update(user!, (bindings, now) => rules.Decide(request, bindings, now)); // no user: refused above
        await incoming.RespondAsync(rules.Answer(request, verdict, time.GetUtcNow()), stopping).ConfigureAwait(false);
        tell(verdict.Kind, request, verdict.Detail);
    }

    private SipResponse? ScreenRegister(SipRequest request, string? user)
    {
        if (request.Headers.GetAll(SipHeaderNames.Require) is { Count: > 0 } required)
        {
            var refusal = request.CreateResponse(SipStatus.BadExtension);
            refusal.Headers["Unsupported"] = string.Join(", ", required);
            return refusal;
        }

        if (gate.Check(request, isProxy: false, out var proved) is { } challenge) return challenge;
        if (!gate.Knows(user)) return request.CreateResponse(SipStatus.NotFound);
        return user == proved ? null : request.CreateResponse(SipStatus.Forbidden);
    }

    /// <summary>Whoever sends must have an account, and must not call themselves by another one's name.</summary>
    private SipResponse? Screen(SipRequest request)
    {
        if (gate.Check(request, isProxy: true, out var proved) is { } challenge) return challenge;
        return request.Headers.From!.Uri.User == proved ? null : request.CreateResponse(SipStatus.Forbidden);
    }

    private async Task AnswerForServerAsync(SipIncomingRequest incoming, CancellationToken stopping)
    {
        if (incoming.Request.Method != SipMethod.Options)
        {
            await RefuseAsync(incoming, incoming.Request.CreateResponse(SipStatus.NotFound), stopping).ConfigureAwait(false);
            return;
        }

        await incoming.RespondAsync(SipStatus.Ok, null, stopping).ConfigureAwait(false);
        tell(SipTestServerEventKind.Answered, incoming.Request, SipStatus.Ok.ToString());
    }

    private async Task RefuseAsync(SipIncomingRequest incoming, SipResponse refusal, CancellationToken stopping)
    {
        await incoming.RespondAsync(refusal, stopping).ConfigureAwait(false);
        tell(refusal.StatusCode is 401 or 407 ? SipTestServerEventKind.Challenged : SipTestServerEventKind.Rejected, incoming.Request, refusal.Status.ToString());
    }
}
