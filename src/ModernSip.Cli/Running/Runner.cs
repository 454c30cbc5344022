using ModernSip.Cli.Options;
using ModernSip.Cli.Output;
using ModernSip.Errors;
using Spectre.Console;

namespace ModernSip.Cli.Running;

/// <summary>Runs a command: events, signals, the summary, and the exit status.</summary>
internal static class Runner
{
    public static async Task<int> RunAsync(CommonSettings settings, Func<CommandRun, Task<Outcome>> command)
    {
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        using var signal = new StopSignal(settings.Timeout, time);
        using var retransmissions = new RetransmissionCounter();
        var output = Console.OpenStandardOutput();
        await using var closingOutput = output.ConfigureAwait(false);
        IEventSink sink = settings.Json ? new JsonSink(output) : new ConsoleSink(CreateConsole(), settings.Calls);
        var events = new EventQueue(sink, time, settings.Trace ? Console.Error : null);
        await using var closingEvents = events.ConfigureAwait(false);

        var (status, outcome) = await RunAsync(new CommandRun(settings, events, signal, time), signal, command).ConfigureAwait(false);
        events.Emit(new SummaryEvent(
            status == ExitStatus.Done,
            outcome?.Calls?.Ended,
            outcome?.Calls?.Succeeded,
            outcome?.Calls?.Failed,
            Math.Round(time.GetElapsedTime(start).TotalSeconds, 3),
            retransmissions.Count)
        {
            Rate = outcome?.Calls?.Rate,
            Failures = outcome?.Calls?.ReadFailures(),
            SetupMilliseconds = outcome?.Calls?.ReadSetups(),
        });
        return status;
    }

    /// <summary>Standard output for people: in a file or a pipe without colours, and with lines as long as they are.</summary>
    private static IAnsiConsole CreateConsole()
    {
        if (!Console.IsOutputRedirected) return AnsiConsole.Console;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No });
        console.Profile.Width = 10_000;
        return console;
    }

    private static async Task<(int Status, Outcome? Outcome)> RunAsync(CommandRun run, StopSignal signal, Func<CommandRun, Task<Outcome>> command)
    {
        await using var closing = run.ConfigureAwait(false);
        try
        {
            var outcome = await command(run).WaitAsync(signal.Abort).ConfigureAwait(false);
            if (!signal.IsExpired) return (outcome.IsOk ? ExitStatus.Done : ExitStatus.Failed, outcome);
            run.Report(new TimeoutException("The command was given up: its time was over."));
            return (ExitStatus.Failed, outcome);
        }
        catch (OperationCanceledException) when (signal.Stop.IsCancellationRequested)
        {
            run.Report(signal.IsExpired
                ? new TimeoutException("The command was given up: its time was over.")
                : new OperationCanceledException("The command was interrupted before it was done."));
            return (ExitStatus.Failed, null);
        }
        catch (LocalFailureException exception)
        {
            run.Report(exception.InnerException!);
            return (ExitStatus.LocalFailure, null);
        }
        catch (SipException exception)
        {
            run.Report(exception);
            return (ExitStatus.Failed, null);
        }
        catch (ArgumentException exception)
        {
            run.Report(exception); // what the library finds wrong with the arguments
            await Console.Error.WriteLineAsync($"sip: {exception.Message}").ConfigureAwait(false);
            return (ExitStatus.Usage, null);
        }
    }
}
