using ModernSip.Messages;
using ModernSip.Sessions;

namespace ModernSip.Tests.Sessions.Machines;

/// <summary>Where a call goes behind a 3xx (RFC 3261 §8.1.3.4).</summary>
public sealed class RedirectionTests
{
    [Fact]
    public void TryFollow_Contacts_BestFirstAndEachOnce()
    {
        var redirection = new Redirection("sip:a@192.0.2.1");
        redirection.TryFollow(Moved(302, "<sip:b@192.0.2.2>;q=0.2, <sip:c@192.0.2.3>;q=0.9, <sip:a@192.0.2.1>")).Should().Be(SipUri.Parse("sip:c@192.0.2.3"));
        redirection.TryFollow(Moved(302, "<sip:a@192.0.2.1>, <sip:d@192.0.2.4>")).Should().Be(SipUri.Parse("sip:d@192.0.2.4"), "what this one names goes before what earlier ones left");
        redirection.TryFollow(Moved(486)).Should().Be(SipUri.Parse("sip:b@192.0.2.2"));
        redirection.TryFollow(Moved(486)).Should().BeNull();
    }

    [Fact]
    public void Class41_ContactsWithoutEnd_AreFollowedToAFifthTarget()
    {
        var redirection = new Redirection("sip:0@192.0.2.1");
        for (var i = 1; i < 5; i++) redirection.TryFollow(Moved(302, $"<sip:{i}@192.0.2.1>")).Should().NotBeNull();
        redirection.TryFollow(Moved(302, "<sip:5@192.0.2.1>")).Should().BeNull();
    }

    [Fact]
    public void TryFollow_NobodyAnywhere_Stops()
    {
        var redirection = new Redirection("sip:a@192.0.2.1");
        redirection.TryFollow(Moved(302, "<sip:b@192.0.2.2>, <sip:c@192.0.2.3>")).Should().NotBeNull();
        redirection.TryFollow(Moved(603)).Should().BeNull();
    }

    [Theory]
    [InlineData("sips:a@192.0.2.1", "<sip:b@192.0.2.2>")] // would give security up
    [InlineData("sip:a@192.0.2.1", "<tel:+49123>")]
    [InlineData("sip:a@192.0.2.1", "<http://192.0.2.2/>")]
    [InlineData("sip:a@192.0.2.1", "<javascript:alert(1)>")]
    [InlineData("sip:a@192.0.2.1", "<sip:a@192.0.2.1>")]
    public void TryFollow_TargetThatWillNotDo_IsLeftOut(string first, string contact) => new Redirection(first).TryFollow(Moved(302, contact)).Should().BeNull();

    [Fact]
    public void TryFollow_HeadersInTheContact_AreNotTaken() =>
        new Redirection("sip:a@192.0.2.1").TryFollow(Moved(302, "<sip:b@192.0.2.2?Route=%3Csip:evil%3E>"))!.ToString().Should().Be("sip:b@192.0.2.2");

    private static SipResponse Moved(int status, string? contacts = null)
    {
        var response = new SipResponse(status);
        if (contacts is not null) response.Headers["Contact"] = contacts;
        return response;
    }
}
