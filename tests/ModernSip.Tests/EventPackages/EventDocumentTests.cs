using System.Text;
using ModernSip.EventPackages;
using ModernSip.Messages;

namespace ModernSip.Tests.EventPackages;

public sealed class EventDocumentTests
{
    [Fact]
    public void Presence_OfAnotherVendor_IsRead()
    {
        var document = Octets("""
            <?xml version="1.0" encoding="UTF-8"?>
            <impp:presence xmlns:impp="urn:ietf:params:xml:ns:pidf" xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" entity="pres:lena@example.com">
              <impp:tuple id="desk">
                <impp:status><impp:basic> open </impp:basic><rpid:mood/></impp:status>
                <impp:contact priority="0.8">sip:lena@192.0.2.4</impp:contact>
                <impp:note>At my desk</impp:note>
                <impp:timestamp>2026-03-01T10:20:30.5Z</impp:timestamp>
              </impp:tuple>
              <impp:tuple id="mail"><impp:status><impp:basic>closed</impp:basic></impp:status></impp:tuple>
              <impp:note>Back at noon</impp:note>
              <dm:person id="p1"><rpid:activities><rpid:meeting/></rpid:activities></dm:person>
            </impp:presence>
            """);

        SipPresence.TryParse(document, out var presence, out var error).Should().BeTrue(error);

        presence!.Entity.Should().Be("pres:lena@example.com");
        presence.IsOpen.Should().BeTrue();
        presence.Notes.Should().Equal("Back at noon");
        presence.Extensions.Should().ContainSingle().Which.Name.LocalName.Should().Be("person");
        var desk = presence.Tuples[0];
        (desk.Id, desk.IsOpen, desk.Contact, desk.Priority).Should().Be(("desk", true, "sip:lena@192.0.2.4", 0.8));
        desk.Timestamp.Should().Be(new DateTimeOffset(2026, 3, 1, 10, 20, 30, 500, TimeSpan.Zero));
        desk.Extensions.Should().ContainSingle().Which.Name.LocalName.Should().Be("mood");
        presence.Tuples[1].IsOpen.Should().BeFalse();
    }

    [Fact]
    public void Presence_Written_IsReadBackTheSame()
    {
        var presence = new SipPresence
        {
            Entity = "sip:lena@example.com",
            Tuples = [new("a", false) { Contact = "sip:lena@10.0.0.1", Priority = 0.25, Notes = ["Weg"], Timestamp = DateTimeOffset.UnixEpoch }, new("b", null)],
            Notes = ["Grüße"],
        };

        SipPresence.TryParse(presence.ToContent().Octets, out var read, out var error).Should().BeTrue(error);

        read.Should().BeEquivalentTo(presence);
        presence.ToContent().MediaType.Should().Be(SipPresence.MediaType);
    }

    [Fact]
    public void DialogInfo_Written_IsReadBackTheSame()
    {
        var info = new SipDialogInfo
        {
            Entity = "sip:desk@example.com",
            Version = 7,
            IsFull = false,
            Dialogs =
            [
                new("as7d900as8", "terminated") { Event = "remote-bye", Code = 487, CallId = "a84b4c76e66710", LocalTag = "1928301774", RemoteTag = "456887766", IsInitiator = true, Duration = TimeSpan.FromSeconds(145) },
                new("b", "confirmed") { IsInitiator = false, LocalIdentity = "sip:desk@example.com", LocalTarget = "sip:desk@10.0.0.1", RemoteIdentity = "sip:bob@example.com", RemoteDisplayName = "Bob", RemoteTarget = "sip:bob@10.0.0.2" },
            ],
        };

        SipDialogInfo.TryParse(info.ToContent().Octets, out var read, out var error).Should().BeTrue(error);

        read.Should().BeEquivalentTo(info);
    }

