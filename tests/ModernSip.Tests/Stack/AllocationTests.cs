using ModernSip.Messages;

namespace ModernSip.Tests.Stack;

/// <summary>What an OPTIONS and a call allocate from the datagram to the application and back, counted in octets: no clock, so no machine is too slow for it.</summary>
public sealed class AllocationTests
{
    private const string Offer = "v=0\r\no=user1 53655765 2353687637 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 6000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n";
    private const int WarmUp = 200;
    private const int Count = 500;

    [Fact]
    public async Task Options_AnsweredByTheApplication_AllocatesLessThan2KiB()
    {
        await using var stack = new BareStack();
        long allocated = 0;
        for (var number = 0; number < WarmUp + Count; number++)
        {
            var request = BareStack.Message("OPTIONS", number);
            var before = GC.GetAllocatedBytesForCurrentThread();
            stack.Receive(request);
            var answering = Take(stack).RespondAsync(SipStatus.Ok);
            stack.Continuations.Run();
            if (number >= WarmUp) allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            await answering;
        }

        stack.Flow.Sent.Should().Be(WarmUp + Count);
        (allocated / Count).Should().BeLessThan(2_048);
    }

    [Fact]
    public async Task Call_FromInviteToBye_AllocatesLessThan8KiB()
    {
        await using var stack = new BareStack();
        long allocated = 0;
        for (var number = 0; number < WarmUp + Count; number++)
        {
            var request = BareStack.Message("INVITE", number, body: Offer);
            var before = GC.GetAllocatedBytesForCurrentThread();
            stack.Receive(request);
            var invite = (SipIncomingInvite)Take(stack);
            var ringing = invite.RespondAsync(SipStatus.Ringing);
            var accepting = invite.AcceptAsync(invite.Request.Content);
            var sum = GC.GetAllocatedBytesForCurrentThread() - before;

            var tag = invite.Incoming.Transaction.LocalTag;
            var (ack, bye) = (BareStack.Message("ACK", number, 1, tag), BareStack.Message("BYE", number, 2, tag));
            before = GC.GetAllocatedBytesForCurrentThread();
            stack.Receive(ack);
            stack.Continuations.Run();
            var completion = (await accepting).Completion;
            stack.Receive(bye);
            stack.Continuations.Run();
            sum += GC.GetAllocatedBytesForCurrentThread() - before;
            if (number >= WarmUp) allocated += sum;
            await Task.WhenAll(ringing, completion);
        }

        stack.Flow.Sent.Should().Be(3 * (WarmUp + Count), "180, 200, 200");
        (allocated / Count).Should().BeLessThan(8_192);
    }

    private static SipIncomingRequest Take(BareStack stack)
    {
        stack.Connection.Incoming.TryRead(out var incoming);
        return incoming!.Transaction.IsInvite ? new SipIncomingInvite(incoming) : new SipIncomingRequest(incoming);
    }
}
