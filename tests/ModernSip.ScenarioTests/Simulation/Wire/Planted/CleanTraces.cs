using static ModernSip.ScenarioTests.Simulation.Wire.Planted.Trace;

namespace ModernSip.ScenarioTests.Simulation.Wire.Planted;

/// <summary>Exchanges without a fault, each to be spoilt in one place.</summary>
internal static class CleanTraces
{
    public static Dictionary<string, Action<Trace>> All { get; } = new()
    {
        ["own call"] = static trace =>
        {
            var (invite, ack, bye) = (Own("INVITE"), Own("ACK", 1, "ack", "t", "sip:bob@10.0.0.2:5060"), Own("BYE", 2, "bye", "t", "sip:bob@10.0.0.2:5060"));
            trace.Sent(0, invite).Sent(0.5, invite).Received(0.6, Answer(invite, 180)).Received(1, Answer(invite, 200)).Sent(1, ack);
            trace.Received(1.5, Answer(invite, 200)).Sent(1.5, ack).Sent(5, bye).Sent(5.5, bye).Received(5.6, Answer(bye, 200));
        },
        ["own call, refused"] = static trace =>
        {
            var invite = Own("INVITE");
            var ack = Derived("ACK", invite, "t");
            trace.Sent(0, invite).Received(0.1, Answer(invite, 486)).Sent(0.1, ack).Received(0.6, Answer(invite, 486)).Sent(0.6, ack);
        },
        ["own call, cancelled"] = static trace =>
        {
            var invite = Own("INVITE");
            var cancel = Derived("CANCEL", invite);
            trace.Sent(0, invite).Received(0.1, Answer(invite, 180)).Sent(1, cancel).Received(1.1, Answer(cancel, 200)).Received(1.1, Answer(invite, 487)).Sent(1.1, Derived("ACK", invite, "t"));
        },
        ["own message"] = static trace =>
        {
            var message = Own("MESSAGE");
            trace.Sent(0, message).Sent(0.5, message).Sent(1.5, message).Received(2, Answer(message, 100)).Sent(3.5, message).Sent(7.5, message).Received(8, Answer(message, 200));
        },
        ["its call"] = static trace =>
        {
            var invite = Its("INVITE");
            trace.Received(0, invite).Sent(0.2, Answer(invite, 100)).Sent(0.3, Answer(invite, 180)).Received(0.5, invite).Sent(0.5, Answer(invite, 180));
            trace.Sent(1, Answer(invite, 200)).Sent(1.5, Answer(invite, 200)).Received(1.6, Its("ACK", 1, "ack", "t"));
            var bye = OwnInIts("BYE", 1);
            trace.Sent(5, bye).Received(5.1, Answer(bye, 200));
        },
        ["its call, refused"] = static trace =>
        {
            var invite = Its("INVITE");
            trace.Received(0, invite).Sent(1, Answer(invite, 486)).Sent(1.5, Answer(invite, 486)).Sent(2.5, Answer(invite, 486)).Received(2.6, Derived("ACK", invite, "t"));
        },
        ["its call, ringing for minutes"] = static trace =>
        {
            var invite = Its("INVITE");
            trace.Received(0, invite).Sent(1, Answer(invite, 180)).Sent(61, Answer(invite, 180)).Sent(121, Answer(invite, 180)).Sent(130, Answer(invite, 480)).Received(130.1, Derived("ACK", invite, "t"));
        },
        ["its call, ringing reliably"] = static trace =>
        {
            var invite = Its("INVITE");
            var ringing = Answer(invite, 180, edit: static headers => headers["RSeq"] = "1");
            trace.Received(0, invite).Sent(1, ringing).Sent(1.5, ringing).Sent(2.5, ringing).Sent(3, Answer(invite, 486)).Received(3.1, Derived("ACK", invite, "t"));
        },
        ["its message"] = static trace =>
        {
            var message = Its("MESSAGE");
            trace.Received(0, message).Sent(3.5, Answer(message, 100)).Received(3.6, message).Sent(3.6, Answer(message, 100)).Sent(5, Answer(message, 200)).Received(7.5, message).Sent(7.5, Answer(message, 200));
        },
    };
}
