using System.Text;
using ModernSip.Messages;
using ModernSip.Sdp.Negotiation;
using ModernSip.Sessions.Offers;

namespace ModernSip.Tests.Sessions.Machines;

/// <summary>Offers and answers of one dialog: who may say what, and what holds then (RFC 3264, RFC 6337).</summary>
public sealed class SessionDescriptionsTests
{
    [Fact]
    public void LocalOffer_Answered_IsAgreed()
    {
        var agreed = SessionDescriptions.None.LocalOffers(Of(1)).RemoteAnswers(Of(1, "b"));
        agreed.State.Should().Be(SdpNegotiationState.Stable);
        Text(agreed.Local).Should().Contain("o=a ");
        Text(agreed.Remote).Should().Contain("o=b ");
        agreed.IsUnchanged(Of(1, "b")).Should().BeTrue();
        agreed.IsUnchanged(Of(2, "b")).Should().BeFalse();
    }

    [Theory]
    [InlineData("Stable", SdpVerdict.Accepted)]
    [InlineData("LocalOffer", SdpVerdict.Glare)]
    [InlineData("RemoteOffer", SdpVerdict.OfferPending)]
    public void JudgeRemoteOffer_State_SaysWhatItMeets(string state, SdpVerdict verdict) => In(state).JudgeRemoteOffer().Should().Be(verdict);

    [Theory, InlineData("LocalOffer"), InlineData("RemoteOffer")]
    public void CheckLocalOffer_WhileAnOfferIsOpen_Throws(string state) =>
        In(state).Invoking(descriptions => descriptions.CheckLocalOffer(Of(2))).Should().Throw<InvalidOperationException>();

    [Fact]
    public void CheckLocalOffer_ChangedUnderTheSameVersion_Throws()
    {
        var agreed = In("Stable");
        agreed.Invoking(descriptions => descriptions.CheckLocalOffer(Of(1, media: 5000))).Should().Throw<ArgumentException>().WithMessage("*version*");
        agreed.CheckLocalOffer(Of(1));
        agreed.CheckLocalOffer(Of(2, media: 5000));
    }

    [Fact]
    public void CheckLocalOffer_AfterARefusedOne_GoesOneVersionFurther()
    {
        var refused = In("Stable").LocalOffers(Of(2, media: 5000)).RollBack();
        Text(refused.Local).Should().Contain("4000", "what was agreed before holds");
        refused.CheckLocalOffer(Of(3, media: 6000));
    }

    [Fact]
    public void CheckLocalAnswer_OtherStreamsThanOffered_Throws()
    {
        var offered = SessionDescriptions.None.RemoteOffers(Of(1, "b"));
        var more = Encoding.UTF8.GetBytes(Text(Of(1)) + "m=video 4002 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n");
        offered.Invoking(descriptions => descriptions.CheckLocalAnswer(more)).Should().Throw<ArgumentException>().WithMessage("*streams of the offer*");
        offered.CheckLocalAnswer(Of(1));
    }

    [Fact]
    public void Check_MalformedDescription_Throws()
    {
        byte[] nonsense = [.. "v=0\r\n"u8];
        SessionDescriptions.None.Invoking(descriptions => descriptions.CheckLocalOffer(nonsense)).Should().Throw<ArgumentException>();
        In("RemoteOffer").Invoking(descriptions => descriptions.CheckLocalAnswer(nonsense)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void RemoteOffer_Malformed_CanBeAnsweredAllTheSame() => SessionDescriptions.None.RemoteOffers("v=0\r\n"u8.ToArray()).CheckLocalAnswer(Of(1));

    [Fact]
    public void RemoteAnswers_NoOfferOpen_ChangesNothing()
    {
        var agreed = In("Stable");
        agreed.RemoteAnswers(Of(9, "b")).Should().BeSameAs(agreed);
        agreed.LocalAnswers(Of(9)).Should().BeSameAs(agreed);
        agreed.RollBack().Should().BeSameAs(agreed);
    }

    [Fact]
    public void Of_BodyOfAnotherType_IsNoDescription()
    {
        var request = new SipRequest(SipMethod.Invite, "sip:b@192.0.2.2") { Content = SipContent.PlainText("v=0") };
        SessionBody.Of(request).Should().BeNull();
        request.Content = new SipMultipart(new SipBodyPart(SipContent.PlainText("x")), new SipBodyPart(SipContent.Sdp("v=0"))).ToContent();
        Text(SessionBody.Of(request)).Should().Be("v=0");
        request.Content = SipContent.Sdp("v=0");
        request.Headers["Content-Disposition"] = "early-session";
        SessionBody.Of(request).Should().BeNull("it has an exchange of its own (RFC 3959)");
    }

    private static SessionDescriptions In(string state)
    {
        var agreed = SessionDescriptions.None.LocalOffers(Of(1)).RemoteAnswers(Of(1, "b"));
        return state switch
        {
            "LocalOffer" => agreed.LocalOffers(Of(2)),
            "RemoteOffer" => agreed.RemoteOffers(Of(2, "b")),
            _ => agreed,
        };
    }

    private static ReadOnlyMemory<byte> Of(int version, string user = "a", int media = 4000) =>
        Encoding.UTF8.GetBytes($"v=0\r\no={user} 1 {version} IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio {media} RTP/AVP 0\r\n");

    private static string Text(ReadOnlyMemory<byte>? octets) => Encoding.UTF8.GetString(octets!.Value.Span);
}
