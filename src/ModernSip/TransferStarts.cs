using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Sessions;
using ModernSip.Stack;
using ModernSip.Subscriptions;
using ModernSip.Transfers;

namespace ModernSip;

/// <summary>How transfers begin, whoever they are made through.</summary>
internal static class TransferStarts
{
    public static Task<SipTransfer> InDialogAsync(CallLeg leg, CallLeg? consultation, SipUri target, SipTransferOptions? options, CancellationToken cancellationToken)
    {
        var context = leg.DialogContext;
        var settings = Read(options, target, leg.Dialog.Local.WithTag(null)).ToSettings(leg.Dialog.RemoteTarget);
        var agent = new ReferAgent(context, consultation is null ? [leg] : [leg, consultation]);
        return StartAsync(agent, target, owner => EventStarts.StartInDialogAsync(context, leg.Shard, leg.Dialog, owner, settings), cancellationToken);
    }

    public static Task<SipTransfer> OutsideDialogsAsync(SendingContext context, SipUri recipient, SipUri target, SipTransferOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        ArgumentNullException.ThrowIfNull(target);
        context.ThrowIfUnusable();
        var request = Read(options, target, context.From.WithTag(null));
        if (options?.TargetDialog is { } dialog) request = request with { Headers = [new("Target-Dialog", dialog.NameToPeer().ToString()), .. request.Headers] };
        var settings = request.ToSettings(recipient);
        return StartAsync(new ReferAgent(context, []), target, owner => Task.FromResult(SubscriptionAttempt.Start(context, settings, owner, settings.CreateRequest())), cancellationToken);
    }

    private static async Task<SipTransfer> StartAsync(ReferAgent agent, SipUri target, Func<ReferAgent, Task<SubscriptionAttempt>> start, CancellationToken cancellationToken) =>
        new(agent, target, await agent.StartAsync(start, cancellationToken).ConfigureAwait(false));

    private static ReferRequest Read(SipTransferOptions? options, SipUri target, SipNameAddress self)
    {
        options ??= new SipTransferOptions();
        var probe = new SipHeaders();
        foreach (var (name, value) in options.Headers) probe.Add(name, value); // refuses what no header field can be, at the call
        return new ReferRequest(target, options.ReferredBy ?? self, options.WantsProgress, [.. options.Headers]);
    }
}
