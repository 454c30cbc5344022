using ModernSip.Cli.Output;
using ModernSip.Errors;
using ModernSip.Messages;

namespace ModernSip.Cli.Running;

/// <summary>Accepts subscriptions to one package and tells each subscriber the same.</summary>
internal sealed class EventSource(CommandRun run, string package, SipContent? content) : IAsyncDisposable
{
    private readonly List<SipNotifier> _notifiers = [];

    public bool IsFor(SipIncomingRequest incoming) =>
        incoming is SipIncomingSubscribe { Event: { } wanted } && string.Equals(wanted.Token, package, StringComparison.Ordinal);

    public async Task AcceptAsync(SipIncomingSubscribe subscribe)
    {
        try
        {
            _notifiers.Add(await subscribe.AcceptAsync(new() { Content = content }, run.Abort).ConfigureAwait(false));
        }
        catch (SipException exception)
        {
            run.Report(exception); // a SUBSCRIBE that makes no dialog: it was answered
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var notifier in _notifiers) await notifier.DisposeAsync().ConfigureAwait(false);
    }
}
