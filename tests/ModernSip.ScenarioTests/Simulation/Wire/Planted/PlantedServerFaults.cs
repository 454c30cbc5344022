using ModernSip.Messages;
using ModernSip.Messages.Headers;
using static ModernSip.ScenarioTests.Simulation.Wire.Planted.Trace;

namespace ModernSip.ScenarioTests.Simulation.Wire.Planted;

/// <summary>Exchanges with one fault in what a stack answers, or in a message by itself, and what the checker is to say of it.</summary>
internal static class PlantedServerFaults
{
    public static Dictionary<string, (string Expected, Action<Trace> Plant)> All { get; } = new()
    {
        ["an answer to nothing"] = ("answers a request that never came", static trace => trace.Sent(0, Answer(Its("MESSAGE"), 200))),
        ["no answer"] = ("was never answered", static trace => trace.Received(0, Its("MESSAGE")).Sent(1, Own("MESSAGE")).Sent(1.5, Own("MESSAGE")).Received(300, Answer(Own("MESSAGE"), 200))),
        ["a provisional response behind the final one"] = ("is sent after the final response", static trace => Answered(trace, "INVITE", 200).Received(1.1, Its("ACK", 1, "ack", "t")).Sent(2, Answer(Its("INVITE"), 180))),
        ["a 100 to a MESSAGE too soon"] = ("is sent before timer E reaches T2 (RFC 4320)", static trace => trace.Received(0, Its("MESSAGE")).Sent(3.4, Answer(Its("MESSAGE"), 100)).Sent(4, Answer(Its("MESSAGE"), 200))),
        ["a provisional response that is not the same the second time"] = ("is repeated with other octets", static trace =>
            Finish(trace.Received(0, Its("INVITE")).Sent(0.1, Answer(Its("INVITE"), 180)).Received(0.5, Its("INVITE")).Sent(0.5, Answer(Its("INVITE"), 180, edit: Subject)))),
        ["a provisional response once more, unasked"] = ("is repeated unasked", static trace => Finish(trace.Received(0, Its("INVITE")).Sent(0.1, Answer(Its("INVITE"), 180)).Sent(0.6, Answer(Its("INVITE"), 180)))),
        ["a reliable provisional response at the wrong time"] = ("is repeated unasked", static trace => Finish(trace.Received(0, Its("INVITE")).Sent(0.1, Answer(Its("INVITE"), 180, edit: Reliable)).Sent(0.7, Answer(Its("INVITE"), 180, edit: Reliable)))),
        ["an answer behind timer F"] = ("is a late answer to a request that has timed out (RFC 4320)", static trace => trace.Received(0, Its("MESSAGE")).Sent(32.1, Answer(Its("MESSAGE"), 200))),
        ["two different answers"] = ("is a second final response", static trace => Answered(trace, "MESSAGE", 200).Received(1.5, Its("MESSAGE")).Sent(1.5, Answer(Its("MESSAGE"), 500))),
        ["an answer that is not the same the second time"] = ("is repeated with other octets", static trace => Answered(trace, "MESSAGE", 200).Received(1.5, Its("MESSAGE")).Sent(1.5, Answer(Its("MESSAGE"), 200, edit: Subject))),
        ["an answer once more, unasked"] = ("is repeated unasked", static trace => Answered(trace, "MESSAGE", 200).Sent(1.5, Answer(Its("MESSAGE"), 200))),
        ["two answers to one repeat"] = ("is repeated unasked", static trace => Answered(trace, "MESSAGE", 200).Received(1.5, Its("MESSAGE")).Sent(1.5, Answer(Its("MESSAGE"), 200)).Sent(1.5, Answer(Its("MESSAGE"), 200))),
        ["a failure once more on TCP"] = ("is repeated on a reliable transport", static trace =>
            trace.Received(0, Tcp("INVITE"), protocol: "TCP").Sent(1, Answer(Tcp("INVITE"), 486), protocol: "TCP").Sent(1.5, Answer(Tcp("INVITE"), 486), protocol: "TCP")),
        ["a failure once more behind its ACK"] = ("is repeated after its ACK", static trace => Answered(trace, "INVITE", 486).Received(1.2, Derived("ACK", Its("INVITE"), "t")).Sent(1.5, Answer(Its("INVITE"), 486))),
        ["a 2xx once more behind its ACK"] = ("is repeated after its ACK", static trace => Answered(trace, "INVITE", 200).Received(1.2, Its("ACK", 1, "ack", "t")).Sent(1.5, Answer(Its("INVITE"), 200))),
        ["a failure that is repeated too soon"] = ("is not repeated in time", static trace => Answered(trace, "INVITE", 486).Sent(1.4, Answer(Its("INVITE"), 486)).Received(1.45, Derived("ACK", Its("INVITE"), "t"))),
        ["a 2xx that is repeated too late"] = ("is not repeated in time", static trace => Answered(trace, "INVITE", 200).Sent(1.6, Answer(Its("INVITE"), 200)).Received(1.7, Its("ACK", 1, "ack", "t"))),
        ["an answer with another From"] = ("has another From than its request", static trace => Answered(trace, "MESSAGE", 200, static headers => headers["From"] = "<sip:bob@10.0.0.2>;tag=other")),
        ["an answer with another Call-ID"] = ("has another Call-ID than its request", static trace => Answered(trace, "MESSAGE", 200, static headers => headers["Call-ID"] = "other")),
        ["an answer with another sequence number"] = ("has another CSeq than its request", static trace => Answered(trace, "MESSAGE", 200, static headers => headers["CSeq"] = "2 MESSAGE")),
        ["an answer with a tag of its own in a dialog"] = ("has another To tag than its request", static trace =>
            trace.Received(0, Its("MESSAGE", tag: "t")).Sent(1, Answer(Its("MESSAGE", tag: "t"), 200, edit: static headers => headers["To"] = "<sip:alice@10.0.0.1>;tag=other"))),
        ["a final response with another tag than the provisional one"] = ("has another To tag than the response before", static trace =>
            trace.Received(0, Its("INVITE")).Sent(0.5, Answer(Its("INVITE"), 180)).Sent(1, Answer(Its("INVITE"), 486, "other")).Received(1.2, Derived("ACK", Its("INVITE"), "other"))),
        ["an answer that goes elsewhere"] = ("goes to another address than the request came from", static trace => trace.Received(0, Its("MESSAGE")).Sent(1, Answer(Its("MESSAGE"), 200), to: "10.0.0.3")),
        ["an answer over TCP to what came by UDP"] = ("goes over another transport than the request came on", static trace => trace.Received(0, Its("MESSAGE")).Sent(1, Answer(Its("MESSAGE"), 200), protocol: "TCP")),

        ["octets that are no message"] = ("is no message: *", static trace => trace.SentOctets(0, "hello\r\n\r\n")),
        ["a request without Call-ID"] = ("is no message: *", static trace => trace.SentOctets(0, Own("MESSAGE").ToString()!.Replace("Call-ID: own\r\n", "", StringComparison.Ordinal))),
        ["a sequence number of another method"] = ("is no message: *", static trace => trace.SentOctets(0, Own("MESSAGE").ToString()!.Replace("1 MESSAGE", "1 INFO", StringComparison.Ordinal))),
        ["a branch without the magic cookie"] = (Rule("the topmost branch has the magic cookie"), static trace => trace.Sent(0, Own("MESSAGE", edit: static headers => headers["Via"] = "SIP/2.0/UDP 10.0.0.1:5060;branch=old-fashioned"))),
        ["two Vias"] = (Rule("there is one Via"), static trace => trace.Sent(0, Own("MESSAGE", edit: static headers => headers.Add("Via", "SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bK-more")))),
        ["a From without tag"] = (Rule("From has a tag"), static trace => trace.Sent(0, Own("MESSAGE", edit: static headers => headers["From"] = "<sip:alice@10.0.0.1>"))),
        ["no Max-Forwards"] = (Rule("there is a Max-Forwards"), static trace => trace.Sent(0, Own("MESSAGE", edit: static headers => headers.Remove("Max-Forwards")))),
        ["a Max-Forwards of 71"] = (Rule("there is a Max-Forwards"), static trace => trace.Sent(0, Own("MESSAGE", edit: static headers => headers["Max-Forwards"] = "71"))),
        ["a Via of another transport"] = (Rule("the Via names the transport"), static trace => trace.Sent(0, Own("MESSAGE"), protocol: "TCP")),
        ["a sent-by where nobody listens"] = (Rule("sent-by is where the sender listens"), static trace => trace.Sent(0, Own("MESSAGE", edit: static headers => headers["Via"] = "SIP/2.0/UDP 10.0.0.1:5070;branch=z9hG4bK-own"))),
        ["an INVITE without Contact"] = (Rule("an INVITE has a Contact"), static trace => trace.Sent(0, Own("INVITE", edit: static headers => headers.Remove("Contact")))),
        ["an INVITE without Allow"] = (Rule("an INVITE has Allow"), static trace => trace.Sent(0, Own("INVITE", edit: static headers => headers.Remove("Allow")))),
        ["an answer without tag"] = (Rule("a response above 100 has a To tag"), static trace => trace.Received(0, Its("MESSAGE")).Sent(1, Answer(Its("MESSAGE"), 200, tag: null))),
        ["a 2xx to INVITE without Contact"] = (Rule("a 2xx to INVITE has a Contact"), static trace => Answered(trace, "INVITE", 200, static headers => headers.Remove("Contact")).Received(1.2, Its("ACK", 1, "ack", "t"))),
        ["a 180 to a MESSAGE"] = (Rule("only an INVITE has provisional responses but 100 (RFC 4320)"), static trace => trace.Received(0, Its("MESSAGE")).Sent(4, Answer(Its("MESSAGE"), 180)).Sent(5, Answer(Its("MESSAGE"), 200))),
        ["a 408 to a MESSAGE"] = (Rule("only an INVITE is answered 408 (RFC 4320)"), static trace => Answered(trace, "MESSAGE", 408)),
        ["a 405 without Allow"] = (Rule("a 405 has Allow"), static trace => Answered(trace, "MESSAGE", 405)),
    };

    private static string Rule(string rule) => $"breaks the rule: {rule}";

    private static void Subject(SipHeaders headers) => headers["Subject"] = "x";

    private static void Reliable(SipHeaders headers) => headers["RSeq"] = "1";

    private static SipRequest Tcp(string method) => Its(method, edit: static headers => headers["Via"] = headers["Via"]!.Replace("UDP", "TCP", StringComparison.Ordinal));

    private static Trace Answered(Trace trace, string method, int status, Action<SipHeaders>? edit = null) => trace.Received(0, Its(method)).Sent(1, Answer(Its(method), status, edit: edit));

    private static void Finish(Trace trace) => trace.Sent(2, Answer(Its("INVITE"), 486)).Received(2.1, Derived("ACK", Its("INVITE"), "t"));
}
