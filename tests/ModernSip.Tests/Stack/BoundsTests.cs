using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Transactions.Engine;

namespace ModernSip.Tests.Stack;

/// <summary>What the stack holds has bounds; beyond them new work is refused, and what is established goes on.</summary>
public sealed class BoundsTests
{
    [Fact]
    public async Task NewRequest_BeyondTheTransactions_Gets503WhileDialogsGoOn()
    {
        await using var stack = new BareStack(new EngineLimits { MaxServerTransactions = 10 });
        stack.Receive(BareStack.Message("INVITE", 1));
        var invite = (SipIncomingInvite)stack.Take();
        var accepting = invite.AcceptAsync();
        var tag = invite.Incoming.Transaction.LocalTag;
        stack.Receive(BareStack.Message("ACK", 1, 1, tag));
        stack.Continuations.Run();
        for (var number = 2; stack.Transactions < 10; number++) stack.Receive(BareStack.Message("OPTIONS", number));

        stack.Receive(BareStack.Message("OPTIONS", 100));

        stack.Flow.Last.Should().StartWith("SIP/2.0 503 ").And.Contain("Retry-After: ");
        stack.Transactions.Should().Be(10, "what is refused leaves nothing behind");
        stack.Receive(BareStack.Message("BYE", 1, 2, "of-another"));
        stack.Flow.Last.Should().StartWith("SIP/2.0 503 ", "a tag alone makes no dialog");
        stack.Receive(BareStack.Message("BYE", 1, 2, tag));
        stack.Flow.Last.Should().StartWith("SIP/2.0 200 ");
        (await accepting.WaitAsync(TimeSpan.FromSeconds(30))).IsConfirmed.Should().BeFalse("the BYE ended it");
    }

    [Fact]
    public async Task Requests_ApplicationStoppedReading_WaitUpToTheBoundAndThenGet503()
    {
        await using var stack = new BareStack(waitingRequests: 16);
        for (var number = 0; number < 16; number++) stack.Receive(BareStack.Message("OPTIONS", number));
        stack.Flow.Sent.Should().Be(0, "they wait for the application");

        var waits = new HashSet<uint>();
        for (var number = 16; number < 1_000; number++)
        {
            stack.Receive(BareStack.Message("OPTIONS", number));
            stack.Flow.Last.Should().StartWith("SIP/2.0 503 ");
            SipMessage.TryParse(System.Text.Encoding.ASCII.GetBytes(stack.Flow.Last), out var refusal, out _).Should().BeTrue();
            waits.Add(refusal!.Headers.Get(SipHeaderNames.RetryAfter)!.Seconds);
        }

        waits.Should().OnlyContain(static wait => wait >= 5 && wait <= 10).And.HaveCountGreaterThan(3, "who was refused together does not come back together");

        var answering = stack.Take().RespondAsync(SipStatus.Ok);
        stack.Continuations.Run();
        await answering.WaitAsync(TimeSpan.FromSeconds(30));
        stack.Flow.Last.Should().StartWith("SIP/2.0 200 ", "those that wait can still be answered");
    }

    [Fact]
    public async Task Messages_BeyondTheQueueOfABusyShard_AreDropped()
    {
        await using var stack = new BareStack(new EngineLimits { MaxQueueLength = 8 });
        var shard = stack.Engine.Shards[0];
        using var entered = new ManualResetEventSlim();
        using var free = new ManualResetEventSlim();
        var busy = Task.Factory.StartNew(
            () => shard.Post(
                (_, _) =>
                {
                    entered.Set();
                    free.Wait();
                },
                null),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        entered.Wait(TimeSpan.FromSeconds(30)).Should().BeTrue();

        for (var number = 0; number < 100; number++) stack.Receive(BareStack.Message("OPTIONS", number));

        shard.QueueLength.Should().Be(4, "what begins something has half of the room");
        free.Set();
        await busy.WaitAsync(TimeSpan.FromSeconds(30));
        stack.Transactions.Should().Be(4, "the others were lost as datagrams are");
    }

    [Fact]
    public async Task Message_ShardIsIdle_IsHandledToItsEndOnTheThreadThatBroughtIt()
    {
        await using var stack = new BareStack();
        stack.Connection.Listening.End(stack.Connection.Listening.Begin()); // nobody listens: the stack answers by itself
        var receiving = 0;
        var thread = new Thread(() =>
        {
            receiving = Environment.CurrentManagedThreadId;
            stack.Receive(BareStack.Message("OPTIONS", 1));
        });
        thread.Start();
        thread.Join();

        stack.Flow.Sent.Should().Be(1);
        stack.Flow.SendingThread.Should().Be(receiving);
    }

    [Fact]
    public async Task Application_IsNeverRunByTheThreadThatBringsTheMessage()
    {
        await using var stack = new BareStack();
        var reading = stack.Connection.Incoming.WaitToReadAsync(CancellationToken.None).AsTask();
        var went = reading.ContinueWith(static _ => Environment.CurrentManagedThreadId, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        stack.Receive(BareStack.Message("OPTIONS", 1));

        went.IsCompleted.Should().BeFalse("the reader's code waits for the platform's continuations");
        stack.Continuations.Run();
        (await went.WaitAsync(TimeSpan.FromSeconds(30))).Should().BePositive();
    }
}
