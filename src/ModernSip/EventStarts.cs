using ModernSip.Dialogs;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Platform;
using ModernSip.Publications;
using ModernSip.Stack;
using ModernSip.Subscriptions;
using ModernSip.Transactions.Engine;

namespace ModernSip;

/// <summary>How subscriptions and publications begin, whoever they are made through.</summary>
internal static class EventStarts
{
    public static Task<SipSubscription> SubscribeAsync(SendingContext context, SipSubscriptionOptions options, CancellationToken cancellationToken)
    {
        context.ThrowIfUnusable();
        var settings = SubscriptionOptionsReader.Read(options, context.Connection);
        return StartAsync(new SubscriptionAgent(context, settings, (agent, current) => Task.FromResult(SubscriptionAttempt.Start(context, current, agent, current.CreateRequest()))), cancellationToken);
    }

    public static Task<SipSubscription> SubscribeInDialogAsync(SendingContext context, Shard shard, Dialog dialog, SipSubscriptionOptions options, CancellationToken cancellationToken)
    {
        var settings = SubscriptionOptionsReader.Read(options, context.Connection, dialog.RemoteTarget) with { Resubscribes = false }; // a new one would need the dialog of the call again
        return StartAsync(new SubscriptionAgent(context, settings, (agent, current) => StartInDialogAsync(context, shard, dialog, agent, current)), cancellationToken);
    }

    public static Task<SipPublication> PublishAsync(SendingContext context, SipPublicationOptions options, SipContent content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        context.ThrowIfUnusable();
        var settings = SubscriptionOptionsReader.Read(options, context.Connection, context.From.Uri);
        return StartAsync(new PublicationAgent(context, settings, content), cancellationToken);
    }

    private static async Task<SipSubscription> StartAsync(SubscriptionAgent agent, CancellationToken cancellationToken)
    {
        await agent.StartAsync(cancellationToken).ConfigureAwait(false);
        return new SipSubscription(agent);
    }

    private static async Task<SipPublication> StartAsync(PublicationAgent agent, CancellationToken cancellationToken)
    {
        try
        {
            await agent.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await agent.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return new SipPublication(agent);
    }

    /// <summary>Sends a request that asks for NOTIFYs in the dialog of a call.</summary>
    /// <exception cref="SipConnectionClosedException">The stack has stopped.</exception>
    /// <exception cref="InvalidOperationException">The dialog has a subscription to that event already.</exception>
    public static async Task<SubscriptionAttempt> StartInDialogAsync(SendingContext context, Shard shard, Dialog dialog, ISubscriptionOwner owner, SubscriptionSettings settings)
    {
        var started = new Completion<SubscriptionAttempt?>(context.Connection.Platform.Continuations);
        if (!shard.Post(
            static (_, state) =>
            {
                var (sender, what, whose, where, result) = ((SendingContext, SubscriptionSettings, ISubscriptionOwner, Dialog, Completion<SubscriptionAttempt?>))state!;
                result.Set(SubscriptionAttempt.StartShared(sender, what, whose, where));
            },
            (context, settings, owner, dialog, started)))
        {
            throw new SipConnectionClosedException("The stack has stopped.");
        }

        return await started.Task.ConfigureAwait(false) ?? throw new InvalidOperationException($"The dialog has a subscription to {settings.EventId.Package} already.");
    }
}
