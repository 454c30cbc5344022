using ModernSip.Messages;
using ModernSip.Transactions.Engine;

namespace ModernSip.Tests.Stack;

/// <summary>What the stack keeps of what is over but for its repeats, and of calls that are up: many thousands of them are the rule, not the exception.</summary>
[Collection(nameof(MemoryTests))]
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class MemoryTests
{
    private const int Count = 10_000;

    private const string Headers =
        "Supported: replaces, timer\r\nUser-Agent: Desk Phone T46U 108.86.0.20\r\nAllow-Events: talk,hold,conference,refer,check-sync\r\n" +
        "Allow: INVITE, INFO, PRACK, ACK, BYE, CANCEL, OPTIONS, NOTIFY, REGISTER, SUBSCRIBE, REFER, PUBLISH, UPDATE, MESSAGE\r\n";

    private const string Offer =
        "v=0\r\no=- 20518 20518 IN IP4 192.0.2.1\r\ns=SDP data\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 11782 RTP/AVP 9 0 8 18 101\r\na=rtpmap:9 G722/8000\r\na=rtpmap:0 PCMU/8000\r\n" +
        "a=rtpmap:8 PCMA/8000\r\na=rtpmap:18 G729/8000\r\na=fmtp:18 annexb=no\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n";

    private const string Answer =
        "v=0\r\no=- 1 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\nm=audio 20000 RTP/AVP 9 101\r\na=rtpmap:9 G722/8000\r\na=rtpmap:101 telephone-event/8000\r\n" +
        "a=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n";

    [Fact, Trait("Req", "F2")]
    public async Task CompletedServerTransactions_KeepLittle()
    {
        await using var stack = new BareStack();
        await RespondAsync(stack, -1);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Count; i++) await RespondAsync(stack, i);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)Count;
        stack.Transactions.Should().Be(Count + 1);
        stack.Flow.Sent.Should().Be(Count + 1);
        each.Should().BeLessThan(1_024, "a completed transaction keeps its key, its response's octets and a timer");
    }

    [Fact, Trait("Req", "F2")]
    public async Task ConfirmedDialogs_WithDescriptionsOfDeskPhones_KeepLittle()
    {
        await using var stack = new BareStack();
        var calls = new List<(SipIncomingInvite Invite, SipInviteDialog Dialog)>(Count + 1) { await AcceptAsync(stack, -1) };
        stack.Time.Advance(TimeSpan.FromSeconds(40));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Count; i++) calls.Add(await AcceptAsync(stack, i));
        stack.Time.Advance(TimeSpan.FromSeconds(40));
        stack.Transactions.Should().Be(0);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)Count;
        calls.Should().OnlyContain(static call => call.Dialog.IsConfirmed && call.Invite.IsAnswered);
        each.Should().BeLessThan(2_048, "a dialog keeps its INVITE as it came, the other description, and what is its own");
        calls[Count].Dialog.RemoteDescription!.GetText().Should().Be(Offer);
        calls[Count].Dialog.LocalDescription!.GetText().Should().Be(Answer);
        calls[Count].Invite.Request.Headers["User-Agent"].Should().StartWith("Desk Phone", "an INVITE that was answered is read again where somebody asks");
    }

    private static async Task RespondAsync(BareStack stack, int number)
    {
        stack.Receive(BareStack.Message("OPTIONS", number, headers: Headers));
        await stack.Continuations.RunUntilAsync(stack.Take().RespondAsync(SipStatus.Ok));
    }

    private static async Task<(SipIncomingInvite Invite, SipInviteDialog Dialog)> AcceptAsync(BareStack stack, int number)
    {
        stack.Receive(BareStack.Message("INVITE", number, body: Offer, headers: Headers));
        var invite = (SipIncomingInvite)stack.Take();
        var tag = invite.Incoming.Transaction.LocalTag;
        var accepting = invite.AcceptAsync(SipContent.Sdp(Answer));
        stack.Receive(BareStack.Message("ACK", number, 1, tag));
        await stack.Continuations.RunUntilAsync(accepting);
        return (invite, await accepting);
    }
}
