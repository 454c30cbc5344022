using BenchmarkDotNet.Running;
using ModernSip.Benchmarks;

// "messages": the message layer beside its peers, in less than a minute. "detail": the same measures by BenchmarkDotNet, to which all else goes as it is.
if (args is ["messages"])
{
    await MessageTable.RunAsync().ConfigureAwait(false);
    return 0;
}

string[] arguments = args is ["detail", ..] ? ["--filter", $"*{nameof(MessageBenchmarks)}*", .. args[1..]] : args;
BenchmarkSwitcher.FromAssembly(typeof(MessageBenchmarks).Assembly).Run(arguments);
return 0;
