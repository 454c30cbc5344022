using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.ScenarioTests.Simulation.Wire;

/// <summary>What holds for a message by itself (RFC 3261 §8.1.1, §8.2.6), beyond what makes it one: without To, Call-ID or CSeq it is none.</summary>
internal static class MessageRules
{
    public static void Check(WireEvent one, Action<WireEvent, string> report)
    {
        var headers = one.Headers;
        Require(headers.Via is { Branch.Length: > 7 } via && via.Branch!.StartsWith("z9hG4bK", StringComparison.Ordinal), "the topmost branch has the magic cookie");
        Require(headers.GetAll(SipHeaderNames.Via).Count == 1, "there is one Via");
        Require(headers.From?.Tag is { Length: > 0 }, "From has a tag");
        if (one.Message is SipRequest request)
        {
            Require(headers.MaxForwards is > 0 and <= 70, "there is a Max-Forwards");
            Require(string.Equals(headers.Via!.Transport, one.Protocol, StringComparison.OrdinalIgnoreCase), "the Via names the transport");
            Require(headers.Via!.Host == one.Local.Address.ToString() && headers.Via.Port == 5060, "sent-by is where the sender listens");
            if (request.Method == SipMethod.Invite) Require(headers.Contact is not null, "an INVITE has a Contact");
            if (request.Method == SipMethod.Invite && headers.To!.Tag is null) Require(headers.Contains("Allow"), "an INVITE has Allow");
        }
        else if (one.Message is SipResponse response)
        {
            if (response.StatusCode > 100) Require(headers.To!.Tag is { Length: > 0 }, "a response above 100 has a To tag");
            if (response.IsSuccess && one.CSeq.Method == SipMethod.Invite) Require(headers.Contact is not null, "a 2xx to INVITE has a Contact");
            if (response.StatusCode is > 100 and < 200) Require(one.CSeq.Method == SipMethod.Invite, "only an INVITE has provisional responses but 100 (RFC 4320)");
            if (response.StatusCode == 408) Require(one.CSeq.Method == SipMethod.Invite, "only an INVITE is answered 408 (RFC 4320)");
            if (response.StatusCode == 405) Require(headers.Contains("Allow"), "a 405 has Allow");
        }

        void Require(bool holds, string rule)
        {
            if (!holds) report(one, $"breaks the rule: {rule}");
        }
    }

    /// <summary>Whether two messages say the same in a header field, to the octet.</summary>
    public static bool SameText(SipHeaders one, SipHeaders other, string name) => string.Equals(one[name], other[name], StringComparison.Ordinal);
}
