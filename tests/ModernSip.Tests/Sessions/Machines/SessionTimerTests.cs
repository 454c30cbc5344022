using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Sessions.Timers;
using ModernSip.Stack;
using static ModernSip.Sessions.Timers.SessionTimerActions;
using static ModernSip.Sessions.Timers.SessionTimerInput;
using static ModernSip.Sessions.Timers.SessionTimerState;

namespace ModernSip.Tests.Sessions.Machines;

/// <summary>RFC 4028 as tables: who asks, who grants, who refreshes, and what happens when.</summary>
public sealed class SessionTimerTests
{
    [Theory]
    [InlineData("Off", "AgreedLocal", "ToRefresh", "StartRefresh")]
    [InlineData("Off", "AgreedRemote", "ToBeRefreshed", "StartEnd")]
    [InlineData("ToRefresh", "Timer", "InRefresh", "StartEnd, Refresh")]
    [InlineData("ToRefresh", "AgreedRemote", "ToBeRefreshed", "StartEnd")]
    [InlineData("ToRefresh", "AgreedNone", "Off", "Stop")]
    [InlineData("InRefresh", "AgreedLocal", "ToRefresh", "StartRefresh")]
    [InlineData("InRefresh", "Refused", "ToRefresh", "StartRetry")]
    [InlineData("InRefresh", "RefusedLate", "InRefresh", "StartEnd")]
    [InlineData("InRefresh", "Unanswered", "Ended", "End")]
    [InlineData("InRefresh", "Timer", "Ended", "End")]
    [InlineData("ToBeRefreshed", "AgreedRemote", "ToBeRefreshed", "StartEnd")]
    [InlineData("ToBeRefreshed", "Timer", "Ended", "End")]
    [InlineData("ToBeRefreshed", "Refused", "ToBeRefreshed", "None")]
    [InlineData("Ended", "AgreedLocal", "Ended", "None")]
    public void Next_StateAndInput_StepsAsTheRfcSays(string state, string input, string next, string actions) =>
        SessionTimerMachine.Next(Enum.Parse<SessionTimerState>(state), Enum.Parse<SessionTimerInput>(input))
            .Should().Be((Enum.Parse<SessionTimerState>(next), Enum.Parse<SessionTimerActions>(actions)));

    [Fact]
    public void Next_EveryStateAndInput_IsDecidedAndNothingLeadsOutOfTheEnd()
    {
        foreach (var input in Enum.GetValues<SessionTimerInput>())
        {
            foreach (var state in Enum.GetValues<SessionTimerState>()) SessionTimerMachine.Next(state, input).State.Should().BeDefined();
            SessionTimerMachine.Next(Ended, input).Should().Be((Ended, None));
        }

        SessionTimerMachine.Next(Off, AgreedNone).Should().Be((Off, Stop));
    }

    [Theory]
    [InlineData(1800, 900, 1768)]
    [InlineData(90, 45, 60)]
    [InlineData(96, 48, 64)]
    public void Interval_Seconds_IsRefreshedHalfWayAndGivenUpBeforeItExpires(uint seconds, double refresh, double end)
    {
        var interval = new SessionInterval(seconds, IsLocalRefresher: true);
        (interval.UntilRefresh.TotalSeconds, interval.UntilEnd.TotalSeconds).Should().Be((refresh, end));
    }

    [Theory] // RFC 4028 §9, table 2
    [InlineData("timer", "600", null, 600, false)]
    [InlineData("timer", "600;refresher=uac", null, 600, false)]
    [InlineData("timer", "600;refresher=uas", null, 600, true)]
    [InlineData(null, "600", null, 600, true)] // a proxy put it in: the caller cannot refresh
    [InlineData("timer", "60", null, 90, false)] // no shorter than 90 s
    [InlineData("timer", null, 300u, 300, false)]
    [InlineData(null, null, 300u, 300, true)]
    public void Grant_AsCallee_ChoosesIntervalAndRefresher(string? supported, string? asked, uint? own, uint seconds, bool isLocal)
    {
        var invite = Invite();
        if (supported is not null) invite.Headers["Supported"] = supported;
        if (asked is not null) invite.Headers["Session-Expires"] = asked;
        SessionTimerRules.Grant(invite, new SessionSettings { Expires = own }, null).Should().Be(new SessionInterval(seconds, isLocal));
    }

