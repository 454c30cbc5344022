using System.Globalization;
using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests;

/// <summary>No process outlives its test, and none is missed when it dies.</summary>
public sealed class PeerProcessTests(ITestOutputHelper output) : PeerTest(output)
{
    [Fact]
    public async Task Dispose_ProcessIgnoresSignalsAndHasAChild_BothAreGone()
    {
        var process = PeerProcess.Start("stubborn", Bench.Folder, "sh", "-c", "trap '' TERM INT; sleep 300 & echo $!; wait");
        var child = int.Parse(await process.StandardOutput.WaitForAsync("child", static _ => true, Deadline), CultureInfo.InvariantCulture);
        IsRunning(child).Should().BeTrue();

        await process.DisposeAsync();

        process.Exited.IsCompletedSuccessfully.Should().BeTrue();
        IsRunning(child).Should().BeFalse();
    }

    [Theory]
    [InlineData(true, 130)]
    [InlineData(false, 143)]
    public async Task Send_Signal_ReachesTheProcess(bool interrupt, int exitCode)
    {
        var process = Bench.Start("sleeper", "sleep", "300");

        process.Send(interrupt ? PeerSignal.Interrupt : PeerSignal.Terminate);

        (await process.WaitForExitAsync(Deadline)).Should().Be(exitCode);
    }

    [Fact]
    public async Task WaitFor_ProcessEndsWithoutSayingIt_FailsWithWhatItSaid()
    {
        var process = Bench.Start("talker", "sh", "-c", "echo something else; exit 3");

        var wait = () => process.StandardOutput.WaitForAsync("greeting", line => line == "hello", Deadline);

        (await wait.Should().ThrowAsync<InvalidOperationException>()).WithMessage("*greeting*something else*");
        (await process.WaitForExitAsync(Deadline)).Should().Be(3);
    }

    [Fact]
    public async Task WaitFor_DeadlinePasses_FailsWithWhatItSaid()
    {
        var process = Bench.Start("silent", "sh", "-c", "echo only this; exec sleep 300");
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));

        var wait = () => process.StandardOutput.WaitForAsync("greeting", line => line == "hello", soon.Token);

        (await wait.Should().ThrowAsync<TimeoutException>()).WithMessage("*greeting*");
    }

    [Fact]
    public async Task WaitFor_PortNobodyBinds_FailsAsSoonAsTheProcessEnds()
    {
        var process = Bench.Start("failing", "sh", "-c", "exit 1");

        var wait = () => Loopback.WaitUntilBoundAsync("failing", Loopback.ReservePorts(), tcp: false, process.Exited, Deadline);

        await wait.Should().ThrowAsync<InvalidOperationException>();
    }

    // A killed process whose new parent has not collected it yet is a zombie: it has a number still, and nothing else.
    private static bool IsRunning(int processId)
    {
        try
        {
            var status = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
            return status[status.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
