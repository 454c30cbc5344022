using ModernSip.Messages;
using ModernSip.Subscriptions;
using static ModernSip.Subscriptions.SipSubscriptionState;

namespace ModernSip.Tests.Subscriptions;

/// <summary>Every state with every input, at both sides; a pair that is not in the table fails.</summary>
public sealed class SubscriptionMachineTests
{
    private static readonly Dictionary<(SipSubscriptionState, SubscriberInput), (SipSubscriptionState, SubscriberActions)> Subscriber = new()
    {
        [(Waiting, SubscriberInput.NotifyPending)] = (Pending, SubscriberActions.Deliver),
        [(Waiting, SubscriberInput.NotifyActive)] = (Active, SubscriberActions.Deliver),
        [(Waiting, SubscriberInput.NotifyTerminated)] = (Terminated, SubscriberActions.Deliver | SubscriberActions.End),
        [(Waiting, SubscriberInput.NothingCame)] = (Terminated, SubscriberActions.End),
        [(Waiting, SubscriberInput.Ended)] = (Terminated, SubscriberActions.End),
        [(Pending, SubscriberInput.NotifyPending)] = (Pending, SubscriberActions.Deliver),
        [(Pending, SubscriberInput.NotifyActive)] = (Active, SubscriberActions.Deliver),
        [(Pending, SubscriberInput.NotifyTerminated)] = (Terminated, SubscriberActions.Deliver | SubscriberActions.End),
        [(Pending, SubscriberInput.NothingCame)] = (Pending, SubscriberActions.None),
        [(Pending, SubscriberInput.Ended)] = (Terminated, SubscriberActions.End),
        [(Active, SubscriberInput.NotifyPending)] = (Pending, SubscriberActions.Deliver),
        [(Active, SubscriberInput.NotifyActive)] = (Active, SubscriberActions.Deliver),
        [(Active, SubscriberInput.NotifyTerminated)] = (Terminated, SubscriberActions.Deliver | SubscriberActions.End),
        [(Active, SubscriberInput.NothingCame)] = (Active, SubscriberActions.None),
        [(Active, SubscriberInput.Ended)] = (Terminated, SubscriberActions.End),
        [(Terminated, SubscriberInput.NotifyPending)] = (Terminated, SubscriberActions.Refuse),
        [(Terminated, SubscriberInput.NotifyActive)] = (Terminated, SubscriberActions.Refuse),
        [(Terminated, SubscriberInput.NotifyTerminated)] = (Terminated, SubscriberActions.Refuse),
        [(Terminated, SubscriberInput.NothingCame)] = (Terminated, SubscriberActions.None),
        [(Terminated, SubscriberInput.Ended)] = (Terminated, SubscriberActions.None),
    };

    private static readonly Dictionary<(SipSubscriptionState, NotifierInput), (SipSubscriptionState, NotifierActions)> Notifier = new()
    {
        [(Waiting, NotifierInput.AcceptedPending)] = (Pending, NotifierActions.Grant | NotifierActions.Notify),
        [(Waiting, NotifierInput.AcceptedActive)] = (Active, NotifierActions.Grant | NotifierActions.Notify),
        [(Waiting, NotifierInput.BecamePending)] = (Waiting, NotifierActions.None),
        [(Waiting, NotifierInput.BecameActive)] = (Waiting, NotifierActions.None),
        [(Waiting, NotifierInput.Refreshed)] = (Waiting, NotifierActions.None),
        [(Waiting, NotifierInput.Unsubscribed)] = (Waiting, NotifierActions.None),
        [(Waiting, NotifierInput.RanOut)] = (Terminated, NotifierActions.End),
        [(Waiting, NotifierInput.Terminating)] = (Terminated, NotifierActions.End),
        [(Waiting, NotifierInput.SubscriberGone)] = (Terminated, NotifierActions.End),
        [(Pending, NotifierInput.AcceptedPending)] = (Pending, NotifierActions.None),
        [(Pending, NotifierInput.AcceptedActive)] = (Pending, NotifierActions.None),
        [(Pending, NotifierInput.BecamePending)] = (Pending, NotifierActions.Notify),
        [(Pending, NotifierInput.BecameActive)] = (Active, NotifierActions.Notify),
        [(Pending, NotifierInput.Refreshed)] = (Pending, NotifierActions.Grant | NotifierActions.Notify),
        [(Pending, NotifierInput.Unsubscribed)] = (Terminated, NotifierActions.Grant | NotifierActions.NotifyLast | NotifierActions.End),
        [(Pending, NotifierInput.RanOut)] = (Terminated, NotifierActions.NotifyLast | NotifierActions.End),
        [(Pending, NotifierInput.Terminating)] = (Terminated, NotifierActions.NotifyLast | NotifierActions.End),
        [(Pending, NotifierInput.SubscriberGone)] = (Terminated, NotifierActions.End),
        [(Active, NotifierInput.AcceptedPending)] = (Active, NotifierActions.None),
        [(Active, NotifierInput.AcceptedActive)] = (Active, NotifierActions.None),
        [(Active, NotifierInput.BecamePending)] = (Active, NotifierActions.NotAllowed),
        [(Active, NotifierInput.BecameActive)] = (Active, NotifierActions.Notify),
        [(Active, NotifierInput.Refreshed)] = (Active, NotifierActions.Grant | NotifierActions.Notify),
        [(Active, NotifierInput.Unsubscribed)] = (Terminated, NotifierActions.Grant | NotifierActions.NotifyLast | NotifierActions.End),
        [(Active, NotifierInput.RanOut)] = (Terminated, NotifierActions.NotifyLast | NotifierActions.End),
        [(Active, NotifierInput.Terminating)] = (Terminated, NotifierActions.NotifyLast | NotifierActions.End),
        [(Active, NotifierInput.SubscriberGone)] = (Terminated, NotifierActions.End),
        [(Terminated, NotifierInput.AcceptedPending)] = (Terminated, NotifierActions.None),
        [(Terminated, NotifierInput.AcceptedActive)] = (Terminated, NotifierActions.None),
        [(Terminated, NotifierInput.BecamePending)] = (Terminated, NotifierActions.None),
        [(Terminated, NotifierInput.BecameActive)] = (Terminated, NotifierActions.None),
        [(Terminated, NotifierInput.Refreshed)] = (Terminated, NotifierActions.Refuse),
        [(Terminated, NotifierInput.Unsubscribed)] = (Terminated, NotifierActions.Refuse),
        [(Terminated, NotifierInput.RanOut)] = (Terminated, NotifierActions.None),
        [(Terminated, NotifierInput.Terminating)] = (Terminated, NotifierActions.None),
        [(Terminated, NotifierInput.SubscriberGone)] = (Terminated, NotifierActions.None),
    };