    [Fact]
    public void Grant_NobodyAsks_IsNone()
    {
        var invite = Invite();
        invite.Headers["Supported"] = "timer";
        SessionTimerRules.Grant(invite, new SessionSettings(), null).Should().BeNull();
        invite.Headers["Session-Expires"] = "600";
        SessionTimerRules.Grant(invite, new SessionSettings { UsesTimers = false }, null).Should().BeNull();
    }

    [Theory]
    [InlineData(true, "120;refresher=uas", "timer")]
    [InlineData(false, "120;refresher=uac", "timer")]
    public void Tell_Granted_NamesTheRefresherFromTheCallersView(bool isLocal, string expires, string require)
    {
        var invite = Invite();
        invite.Headers["Supported"] = "timer";
        var ok = invite.CreateResponse(SipStatus.Ok);
        SessionTimerRules.Tell(invite, ok, new SessionInterval(120, isLocal));
        (ok.Headers["Session-Expires"], ok.Headers["Require"]).Should().Be((expires, require));
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData("600;refresher=uac", 600u, true)]
    [InlineData("600;refresher=uas", 600u, false)]
    [InlineData("600", 600u, true)]
    [InlineData("nonsense", null, false)]
    public void Learn_AsCaller_TakesWhatThe2xxTells(string? told, uint? seconds, bool isLocal)
    {
        var ok = Invite().CreateResponse(SipStatus.Ok);
        if (told is not null) ok.Headers["Session-Expires"] = told;
        SessionTimerRules.Learn(ok, new SessionSettings()).Should().Be(seconds is { } value ? new SessionInterval(value, isLocal) : null);
    }

    [Fact]
    public void Ask_InADialog_KeepsIntervalAndRefresher()
    {
        var invite = Invite();
        SessionTimerRules.Ask(invite, new SessionSettings { Expires = 300 }, new SessionInterval(120, IsLocalRefresher: false), 0);
        invite.Headers["Session-Expires"].Should().Be("120;refresher=uas");
        invite = Invite();
        SessionTimerRules.Ask(invite, new SessionSettings { Expires = 300 }, null, 400);
        (invite.Headers["Session-Expires"], invite.Headers["Min-SE"]).Should().Be(("400", "400"));
        invite = Invite();
        invite.Headers["Session-Expires"] = "777";
        SessionTimerRules.Ask(invite, new SessionSettings { Expires = 300 }, null, 0);
        invite.Headers["Session-Expires"].Should().Be("777", "what the application set, stays");
    }

    [Theory]
    [InlineData(422, "120", "300", 300u)]
    [InlineData(422, "300", "300", null)] // it asks for no more than was offered
    [InlineData(422, "120", null, null)]
    [InlineData(422, null, "300", null)]
    [InlineData(486, "120", "300", null)]
    public void Raise_Response_AsksForMoreOnce(int status, string? asked, string? least, uint? raised)
    {
        var invite = Invite();
        if (asked is not null) invite.Headers["Session-Expires"] = asked;
        var response = invite.CreateResponse(status);
        if (least is not null) response.Headers["Min-SE"] = least;
        SessionTimerRules.Raise(invite, response).Should().Be(raised);
    }

    private static SipRequest Invite()
    {
        var invite = new SipRequest(SipMethod.Invite, "sip:b@192.0.2.2");
        invite.Headers.CSeq = new SipCSeq(1, SipMethod.Invite);
        return invite;
    }
}
