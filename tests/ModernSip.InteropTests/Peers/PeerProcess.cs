using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ModernSip.InteropTests.Peers;

/// <summary>A signal that a test sends to a process it has started.</summary>
internal enum PeerSignal
{
    /// <summary>What Ctrl-C sends.</summary>
    Interrupt = 2,

    /// <summary>What a service manager sends.</summary>
    Terminate = 15,
}

/// <summary>Owns one process: starts it, keeps what it prints, and ends it with all its children, by process id and never by name.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly Process _process;
    private readonly EventHandler _endWithTheHost;
    private readonly Task _reading;

    private PeerProcess(string name, ProcessStartInfo start)
    {
        Name = name;
        StandardOutput = new(name);
        StandardError = new(name);
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        _process.StandardInput.Close();
        // A test host that is interrupted disposes nothing; what it has started must still end.
        _endWithTheHost = (_, _) => Kill();
        AppDomain.CurrentDomain.ProcessExit += _endWithTheHost;
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput, StandardOutput), ReadAsync(_process.StandardError, StandardError));
        Exited = ExitAsync();
    }

    /// <summary>What the process is called in messages.</summary>
    public string Name { get; }

    /// <summary>The lines of standard output.</summary>
    public Journal<string> StandardOutput { get; }

    /// <summary>The lines of standard error.</summary>
    public Journal<string> StandardError { get; }

    /// <summary>The exit status, once the process has ended and all it printed has been read.</summary>
    public Task<int> Exited { get; }

    /// <summary>Starts a program found in the PATH.</summary>
    /// <exception cref="InvalidOperationException">The program is not installed.</exception>
    public static PeerProcess Start(string name, string folder, string program, params IEnumerable<string> arguments)
    {
        // A shell that runs the tests in the background has SIGINT ignored, and children inherit that: env gives them the default back.
        var start = new ProcessStartInfo("/usr/bin/env", ["--default-signal=INT,TERM,USR1", program, .. arguments])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        start.Environment["NO_COLOR"] = "1";
        return new(name, start);
    }

    /// <summary>Sends a signal to this process alone; does nothing when it has ended.</summary>
    public void Send(PeerSignal signal)
    {
        if (!_process.HasExited) _ = SendSignal(_process.Id, (int)signal);
    }

    /// <summary>Waits for the exit status.</summary>
    /// <exception cref="TimeoutException">The process still runs at <paramref name="deadline"/>.</exception>
    public async Task<int> WaitForExitAsync(CancellationToken deadline)
    {
        try
        {
            return await Exited.WaitAsync(deadline);
        }
        catch (OperationCanceledException late)
        {
            throw new TimeoutException($"{Name} did not end in time. It said:\n{StandardOutput}\n{StandardError}", late);
        }
    }

    /// <summary>Asks the process to end, and kills it with its children when it does not.</summary>
    public async Task EndAsync()
    {
        Send(PeerSignal.Terminate);
        try
        {
            await Exited.WaitAsync(Grace);
        }
        catch (TimeoutException)
        {
            Kill();
            await Exited.WaitAsync(Grace);
        }
    }

    /// <summary>Ends the process.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        AppDomain.CurrentDomain.ProcessExit -= _endWithTheHost;
        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int processId, int signal);

    private static async Task ReadAsync(StreamReader reader, Journal<string> journal)
    {
        while (await reader.ReadLineAsync() is { } line) journal.Add(line);
        journal.End();
    }

    private async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync();
        await _reading;
        return _process.ExitCode;
    }

    private void Kill()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
    }
}
