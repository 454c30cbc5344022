using ModernSip.Errors;
using ModernSip.EventPackages;
using ModernSip.Messages;
using ModernSip.Platform;
using ModernSip.Registrations;
using ModernSip.Stack;

namespace ModernSip;

/// <summary>Watches what the registrar does to a registration by itself: a subscription to its event package "reg" (RFC 3680), as long as the registration lasts.</summary>
internal sealed class RegistrationWatch : IAsyncDisposable
{
    private readonly SipRegistration _registration;
    private readonly RegistrationFlows _flows;
    private readonly ConnectionContext _connection;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopped;
    private readonly Task _watching;

    public RegistrationWatch(SipRegistration registration, RegistrationFlows flows, ConnectionContext connection)
    {
        (_registration, _flows, _connection, _stopped) = (registration, flows, connection, _stop.Token);
        _watching = WatchAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync(_connection.Platform.Continuations).ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
    }

    private async Task WatchAsync()
    {
        try
        {
            await _flows.Registered.Task.WaitAsync(_stopped).ConfigureAwait(false);
            var options = new SipSubscriptionOptions { Target = _registration.AddressOfRecord, Event = "reg", Accept = { SipRegistrationInfo.MediaType } };
            var subscription = await _registration.SubscribeAsync(options, _stopped).ConfigureAwait(false);
            await using var ending = ((IAsyncDisposable)subscription).ConfigureAwait(false);
            await foreach (var news in subscription.WithCancellation(_stopped).ConfigureAwait(false))
            {
                if (news.Content is { } content && SipRegistrationInfo.TryParse(content.Octets, out var info, out _)) Act(info);
            }
        }
        catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
        {
            // The registration is over, or nobody wants to know any more.
        }
        catch (SipException exception)
        {
            _connection.Logger.NotWatched(_registration.AddressOfRecord.ToString(), exception.Message); // the registration goes on without
        }
    }

    private void Act(SipRegistrationInfo info)
    {
        foreach (var flow in _flows.All)
        {
            if (flow.Agent.State?.Own is not { } own) continue;
            var verdict = ReginfoRules.Judge(info, _registration.AddressOfRecord, own.Uri);
            if (verdict.Course is ReginfoCourse.Register) flow.Agent.RegisterWithin(verdict.Within);
            else if (verdict.Course is ReginfoCourse.End) flow.Agent.EndByRegistrar(verdict.Reason);
        }
    }
}
