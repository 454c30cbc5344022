using ModernSip.Messages;
using static ModernSip.ScenarioTests.Simulation.Wire.Planted.Trace;

namespace ModernSip.ScenarioTests.Simulation.Wire.Planted;

/// <summary>Exchanges with one fault in what a stack sends as a client, and what the checker is to say of it.</summary>
internal static class PlantedClientFaults
{
    private const string Contact = "sip:bob@10.0.0.2:5060";

    public static Dictionary<string, (string Expected, Action<Trace> Plant)> All { get; } = new()
    {
        ["a request's repeat has another octet"] = ("is repeated with other octets", static trace =>
            trace.Sent(0, Own("MESSAGE")).Sent(0.5, Own("MESSAGE", edit: static headers => headers["Subject"] = "x"))),
        ["a request's repeat goes elsewhere"] = ("is repeated with other octets", static trace => trace.Sent(0, Own("MESSAGE")).Sent(0.5, Own("MESSAGE"), to: "10.0.0.3")),
        ["a repeat on TCP"] = ("is repeated on a reliable transport", static trace => trace.Sent(0, Tcp("MESSAGE"), protocol: "TCP").Sent(0.5, Tcp("MESSAGE"), protocol: "TCP")),
        ["a repeat behind the final response"] = ("is repeated after its final response", static trace =>
            trace.Sent(0, Own("MESSAGE")).Received(0.1, Answer(Own("MESSAGE"), 200)).Sent(0.5, Own("MESSAGE"))),
        ["an INVITE's repeat behind a provisional response"] = ("is repeated after a provisional response", static trace =>
            trace.Sent(0, Own("INVITE")).Received(0.1, Answer(Own("INVITE"), 180)).Sent(0.5, Own("INVITE"))),
        ["the first repeat before T1"] = ("is not repeated in time; it was due at 00:00:00.5000000", static trace => trace.Sent(0, Own("MESSAGE")).Sent(0.49, Own("MESSAGE"))),
        ["the first repeat behind T1"] = ("is not repeated in time; it was due at 00:00:00.5000000", static trace => trace.Sent(0, Own("MESSAGE")).Sent(0.51, Own("MESSAGE"))),
        ["an interval that does not double"] = ("is not repeated in time; it was due at 00:00:01.5000000", static trace => trace.Sent(0, Own("INVITE")).Sent(0.5, Own("INVITE")).Sent(1, Own("INVITE"))),
        ["an interval beyond T2"] = ("is not repeated in time; it was due at 00:00:11.5000000", static trace => Repeat(trace, Own("MESSAGE"), 0.5, 1.5, 3.5, 7.5, 15.5)),
        ["an INVITE's interval that stops at T2"] = ("is not repeated in time; it was due at 00:00:15.5000000", static trace => Repeat(trace, Own("INVITE"), 0.5, 1.5, 3.5, 7.5, 11.5)),
        ["a repeat behind 64*T1"] = ("is not repeated in time; it was due at 00:00:35.5000000", static trace => Repeat(trace, Own("MESSAGE"), 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5, 35.5)),
        ["a provisional response that slows nothing down"] = ("is not repeated in time; it was due at 00:00:04.5000000", static trace =>
            trace.Sent(0, Own("MESSAGE")).Received(0.1, Answer(Own("MESSAGE"), 100)).Sent(0.5, Own("MESSAGE")).Sent(1.5, Own("MESSAGE"))),
        ["a branch that was used before"] = ("begins with a branch that was used before", static trace => trace.Sent(0, Own("MESSAGE")).Sent(10, Own("OPTIONS", 2))),
        ["a sequence number that stands still"] = ("has a sequence number that is not above 7", static trace => trace.Sent(0, Own("MESSAGE", 7)).Sent(1, Own("MESSAGE", 7, "two"))),
        ["a sequence number that goes back"] = ("has a sequence number that is not above 7", static trace => trace.Sent(0, Own("MESSAGE", 7)).Sent(1, Own("MESSAGE", 6, "two"))),

        ["a CANCEL of nothing"] = ("cancels nothing that was sent", static trace => trace.Sent(0, Own("CANCEL"))),
        ["a CANCEL before any response"] = ("is sent before a provisional response", static trace => trace.Sent(0, Own("INVITE")).Sent(0.1, Derived("CANCEL", Own("INVITE")))),
        ["a CANCEL behind the answer"] = ("is sent after the final response", static trace => Ringing(trace).Received(1, Answer(Own("INVITE"), 200)).Sent(1, Ack()).Sent(2, Derived("CANCEL", Own("INVITE")))),
        ["a CANCEL with another Request-URI"] = ("has another Request-URI than its INVITE", static trace => Ringing(trace).Sent(1, Derived("CANCEL", Own("INVITE"), uri: Contact))),
        ["a CANCEL with a To tag"] = ("has another To than its INVITE", static trace => Ringing(trace).Sent(1, Derived("CANCEL", Own("INVITE"), "t"))),
        ["a CANCEL with another From"] = ("has another From than its INVITE", static trace => Ringing(trace).Sent(1, Derived("CANCEL", Own("INVITE"), edit: static headers => headers["From"] = "<sip:alice@10.0.0.1>;tag=other"))),
        ["a CANCEL with another Call-ID"] = ("has another Call-ID than its INVITE", static trace => Ringing(trace).Sent(1, Derived("CANCEL", Own("INVITE"), edit: static headers => headers["Call-ID"] = "other"))),
        ["a CANCEL with a Route of its own"] = ("has another Route than its INVITE", static trace => Ringing(trace).Sent(1, Derived("CANCEL", Own("INVITE"), edit: static headers => headers["Route"] = "<sip:10.0.0.3;lr>"))),
        ["a CANCEL with a parameter more in its Via"] = ("has another Via than its INVITE", static trace => Ringing(trace).Sent(1, Derived("CANCEL", Own("INVITE"), edit: static headers => headers["Via"] += ";rport"))),
        ["a CANCEL with the next sequence number"] = ("has another sequence number than its INVITE", static trace => Ringing(trace).Sent(1, Derived("CANCEL", Own("INVITE"), edit: static headers => headers["CSeq"] = "2 CANCEL"))),
        ["a CANCEL that goes elsewhere"] = ("goes elsewhere than its INVITE", static trace => Ringing(trace).Sent(1, Derived("CANCEL", Own("INVITE")), to: "10.0.0.3")),

        ["a failure that is not acknowledged"] = ("was not acknowledged", static trace => trace.Sent(0, Own("INVITE")).Received(0.1, Answer(Own("INVITE"), 486))),
        ["a failure's repeat that is not acknowledged"] = ("was not acknowledged", static trace => Refused(trace).Received(0.6, Answer(Own("INVITE"), 486))),
        ["an ACK to a failure out of the blue"] = ("acknowledges no response that came just now", static trace => Refused(trace).Sent(0.5, Derived("ACK", Own("INVITE"), "t"))),
        ["an ACK to a failure with another sequence number"] = ("has another sequence number than its INVITE", static trace =>
            trace.Sent(0, Own("INVITE")).Received(0.1, Answer(Own("INVITE"), 486)).Sent(0.1, Derived("ACK", Own("INVITE"), "t", static headers => headers["CSeq"] = "2 ACK"))),
        ["an ACK to a failure with another tag"] = ("has another To than the response", static trace => trace.Sent(0, Own("INVITE")).Received(0.1, Answer(Own("INVITE"), 486)).Sent(0.1, Derived("ACK", Own("INVITE"), "other"))),
        ["an ACK to a failure with another Via"] = ("has another Via than its INVITE", static trace =>
            trace.Sent(0, Own("INVITE")).Received(0.1, Answer(Own("INVITE"), 486)).Sent(0.1, Derived("ACK", Own("INVITE"), "t", static headers => headers["Via"] += ";rport"))),
        ["an ACK to a failure that is not the same the second time"] = ("is repeated with other octets", static trace =>
            Refused(trace).Received(0.6, Answer(Own("INVITE"), 486)).Sent(0.6, Derived("ACK", Own("INVITE"), "t", static headers => headers["Subject"] = "x"))),

        ["an ACK to a 2xx with the INVITE's branch"] = ("acknowledges a 2xx with the INVITE's own branch", static trace => trace.Sent(0, Own("INVITE")).Received(1, Answer(Own("INVITE"), 200)).Sent(1, Derived("ACK", Own("INVITE"), "t"))),
        ["an ACK to a 2xx with another sequence number"] = ("acknowledges no 2xx that was received", static trace => trace.Sent(0, Own("INVITE")).Received(1, Answer(Own("INVITE"), 200)).Sent(1, Ack(sequence: 2))),
        ["an ACK to a 2xx with another tag"] = ("acknowledges no 2xx that was received", static trace => trace.Sent(0, Own("INVITE")).Received(1, Answer(Own("INVITE"), 200)).Sent(1, Own("ACK", 1, "ack", "other", Contact))),
        ["an ACK to a 2xx that is addressed as the INVITE"] = ("is not addressed to the Contact of the 2xx", static trace => trace.Sent(0, Own("INVITE")).Received(1, Answer(Own("INVITE"), 200)).Sent(1, Own("ACK", 1, "ack", "t"))),
        ["an ACK to a 2xx under the branch of another request"] = ("begins with a branch that was used before", static trace =>
            trace.Sent(0, Own("INVITE")).Sent(0.1, Own("MESSAGE", 2, "used")).Received(1, Answer(Own("INVITE"), 200)).Sent(1, Own("ACK", 1, "used", "t", Contact))),
        ["an ACK to a 2xx that is not the same the second time"] = ("is repeated with other octets", static trace => OwnAnswered(trace).Received(1.5, Answer(Own("INVITE"), 200)).Sent(1.5, Own("ACK", 1, "again", "t", Contact))),
        ["an ACK to a 2xx once more although none came"] = ("is repeated although no 2xx came", static trace => OwnAnswered(trace).Sent(1.5, Ack())),

        ["a request in a dialog that was never made"] = ("is in a dialog that does not exist", static trace => trace.Sent(0, Own("INFO", 1, "info", "never"))),
        ["a request in a dialog that is addressed as the INVITE was"] = ("is addressed to no Contact of the peer", static trace => OwnAnswered(trace).Sent(2, Own("INFO", 2, "info", "t"))),
        ["a callee that hangs up before the ACK"] = ("hangs up before the ACK", static trace => trace.Received(0, Its("INVITE")).Sent(1, Answer(Its("INVITE"), 200)).Sent(1.2, OwnInIts("BYE", 1))),
    };

    private static SipRequest Ack(uint sequence = 1) => Own("ACK", sequence, "ack", "t", Contact);

    private static SipRequest Tcp(string method) => Own(method, edit: static headers => headers["Via"] = headers["Via"]!.Replace("UDP", "TCP", StringComparison.Ordinal));

    private static void Repeat(Trace trace, SipRequest request, params double[] times)
    {
        trace.Sent(0, request);
        foreach (var at in times) trace.Sent(at, request);
    }

    private static Trace Ringing(Trace trace) => trace.Sent(0, Own("INVITE")).Received(0.1, Answer(Own("INVITE"), 180));

    private static Trace Refused(Trace trace) => trace.Sent(0, Own("INVITE")).Received(0.1, Answer(Own("INVITE"), 486)).Sent(0.1, Derived("ACK", Own("INVITE"), "t"));

    private static Trace OwnAnswered(Trace trace) => trace.Sent(0, Own("INVITE")).Received(1, Answer(Own("INVITE"), 200)).Sent(1, Ack());
}
