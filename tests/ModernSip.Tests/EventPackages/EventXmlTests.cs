using System.Diagnostics;
using System.Text;
using ModernSip.EventPackages;

namespace ModernSip.Tests.EventPackages;

/// <summary>What a hostile document may cost, shown with PIDF: all XML packages are read the same way.</summary>
public sealed class EventXmlTests
{
    [Fact]
    public void TryParse_BillionLaughs_IsRefused()
    {
        var document = """
            <?xml version="1.0"?>
            <!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;"><!ENTITY lol3 "&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;">]>
            <presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:a@b"><note>&lol3;</note></presence>
            """;
        Refused(document).Should().Contain("not well-formed");
    }

    [Fact]
    public void TryParse_ExternalEntity_IsRefused() =>
        Refused("""<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:a@b"><note>&x;</note></presence>""").Should().Contain("not well-formed");

    [Fact]
    public void TryParse_TenThousandLevels_IsRefused()
    {
        var document = new StringBuilder("<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:a@b'>");
        for (var i = 0; i < 10_000; i++) document.Append("<x>");
        Refused(document.ToString()).Should().Contain("nested");
    }

    [Fact]
    public void TryParse_MoreThanAMegabyte_IsRefusedUnread() =>
        Refused("<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:a@b'><note>" + new string('a', 1 << 20) + "</note></presence>").Should().Contain("larger");

    [Fact]
    public void TryParse_TooManyElements_IsRefused() =>
        Refused("<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:a@b'>" + string.Concat(Enumerable.Repeat("<a/>", 150_000)) + "</presence>").Should().Contain("nodes");

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("<presence")]
    [InlineData("<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:a@b'>")]
    [InlineData("\0\0\0\0")]
    public void TryParse_NoXml_SaysWhere(string document) => Refused(document).Should().Contain("Line");

    [Fact]
    public void TryParse_AnotherDocument_SaysWhich() =>
        Refused("<html xmlns='http://www.w3.org/1999/xhtml'/>").Should().Contain("'html'");

    [Fact]
    public void TryParse_EveryPrefixOfADocument_NeverThrows()
    {
        var octets = new SipDialogInfo { Entity = "sip:a@b", Dialogs = [new("1", "early") { CallId = "x", RemoteIdentity = "sip:c@d" }] }.ToContent().Octets;
        var watch = Stopwatch.GetTimestamp();
        for (var length = 0; length < octets.Length; length++) SipDialogInfo.TryParse(octets[..length], out _, out _).Should().BeFalse();
        Stopwatch.GetElapsedTime(watch).Should().BeLessThan(TimeSpan.FromSeconds(20));
        SipDialogInfo.TryParse(octets, out _, out _).Should().BeTrue();
    }

    [Theory]
    [InlineData("a < b & c > \"d\"")]
    [InlineData("\u0001\uD800")]
    [InlineData("]]>")]
    [InlineData("\uD83D\uDE00")]
    public void ToContent_TextThatXmlCannotHold_IsEscapedOrReplaced(string text)
    {
        var content = new SipPresence { Entity = "sip:a@b", Notes = [text], Tuples = [new(text, true) { Contact = text }] }.ToContent();

        SipPresence.TryParse(content.Octets, out var read, out var error).Should().BeTrue(error);
        read!.Notes.Should().ContainSingle().Which.Should().Be(text.Replace('\u0001', '\uFFFD').Replace("\uD800", "\uFFFD", StringComparison.Ordinal));
    }

    private static string Refused(string document)
    {
        SipPresence.TryParse(Encoding.UTF8.GetBytes(document), out var presence, out var error).Should().BeFalse();
        presence.Should().BeNull();
        return error!;
    }
}