    [Fact]
    public void Subscriber_EveryPair_IsAsInTheTable()
    {
        foreach (var state in Enum.GetValues<SipSubscriptionState>())
        {
            foreach (var input in Enum.GetValues<SubscriberInput>())
            {
                var step = SubscriberMachine.Next(state, input);
                (step.State, step.Actions).Should().Be(Subscriber[(state, input)], "of ({0}, {1})", state, input);
            }
        }
    }

    [Fact]
    public void Notifier_EveryPair_IsAsInTheTable()
    {
        foreach (var state in Enum.GetValues<SipSubscriptionState>())
        {
            foreach (var input in Enum.GetValues<NotifierInput>())
            {
                var step = NotifierMachine.Next(state, input);
                (step.State, step.Actions).Should().Be(Notifier[(state, input)], "of ({0}, {1})", state, input);
            }
        }
    }

    [Theory]
    [InlineData("active;expires=60", Active, null, null, "60")]
    [InlineData("PENDING", Pending, null, null, null)]
    [InlineData("terminated;reason=giveup;retry-after=10", Terminated, "giveup", 10, null)]
    [InlineData("waiting;expires=x", Active, null, null, null)] // not known: counts as active
    [InlineData("active;expires=99999999999999999999", Active, null, null, "4294967295")]
    public void NotifiedState_IsRead(string value, SipSubscriptionState state, string? reason, int? retryAfter, string? expires)
    {
        var notify = new SipRequest(SipMethod.Notify, "sip:a@b"!);
        notify.Headers["Subscription-State"] = value;
        NotifiedState.TryRead(notify, out var read).Should().BeTrue();
        read.Should().Be(new NotifiedState(state, reason, retryAfter is { } after ? TimeSpan.FromSeconds(after) : null, expires is null ? null : TimeSpan.FromSeconds(long.Parse(expires, System.Globalization.CultureInfo.InvariantCulture))));
    }

    [Theory]
    [InlineData("presence;max-rate=0.5", 2)]
    [InlineData("presence;max-rate=0", 0)]
    [InlineData("presence;max-rate=-1", 0)]
    [InlineData("presence;max-rate=0.0000000001", 3600)]
    [InlineData("presence", 0)]
    public void NotifyRate_IsRead(string value, int seconds)
    {
        var subscribe = new SipRequest(SipMethod.Subscribe, "sip:a@b"!);
        subscribe.Headers["Event"] = value;
        NotifyRate.Of(subscribe.Headers.Get(ModernSip.Messages.Headers.SipHeaderNames.Event)!).Interval.Should().Be(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData("presence", 0, null)]
    [InlineData("presence;min-rate=0.1", 10, null)]
    [InlineData("presence;min-rate=0", 0, null)]
    [InlineData("presence;min-rate=1e9", 0, null)]
    [InlineData("presence;min-rate=500", 1, "1")]
    [InlineData("presence;min-rate=0.5;max-rate=0.1", 10, "0.1")]
    [InlineData("presence;min-rate=0.0000000001", 3600, null)]
    public void NotifyRate_TheLeast_IsReadAndBounded(string value, int seconds, string? adjusted)
    {
        var subscribe = new SipRequest(SipMethod.Subscribe, "sip:a@b"!);
        subscribe.Headers["Event"] = value;

        var rate = NotifyRate.Of(subscribe.Headers.Get(ModernSip.Messages.Headers.SipHeaderNames.Event)!);

        rate.Longest.Should().Be(TimeSpan.FromSeconds(seconds));
        rate.Adjusted.Should().Be(adjusted);
    }
}
