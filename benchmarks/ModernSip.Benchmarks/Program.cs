using BenchmarkDotNet.Running;
using ModernSip.Benchmarks;

// "messages" runs the benchmarks of the message layer; everything else goes to BenchmarkDotNet as it is.
string[] arguments = args is ["messages", ..] ? ["--filter", $"*{nameof(MessageBenchmarks)}*", .. args[1..]] : args;
BenchmarkSwitcher.FromAssembly(typeof(MessageBenchmarks).Assembly).Run(arguments);