    [Fact]
    public void RegistrationInfo_WithGruu_IsReadAndWrittenBack()
    {
        var document = Octets("""
            <?xml version="1.0"?>
            <reginfo xmlns="urn:ietf:params:xml:ns:reginfo" xmlns:gr="urn:ietf:params:xml:ns:gruuinfo" version="3" state="full">
              <registration aor="sip:user@example.com" id="as9" state="active">
                <contact id="76" state="active" event="registered" expires="7322" retry-after="5" callid="c1"><uri>sip:user@pc887.example.com</uri><gr:pub-gruu uri="sip:user@example.com;gr=x"/></contact>
                <contact id="77" state="terminated" event="expired"><uri>sip:user@university.edu</uri></contact>
              </registration>
            </reginfo>
            """);

        SipRegistrationInfo.TryParse(document, out var info, out var error).Should().BeTrue(error);

        (info!.Version, info.IsFull).Should().Be((3u, true));
        info.Registrations[0].Contacts[0].Should().Be(new SipRegistrationInfoContact("76", "active", "registered", "sip:user@pc887.example.com") { Expires = 7322, RetryAfter = 5, CallId = "c1", PublicGruu = "sip:user@example.com;gr=x" });
        SipRegistrationInfo.TryParse(info.ToContent().Octets, out var again, out error).Should().BeTrue(error);
        again.Should().BeEquivalentTo(info);
    }

    [Fact]
    public void MessageSummary_OfAnotherVendor_IsRead()
    {
        var document = Octets("messages-waiting: YES\r\nMessage-Account: sip:alice@vmail.example.com\nVoice-Message: 2/8 (0/2)\r\nFax-Message: 1/0\r\nnonsense\r\nBroken-Message: x/y\r\n\r\nTo: <sip:x@y>\r\n");

        SipMessageSummary.TryParse(document, out var summary, out var error).Should().BeTrue(error);

        (summary!.AreMessagesWaiting, summary.Account, summary.Voice).Should().Be((true, "sip:alice@vmail.example.com", new SipMessageCounts(2, 8, 0, 2)));
        summary.Counts.Should().HaveCount(2);
        SipMessageSummary.TryParse(summary.ToContent().Octets, out var again, out error).Should().BeTrue(error);
        again.Should().BeEquivalentTo(summary);
    }

    [Theory]
    [InlineData("Messages-Waiting: perhaps\r\n")]
    [InlineData("")]
    [InlineData("Voice-Message: 1/1\r\n")]
    public void MessageSummary_ThatDoesNotSayIt_IsRefused(string document) =>
        SipMessageSummary.TryParse(Octets(document), out _, out _).Should().BeFalse();

    [Fact]
    public void MessageSummary_LineBreakInAValue_IsRefused()
    {
        var account = () => new SipMessageSummary { AreMessagesWaiting = true, Account = "a\r\nVoice-Message: 9/9" };
        var kind = () => new SipMessageSummary { AreMessagesWaiting = true, Counts = new Dictionary<string, SipMessageCounts> { ["a\nb"] = default } };
        account.Should().Throw<ArgumentException>().WithParameterName("Account");
        kind.Should().Throw<ArgumentException>().WithParameterName("Counts");
    }

    [Theory]
    [InlineData("SIP/2.0 100 Trying", 100, "Trying")]
    [InlineData("SIP/2.0 503 Service Unavailable\r\nRetry-After: 3\r\n", 503, "Service Unavailable")]
    [InlineData("SIP/2.0 200\n", 200, "")]
    public void Fragment_StatusLine_IsRead(string body, int status, string phrase)
    {
        SipFragment.TryParse(Octets(body), out var fragment, out var error).Should().BeTrue(error);
        fragment.Should().Be(new SipFragment(status, phrase));
    }

    [Theory]
    [InlineData("")]
    [InlineData("INVITE sip:a@b SIP/2.0\r\n")]
    [InlineData("SIP/2.0 99 Low")]
    [InlineData("SIP/2.0 700 High")]
    [InlineData("SIP/2.0 2000")]
    [InlineData("SIP/2.0 2")]
    [InlineData("SIP/3.0 200 OK")]
    public void Fragment_NoStatusLine_IsRefused(string body) => SipFragment.TryParse(Octets(body), out _, out _).Should().BeFalse();

    [Fact]
    public void Fragment_LineBreakInThePhrase_IsRefused()
    {
        var make = () => new SipFragment(200, "OK\r\nX: 1");
        make.Should().Throw<ArgumentException>();
        Encoding.UTF8.GetString(new SipFragment(180, "Ringing").ToContent().Octets.Span).Should().Be("SIP/2.0 180 Ringing\r\n");
    }

    private static ReadOnlyMemory<byte> Octets(string text) => Encoding.UTF8.GetBytes(text);
}
