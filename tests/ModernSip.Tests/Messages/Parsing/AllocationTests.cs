using ModernSip.Messages;
using ModernSip.Messages.Parsing;

namespace ModernSip.Tests.Messages.Parsing;

public sealed class AllocationTests
{
    [Fact]
    public void Parse_TypicalRequest_AllocatesTheCopyTheIndexAndFewValues()
    {
        var octets = Wire.Options(
            "Via: SIP/2.0/UDP a;branch=z9hG4bK1", "Via: SIP/2.0/UDP b;branch=z9hG4bK2", "Contact: <sip:ada@192.0.2.1:5060>", "Record-Route: <sip:p;lr>",
            "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS", "Supported: timer, 100rel", "User-Agent: x", "Content-Length: 0");
        for (var i = 0; i < 50; i++) MessageParser.Parse(octets, SipMessageLimits.Default);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) MessageParser.Parse(octets, SipMessageLimits.Default);
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / 100;

        // One array of the octets, one of 16 octets a field, the message, and one object for each value that was checked.
        each.Should().BeLessThan(octets.Length + (14 * 16) + 600);
    }
}
