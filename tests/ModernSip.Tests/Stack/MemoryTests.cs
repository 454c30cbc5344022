using ModernSip.Messages;
using ModernSip.Stack;
using ModernSip.Tests.Sessions.Offers;

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
        calls[Count].Dialog.RemoteDescription!.GetText().Should().Be(DescriptionSamples.PhoneOffer);
        calls[Count].Dialog.LocalDescription!.GetText().Should().Be(DescriptionSamples.PhoneAnswer);
        calls[Count].Invite.Request.Headers["User-Agent"].Should().StartWith("Desk Phone", "an INVITE that was answered is read again where somebody asks");
    }

    [Fact, Trait("Req", "F2")]
    public async Task ConfirmedDialogs_OfTheCaller_KeepAsLittle()
    {
        await using var stack = new BareStack();
        var kept = new KeptFlow();
        kept.Keep(SipUri.Parse("sip:bob@192.0.2.1"), stack.Flow);
        var context = stack.Connection.Sending with { KeptFlow = kept };
        var calls = new List<SipInviteDialog>(Count + 1) { await CallAsync(stack, context) };
        stack.Time.Advance(TimeSpan.FromSeconds(80));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Count; i++) calls.Add(await CallAsync(stack, context));
        stack.Time.Advance(TimeSpan.FromSeconds(80)); // the ACK is kept longest
        stack.Engine.Shards[0].Clients.Count.Should().Be(0);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)Count;
        calls.Should().OnlyContain(static call => call.IsConfirmed);
        each.Should().BeLessThan(2_048, "of the INVITE that is over nothing is kept but what the application made it of");
        calls[Count].RemoteDescription!.GetText().Should().Be(DescriptionSamples.PhoneAnswer);
        calls[Count].LocalDescription!.GetText().Should().Be(DescriptionSamples.PhoneOffer);
    }

    private static async Task<SipInviteDialog> CallAsync(BareStack stack, SendingContext context)
    {
        var dialog = new SipInviteDialog(context, SipUri.Parse("sip:bob@192.0.2.1"));
        var final = dialog.SendInviteAsync(SipContent.Sdp(DescriptionSamples.PhoneOffer)).FinalAsync();
        SipMessage.TryParse(System.Text.Encoding.ASCII.GetBytes(stack.Flow.Last), out var invite, out _).Should().BeTrue();
        var success = ((SipRequest)invite!).CreateResponse(SipStatus.Ok);
        success.Headers.To = success.Headers.To!.WithTag("1234567890");
        success.Headers["Contact"] = "<sip:bob@192.0.2.1>";
        success.Headers["User-Agent"] = "Desk Phone T46U 108.86.0.20";
        success.Content = SipContent.Sdp(DescriptionSamples.PhoneAnswer);
        stack.Receive(success.ToOctets());
        await stack.Continuations.RunUntilAsync(final);
        stack.Flow.Last.Should().StartWith("ACK ");
        return dialog;
    }

    private static async Task RespondAsync(BareStack stack, int number)
    {
        stack.Receive(BareStack.Message("OPTIONS", number, headers: Headers));
        await stack.Continuations.RunUntilAsync(stack.Take().RespondAsync(SipStatus.Ok));
    }

    private static async Task<(SipIncomingInvite Invite, SipInviteDialog Dialog)> AcceptAsync(BareStack stack, int number)
    {
        stack.Receive(BareStack.Message("INVITE", number, body: DescriptionSamples.PhoneOffer, headers: Headers));
        var invite = (SipIncomingInvite)stack.Take();
        var tag = invite.Incoming.Transaction.LocalTag;
        var accepting = invite.AcceptAsync(SipContent.Sdp(DescriptionSamples.PhoneAnswer));
        stack.Receive(BareStack.Message("ACK", number, 1, tag));
        await stack.Continuations.RunUntilAsync(accepting);
        return (invite, await accepting);
    }
}
