using System.Globalization;
using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests.Calls;

/// <summary>A test of what <c>sip call</c> and <c>sip answer</c> can do in a call: each of its classes is one of the options, against SIPp, against baresip and against each other.</summary>
public abstract class CallTest(ITestOutputHelper output, int seconds = 50) : PeerTest(output, seconds)
{
    /// <summary>Where <c>sip answer</c> listens.</summary>
    private protected int Port { get; } = Loopback.ReservePorts();

    private protected string AnswerUri => string.Create(CultureInfo.InvariantCulture, $"sip:service@127.0.0.1:{Port}");

    private protected Task<SipCommand> AnswerAsync(params IEnumerable<string> options) => SipCommand.StartListeningAsync(Bench, Port, "answer", options);

    private protected SipCommand Call(string uri, params IEnumerable<string> options) => SipCommand.Start(Bench, "call", [uri, .. options]);

    /// <summary>The call has ended like that, and the command with that exit status.</summary>
    private protected async Task EndsAsync(SipCommand command, string cause, int status = 0)
    {
        (await command.WaitForAsync("dialog", "state", "terminated", Deadline)).Text("cause").Should().Be(cause);
        await ExitsAsync(command, status);
    }

    /// <summary>The command ends by itself with that exit status, and says the same in its summary.</summary>
    private protected async Task ExitsAsync(SipCommand command, int status = 0)
    {
        (await command.WaitForExitAsync(Deadline)).Should().Be(status);
        command.Events.Entries[^1].Flag("ok").Should().Be(status == 0);
    }

    /// <summary>The command, which would go on, is interrupted and ends well.</summary>
    private protected Task InterruptAsync(SipCommand command)
    {
        command.Interrupt();
        return ExitsAsync(command);
    }
}
