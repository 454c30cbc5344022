using System.Globalization;
using System.Text;
using ModernSip.Tests.Messages.Parsing;

namespace ModernSip.ScenarioTests.Simulation.Hostile;

/// <summary>Makes of a message that was on the wire one that should not be: some are no messages any more, most are good ones at the wrong time.</summary>
internal sealed class Twister(Dice dice)
{
    private static readonly string[] Methods = ["INVITE", "ACK", "BYE", "CANCEL", "PRACK", "UPDATE", "INFO", "REFER", "SUBSCRIBE", "NOTIFY", "MESSAGE", "OPTIONS", "REGISTER", "PUBLISH", "XYZZY"];
    private static readonly int[] Statuses = [100, 180, 183, 199, 200, 202, 204, 299, 300, 302, 400, 401, 407, 408, 422, 423, 481, 482, 487, 491, 494, 500, 503, 600, 699];

    private static readonly string[] Fields =
    [
        "Require: 100rel", "Require: timer, replaces, unheard-of", "RSeq: 1", "RSeq: 4294967295", "RAck: 1 1 INVITE", "Session-Expires: 90;refresher=uas", "Session-Expires: 1", "Min-SE: 4294967295",
        "Record-Route: <sip:10.0.0.66;lr>", "Route: <sip:10.0.0.66>", "Contact: <sip:x@10.0.0.66>", "Contact: *", "Expires: 0", "Expires: 4294967295", "Retry-After: 0", "Min-Expires: 4294967295",
        "Replaces: a@b;to-tag=1;from-tag=2", "Refer-To: <sip:x@10.0.0.66>", "Event: presence", "Event: refer", "Subscription-State: terminated;reason=noresource", "Subscription-State: active;expires=1",
        "SIP-ETag: x", "Authorization: Digest username=\"alice\"", "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth,auth-int\"", "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\"",
        "Service-Route: <sip:10.0.0.66;lr>", "Path: <sip:10.0.0.66;lr>", "Content-Type: application/sdp", "Target-Dialog: a;local-tag=1;remote-tag=2", "Timestamp: 1",
    ];

    private int _names;

    public byte[] Twist(byte[] message, IReadOnlyList<byte[]> others)
    {
        if (dice.Chance(0.3)) return new Mutator([message, .. others], dice.Next(int.MaxValue)).Next();
        var text = Encoding.Latin1.GetString(message);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0) return message;
        var (lines, body) = (text[..end].Split("\r\n").ToList(), text[(end + 4)..]);
        for (var twists = dice.Next(4); twists > 0; twists--) TwistOnce(lines, ref body, others); // none at all is a repeat
        Change(lines, "Content-Length", _ => body.Length.ToString(CultureInfo.InvariantCulture));
        return Encoding.Latin1.GetBytes($"{string.Join("\r\n", lines)}\r\n\r\n{body}");
    }

    private void TwistOnce(List<string> lines, ref string body, IReadOnlyList<byte[]> others)
    {
        switch (dice.Next(11))
        {
            case 0: // another number
                Change(lines, "CSeq", value => $"{dice.Of("0", "1", "2", "3", "2147483647", "4294967295")} {value.Split(' ')[^1]}");
                break;
            case 1: // another transaction
                Change(lines, "Via", value => value.Replace("branch=z9hG4bK", $"branch=z9hG4bK{++_names}", StringComparison.Ordinal));
                break;
            case 2: // another dialog, or none
                Change(lines, dice.Of("To", "From"), value => dice.Chance(0.5) ? value.Split(";tag=")[0] : $"{value.Split(";tag=")[0]};tag=t{++_names}");
                break;
            case 3: // another method or status
                SwapStart(lines);
                break;
            case 4:
                lines.RemoveAt(dice.Next(lines.Count));
                if (lines.Count == 0) lines.Add("");
                break;
            case 5:
                lines.Insert(1 + dice.Next(lines.Count - 1), lines[dice.Next(lines.Count)]);
                break;
            case 6:
                lines.Insert(1, dice.Of(Fields));
                break;
            case 7: // another one's body
                var other = Encoding.Latin1.GetString(others[dice.Next(others.Count)]);
                body = other[Math.Max(0, other.IndexOf("\r\n\r\n", StringComparison.Ordinal))..].TrimStart('\r', '\n');
                break;
            case 8:
                body = body.Length == 0 ? "x" : body[..dice.Next(body.Length)];
                break;
            case 9: // as long as a datagram bears, at times
                Change(lines, dice.Of("Via", "Call-ID", "From", "To", "Contact"), value => value + new string('x', dice.Next(dice.Of(100, 3_000, 40_000))));
                break;
            default: // another call
                Change(lines, "Call-ID", value => $"{value}{++_names}");
                break;
        }
    }

    private void SwapStart(List<string> lines)
    {
        if (lines[0].StartsWith("SIP/2.0 ", StringComparison.Ordinal))
        {
            lines[0] = $"SIP/2.0 {dice.Of(Statuses)} Twisted";
            return;
        }

        var (method, parts) = (dice.Of(Methods), lines[0].Split(' '));
        parts[0] = method;
        lines[0] = string.Join(' ', parts);
        Change(lines, "CSeq", value => $"{value.Split(' ')[0]} {method}");
    }

    private static void Change(List<string> lines, string name, Func<string, string> change)
    {
        var index = lines.FindIndex(line => line.StartsWith($"{name}: ", StringComparison.OrdinalIgnoreCase));
        if (index >= 0) lines[index] = $"{name}: {change(lines[index][(name.Length + 2)..])}";
    }
}
