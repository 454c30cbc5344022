using ModernSip.Dialogs;
using ModernSip.Messages;

namespace ModernSip.Tests.Dialogs;

public sealed class DialogTests
{
    [Fact]
    public void FromResponse_AtTheCaller_ReversesTheRecordRoute()
    {
        var dialog = Dialog.FromResponse(Invite(), Success("<sip:p2;lr>, <sip:p1;lr>"))!;
        var bye = dialog.CreateRequest(SipMethod.Bye);
        bye.RequestUri.Should().Be(SipUri.Parse("sip:bob@10.0.0.2"));
        bye.Headers["Route"].Should().StartWith("<sip:p1;lr>");
        (bye.Headers.From!.Tag, bye.Headers.To!.Tag, bye.Headers.CSeq!.Value.Number).Should().Be(("a", "b", 8u));
        NextHop.Of(bye).Should().Be(SipUri.Parse("sip:p1;lr"));
    }

    [Fact]
    public void CreateRequest_ContactHasAMethodAndHeaderFields_TheyAreLeftOut()
    {
        const string Contact = "<sip:bob@10.0.0.2;method=REGISTER;transport=udp?Route=%3Csip:evil%3E&Subject=x>";
        var (invite, success) = (Invite(), Success(null));
        (invite.Headers["Contact"], success.Headers["Contact"]) = (Contact, Contact);
        var (caller, callee) = (Dialog.FromResponse(invite, success)!, Dialog.FromRequest(invite, "b")!);
        caller.CreateRequest(SipMethod.Bye).RequestUri.ToString().Should().Be("sip:bob@10.0.0.2;transport=udp");
        callee.CreateRequest(SipMethod.Bye).RequestUri.ToString().Should().Be("sip:bob@10.0.0.2;transport=udp");
        success.Headers["Contact"] = "<sip:moved@10.0.0.2?Subject=x>";
        caller.RefreshTarget(success);
        caller.CreateRequest(SipMethod.Bye).RequestUri.ToString().Should().Be("sip:moved@10.0.0.2");
    }

    [Fact]
    public void CreateRequest_StrictRouter_StandsInTheRequestUri()
    {
        var bye = Dialog.FromResponse(Invite(), Success("<sip:strict>"))!.CreateRequest(SipMethod.Bye);
        bye.RequestUri.Should().Be(SipUri.Parse("sip:strict"));
        bye.Headers["Route"].Should().Be("<sip:bob@10.0.0.2>");
        NextHop.Of(bye).Should().Be(SipUri.Parse("sip:strict"), "the target is no loose router");
    }

    [Fact]
    public void FromRequest_AtTheCallee_KeepsTheOrder()
    {
        var invite = Invite();
        invite.Headers.Add("Record-Route", "<sip:p2;lr>, <sip:p1;lr>");
        var dialog = Dialog.FromRequest(invite, "b")!;
        dialog.Id.Should().Be(new DialogId("call", "b", "a"));
        dialog.CreateRequest(SipMethod.Bye).Headers["Route"].Should().StartWith("<sip:p2;lr>");
    }

    [Theory]
    [InlineData(6, false)]
    [InlineData(7, false)]
    [InlineData(8, true)]
    [InlineData(2_147_483_647, true)]
    public void TryAccept_SequenceNumber_MustRise(uint number, bool expected)
    {
        var dialog = Dialog.FromRequest(Invite(), "b")!;
        var request = new SipRequest(SipMethod.Info, "sip:bob@10.0.0.2");
        request.Headers.CSeq = new SipCSeq(number, SipMethod.Info);
        dialog.TryAccept(request).Should().Be(expected);
        dialog.RemoteSequence.Should().Be(expected ? number : 7);
    }

    [Fact]
    public void CreateAck_TakesTheSequenceOfTheInviteAndNoNewOne()
    {
        var invite = Invite();
        invite.Headers.Add("Authorization", "Digest username=\"a\"");
        var dialog = Dialog.FromResponse(invite, Success(null))!;
        var ack = dialog.CreateAck(invite);
        ack.Headers.CSeq.Should().Be(new SipCSeq(7, SipMethod.Ack));
        ack.Headers.Contains("Authorization").Should().BeTrue("RFC 3261 §22.1");
        dialog.LocalSequence.Should().Be(7);
    }

    [Fact]
    public void FromResponse_SuccessWithoutContactOrTag_StillMakesASession()
    {
        var without = Success(null);
        without.Headers.Remove("Contact");
        Dialog.FromResponse(Invite(), without)!.RemoteTarget.Should().Be(Invite().RequestUri);
        var untagged = Success(null);
        untagged.Headers.To = "<sip:bob@10.0.0.2>";
        Dialog.FromResponse(Invite(), untagged)!.Id.RemoteTag.Should().BeEmpty();
    }

    [Fact]
    public void FromResponse_ProvisionalWithoutContactOrTag_MakesNone()
    {
        var ringing = Invite().CreateResponse(SipStatus.Ringing);
        Dialog.FromResponse(Invite(), ringing).Should().BeNull();
        ringing.Headers.To = ringing.Headers.To!.WithTag("b");
        Dialog.FromResponse(Invite(), ringing).Should().BeNull();
    }

    private static SipRequest Invite()
    {
        var invite = new SipRequest(SipMethod.Invite, "sip:bob@10.0.0.2");
        invite.Headers.From = "<sip:alice@10.0.0.1>;tag=a";
        invite.Headers.To = "<sip:bob@10.0.0.2>";
        invite.Headers.CallId = "call";
        invite.Headers.CSeq = new SipCSeq(7, SipMethod.Invite);
        invite.Headers.Contact = "<sip:alice@10.0.0.1>";
        return invite;
    }

    private static SipResponse Success(string? recordRoute)
    {
        var response = Invite().CreateResponse(SipStatus.Ok);
        response.Headers.To = response.Headers.To!.WithTag("b");
        response.Headers.Contact = "<sip:bob@10.0.0.2>";
        if (recordRoute is not null) response.Headers.Add("Record-Route", recordRoute);
        return response;
    }
}
