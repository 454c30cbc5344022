using System.Collections.Concurrent;

namespace ModernSip.ScenarioTests.Simulation;

/// <summary>Every transaction is owned and ends, and with it its timers and buffers. Alone, as exceptions that nobody observed are told to the whole process.</summary>
[Collection(nameof(ChurnTests))]
[CollectionDefinition(nameof(ChurnTests), DisableParallelization = true)]
public sealed class ChurnTests
{
    private const int Transactions = 200_000;

    private static readonly string[] Endings =
    [
        "request: final 200", "request to the mute: final 480", "request to nobody: SipTimeoutException", "request to nobody: connection lost", "request unread: left", "request given up: cancelled",
        "call: session LocalBye", "call: session RemoteBye", "call: connection lost", "call cancelled: final 487", "call left while it rang: left", "call given up: cancelled",
        "call to nobody: SipTimeoutException", "call disposed: session Canceled", "call disposed: session LocalBye", "call disposed: session Timeout",
    ];

    [Fact]
    public void Class36_TwoHundredThousandTransactionsOfEveryKind_LeaveNothing()
    {
        CollectEverything(); // what other tests left is not told here
        var unobserved = new ConcurrentQueue<string>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs args) => unobserved.Enqueue(args.Exception.ToString());
        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            var churns = new Churn[2];
            SimulationThreads.Run(churns.Length, seed => churns[seed - 1] = Churn.Run(seed, Transactions / churns.Length));

            churns.Sum(static churn => churn.Begun).Should().BeGreaterThanOrEqualTo(Transactions);
            foreach (var churn in churns) Check(churn);
            Array.Clear(churns);
            CollectEverything();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }

        unobserved.Should().BeEmpty();
    }

    private static void Check(Churn churn)
    {
        churn.HeldAtWork.Should().Contain(static held => held.StartsWith("modernsip.transactions.active server INVITE"));
        churn.Disposed.Should().BeGreaterThan(10);
        Endings.Should().OnlyContain(ending => churn.Ledger.Endings.GetValueOrDefault(ending) > 100, "every ending is met often");
        churn.HeldAtTheEnd.Should().BeEmpty("transactions, dialogs, timers, queues and buffers are all read");
        churn.TimersOfTheClock.Should().Be(0);
        churn.Errors.Should().BeEmpty();
        churn.Ledger.Violations.Should().BeEmpty();
        churn.Ledger.StillOpen.Should().BeEmpty();
    }

    private static void CollectEverything()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
