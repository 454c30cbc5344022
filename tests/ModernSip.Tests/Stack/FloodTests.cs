using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.Messages;
using ModernSip.Stack;
using ModernSip.Transactions.Engine;

namespace ModernSip.Tests.Stack;

/// <summary>More INVITEs than anybody can answer: the stack lives, what it keeps is bounded, and who calls afterwards gets through.</summary>
[Collection(nameof(MemoryTests))]
public sealed class FloodTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Flood_ApplicationCannotKeepUp_LeavesNothingOfWhatWasRefused()
    {
        await using var stack = new BareStack(waitingRequests: 64);

        for (var number = 0; number < 5_000; number++) stack.Receive(BareStack.Message("INVITE", number));

        stack.Transactions.Should().Be(64, "what is refused for want of room is not remembered");
        stack.Engine.Shards[0].PendingTimers.Should().BeLessThan(4 * 64);
        for (var waiting = 0; waiting < 64; waiting++) _ = stack.Take().RespondAsync(SipStatus.BusyHere);
        stack.Time.Advance(TimeSpan.FromSeconds(40));
        stack.Transactions.Should().Be(0);
        stack.Engine.Shards[0].PendingTimers.Should().Be(0);
        stack.Receive(BareStack.Message("INVITE", 6_000));
        var accepting = ((SipIncomingInvite)stack.Take()).AcceptAsync();
        stack.Flow.Last.Should().StartWith("SIP/2.0 200 ");
        accepting.IsCompleted.Should().BeFalse("its ACK is still to come");
    }

    [Fact]
    public async Task Flood_AcceptedAndNeverAcknowledged_GivesTheMemoryBack()
    {
        await using var stack = new BareStack();
        await AcceptUnacknowledgedAsync(stack, 0, 200);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var most = await AcceptUnacknowledgedAsync(stack, 200, 10_000);

        stack.Transactions.Should().Be(0);
        stack.Engine.Shards[0].PendingTimers.Should().Be(0);
        ((ShardCore)stack.Engine.Shards[0].Core).DialogCount.Should().Be(0);
        (most - before).Should().BeGreaterThan(10_000_000, "each call was kept as long as its ACK could come");
        (GC.GetTotalMemory(forceFullCollection: true) - before).Should().BeLessThan(200_000, "tables that were once large give their room back");
    }

    [Fact]
    public async Task Messages_QueueIsHalfFull_NewRequestsAreLeftOutAndThoseInDialogsGoOn()
    {
        await using var stack = new BareStack(new EngineLimits { MaxQueueLength = 8 });
        var shard = stack.Engine.Shards[0];
        using var entered = new ManualResetEventSlim();
        using var free = new ManualResetEventSlim();
        var busy = Task.Factory.StartNew(
            () => shard.Post((_, _) => { entered.Set(); free.Wait(); }, null), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        entered.Wait(Limit).Should().BeTrue();
        for (var number = 0; number < 10; number++) stack.Receive(BareStack.Message("INVITE", number));
        shard.QueueLength.Should().Be(4);

        for (var number = 0; number < 10; number++) stack.Receive(BareStack.Message("BYE", number, 2, "tag"));

        shard.QueueLength.Should().Be(8);
        free.Set();
        await busy.WaitAsync(Limit);
    }

    [Fact]
    public async Task Flood_OverALoopbackSocket_ACallAfterwardsGetsThrough()
    {
        await using var server = CreateProvider();
        await using var listening = await server.GetRequiredService<ISipClient>().ConnectAsync();
        using var stop = new CancellationTokenSource();
        var serving = ServeAsync(listening, stop.Token);
        var target = listening.LocalEndPoints[0];
        using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            for (var number = 0; number < 20_000; number++) await socket.SendToAsync(BareStack.Message("INVITE", number), target);
        }

        await using var client = CreateProvider();
        await using var calling = await client.GetRequiredService<ISipClient>().ConnectAsync();
        var callee = SipUri.Create("127.0.0.1", "b", target.Port);
        var since = System.Diagnostics.Stopwatch.StartNew();
        SipStatus status;
        do status = await CallAsync(calling, callee).WaitAsync(Limit);
        while (status == SipStatus.ServiceUnavailable && since.Elapsed < Limit); // what the flood left behind is still being worked off

        status.Should().Be(SipStatus.Ok);
        await stop.CancelAsync();
        await serving.WaitAsync(Limit);
    }

    /// <summary>Calls that are accepted and whose callers are never heard of again, until the last of them is over.</summary>
    /// <returns>How much memory was in use in between.</returns>
    private static async Task<long> AcceptUnacknowledgedAsync(BareStack stack, int first, int count)
    {
        var calls = new List<Task<SipInviteDialog>>(count);
        for (var number = first; number < first + count; number++)
        {
            stack.Receive(BareStack.Message("INVITE", number));
            calls.Add(((SipIncomingInvite)stack.Take()).AcceptAsync());
            if (number % 10 == 0) stack.Time.Advance(TimeSpan.FromMilliseconds(1)); // so that they do not all end at once
            stack.Continuations.Run();
        }

        var most = GC.GetTotalMemory(forceFullCollection: false);
        for (var step = 0; step < 4_000; step++)
        {
            stack.Time.Advance(TimeSpan.FromMilliseconds(20));
            stack.Continuations.Run();
        }

        await stack.Continuations.RunUntilAsync(stack.Connection.Tasks.WhenAllEndedAsync());
        await stack.Continuations.RunUntilAsync(Task.WhenAny(Task.WhenAll(calls)));
        calls.Should().OnlyContain(static call => call.Exception!.InnerException is Errors.SipTimeoutException);
        return most;
    }

    private static ServiceProvider CreateProvider()
    {
        var services = new ServiceCollection();
        services.AddSipClient(static options => options.LocalAddress = "127.0.0.1:0");
        return services.BuildServiceProvider();
    }

    private static async Task<SipStatus> CallAsync(SipConnection connection, SipUri target)
    {
        await using var dialog = connection.CreateInviteDialog(target);
        await foreach (var response in dialog.SendInviteAsync())
        {
            if (response.IsFinal) return response.Status;
        }

        throw new InvalidOperationException("The stream ended without a final response.");
    }

    private static async Task ServeAsync(SipConnection connection, CancellationToken stop)
    {
        try
        {
            await foreach (var incoming in connection.IncomingAsync(stop))
            {
                if (incoming is SipIncomingInvite invite) _ = AcceptAsync(invite);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The test has seen what it wanted.
        }
    }

    private static async Task AcceptAsync(SipIncomingInvite invite)
    {
        try
        {
            await invite.AcceptAsync();
        }
        catch (Errors.SipException)
        {
            // The flood acknowledges nothing, and the connection closes before the time limits.
        }
    }
}
