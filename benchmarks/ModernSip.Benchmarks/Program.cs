using BenchmarkDotNet.Running;
using ModernSip.Benchmarks;

// "messages": the message layer beside its peers, in less than a minute. "fuzz": mutations of messages. "detail": the same measures by BenchmarkDotNet, to which all else goes as it is.
if (args is ["messages"])
{
    await MessageTable.RunAsync().ConfigureAwait(false);
    return 0;
}

if (args is ["fuzz", ..])
{
    if (FuzzRun.From(args.AsSpan(1)) is { } run) return run.Run() == 0 ? 0 : 1;
    await Console.Error.WriteLineAsync("fuzz --minutes N [--seed S] [--torture FOLDER]").ConfigureAwait(false);
    return 2;
}

string[] arguments = args is ["detail", ..] ? ["--filter", $"*{nameof(MessageBenchmarks)}*", .. args[1..]] : args;
BenchmarkSwitcher.FromAssembly(typeof(MessageBenchmarks).Assembly).Run(arguments);
return 0;
