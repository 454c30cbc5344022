using System.Globalization;

namespace ModernSip.Load.Callers;

/// <summary>The messages of a caller at one local and one remote port.</summary>
internal sealed class WireMessages(int local, int remote, string run)
{
    private const string Description = "v=0\r\no=user1 53655765 2353687637 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 6000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n";

    public WireTemplate Options { get; } = new(Message("OPTIONS", 1, local, remote, run, isInDialog: false, ""));

    public WireTemplate Invite { get; } = new(Message("INVITE", 1, local, remote, run, isInDialog: false, Description));

    public WireTemplate Ack { get; } = new(Message("ACK", 1, local, remote, run, isInDialog: true, ""));

    public WireTemplate Bye { get; } = new(Message("BYE", 2, local, remote, run, isInDialog: true, ""));

    /// <summary>The number of the call that a response belongs to; negative for another's.</summary>
    public static int CallOf(ReadOnlySpan<byte> response, ReadOnlySpan<byte> run)
    {
        var at = response.IndexOf("Call-ID: "u8);
        if (at < 0 || response.Length < at + 18 + run.Length || !response.Slice(at + 18, run.Length).SequenceEqual(run)) return -1;
        return int.TryParse(response.Slice(at + 9, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var call) ? call : -1;
    }

    public static ReadOnlySpan<byte> ToTagOf(ReadOnlySpan<byte> response)
    {
        var to = response[response.IndexOf("\r\nTo: "u8)..];
        var line = to[2..(to[2..].IndexOf((byte)'\r') + 2)];
        var tag = line.IndexOf(";tag="u8);
        return tag < 0 ? default : line[(tag + 5)..];
    }

    // The form and size of SIPp's own messages. Call-ID: eight digits, a hyphen, the name of the run.
    private static string Message(string method, int sequence, int local, int remote, string run, bool isInDialog, string body) =>
        $"{method} sip:service@127.0.0.1:{remote} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{local};branch=z9hG4bK-########-{run}-{method}\r\n" +
        $"From: load <sip:load@127.0.0.1:{local}>;tag=########\r\nTo: service <sip:service@127.0.0.1:{remote}>{(isInDialog ? ";tag=@" : "")}\r\n" +
        $"Call-ID: ########-{run}\r\nCSeq: {sequence} {method}\r\nMax-Forwards: 70\r\n" +
        (method == "OPTIONS" ? "" : $"Contact: sip:load@127.0.0.1:{local}\r\nSubject: Performance Test\r\n") +
        $"{(body.Length > 0 ? "Content-Type: application/sdp\r\n" : "")}Content-Length: {body.Length}\r\n\r\n{body}";
}
