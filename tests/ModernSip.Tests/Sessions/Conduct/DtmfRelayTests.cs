using ModernSip.Messages;
using ModernSip.Sessions;
using ModernSip.Sessions.Conduct;

namespace ModernSip.Tests.Sessions.Conduct;

public sealed class DtmfRelayTests
{
    [Theory]
    [InlineData("application/dtmf-relay", "Signal=5\r\nDuration=160\r\n", '5', 160)]
    [InlineData("application/dtmf-relay", "Signal= #\nDuration= 100", '#', 100)]
    [InlineData("Application/DTMF-Relay", "signal=a", 'A', 0)]
    [InlineData("application/dtmf-relay", "Signal=11\r\nDuration=250", '#', 250)]
    [InlineData("application/dtmf-relay", "Signal=12", 'A', 0)]
    [InlineData("application/dtmf-relay", "Signal=1\r\nDuration=-5", '1', 0)]
    [InlineData("application/dtmf", "*", '*', 0)]
    [InlineData("application/dtmf", "10\r\n", '*', 0)]
    public void Read_ATone_TellsIt(string type, string body, char tone, int milliseconds) =>
        DtmfRelay.Read(Content(type, body)).Should().Be(new SipDtmfReceived(tone, TimeSpan.FromMilliseconds(milliseconds)));

    [Theory]
    [InlineData("application/dtmf-relay", "Duration=160")]
    [InlineData("application/dtmf-relay", "Signal=")]
    [InlineData("application/dtmf-relay", "Signal=16")]
    [InlineData("application/dtmf-relay", "Signal=X")]
    [InlineData("application/dtmf", "12345")]
    public void Read_NoTone_IsNull(string type, string body) => DtmfRelay.Read(Content(type, body)).Should().BeNull();

    [Fact]
    public void Read_Endless_IsNull() => DtmfRelay.Read(Content("application/dtmf-relay", "Signal=5\r\n" + new string('x', 300))).Should().BeNull();

    [Fact]
    public void Write_WhatIsRead_IsTheSame() =>
        DtmfRelay.Read(DtmfRelay.Write('D', TimeSpan.FromSeconds(2))).Should().Be(new SipDtmfReceived('D', TimeSpan.FromSeconds(2)));

    private static SipContent Content(string type, string body) => new(type, System.Text.Encoding.ASCII.GetBytes(body));
}
