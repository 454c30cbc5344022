using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.Messages;
using ModernSip.Sessions;
using ModernSip.Transactions.Engine;

namespace ModernSip.Tests.Stack;

/// <summary>A machine that slept, and a thread pool that is stuck. Alone, for the pool is everybody's.</summary>
[Collection(nameof(HardTimesTests))]
[CollectionDefinition(nameof(HardTimesTests), DisableParallelization = true)]
public sealed class HardTimesTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Class52_MachineSleepsForAnHour_NothingIsRepeatedInABurst()
    {
        const int Calls = 100;
        await using var stack = new BareStack();
        for (var call = 0; call < Calls; call++)
        {
            stack.Receive(BareStack.Message("INVITE", call));
            await stack.Continuations.RunUntilAsync(((SipIncomingInvite)stack.Take()).RejectAsync(SipStatus.BusyHere));
        }

        stack.Time.Advance(TimeSpan.FromMilliseconds(600));
        stack.Flow.Sent.Should().Be(2 * Calls, "each answer, and once more");

        stack.Time.Sleep(TimeSpan.FromHours(1));
        stack.Flow.Sent.Should().BeLessThanOrEqualTo(3 * Calls, "of the many repeats that the hour would have had, none is made up for but the one that was due");
        stack.Time.Advance(TimeSpan.FromSeconds(40));
        stack.Flow.Sent.Should().BeLessThanOrEqualTo(3 * Calls);
        stack.Transactions.Should().Be(0);
    }

    [Fact]
    public async Task Class52_BoundsAreReached_MemoryStaysWithinThemAndTheCallThatIsUpGoesOn()
    {
        await using var stack = new BareStack(new EngineLimits { MaxServerTransactions = 500 }, waitingRequests: 100);
        stack.Receive(BareStack.Message("INVITE", 1));
        var invite = (SipIncomingInvite)stack.Take();
        var tag = invite.Incoming.Transaction.LocalTag;
        var accepting = invite.AcceptAsync();
        stack.Receive(BareStack.Message("ACK", 1, 1, tag));
        await stack.Continuations.RunUntilAsync(accepting);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var number = 2; number < 10_000; number++)
        {
            stack.Receive(BareStack.Message("INVITE", number));
            stack.Receive(BareStack.Message("OPTIONS", number));
            if (number < 1_000 && stack.Connection.Incoming.TryRead(out var unanswered)) _ = new SipIncomingRequest(unanswered); // an application that takes and does not answer
        }

        stack.Transactions.Should().Be(500);
        (GC.GetTotalMemory(forceFullCollection: true) - before).Should().BeLessThan(2_000_000, "500 requests that wait are all that is kept of 20,000");
        stack.Flow.Last.Should().StartWith("SIP/2.0 503 ");
        stack.Receive(BareStack.Message("BYE", 1, 2, tag));
        stack.Flow.Last.Should().StartWith("SIP/2.0 200 ");
        (await (await accepting).Completion).Cause.Should().Be(SipDialogEnd.RemoteBye);
    }

    [Fact]
    public async Task Class52_ThreadPoolIsStuck_TheStackAnswersByItself()
    {
        await using var services = new ServiceCollection().AddSipClient(static options => options.LocalAddress = "127.0.0.1").BuildServiceProvider();
        await using var connection = await services.GetRequiredService<ISipClient>().ConnectAsync();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = (int)Limit.TotalMilliseconds };
        socket.Connect(new IPEndPoint(IPAddress.Loopback, connection.LocalEndPoints[0].Port));
        using var release = new ManualResetEventSlim();
        using var stuck = new CountdownEvent(200);
        var buffer = new byte[8_192];
        var waiting = 0L;
        for (var i = 0; i < stuck.InitialCount; i++) ThreadPool.UnsafeQueueUserWorkItem(_ => { release.Wait(Limit); stuck.Signal(); }, null);
        try
        {
            for (var i = 0; i < 50; i++)
            {
                socket.Send(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"OPTIONS sip:x@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK{i};rport\r\nMax-Forwards: 70\r\nFrom: <sip:a@127.0.0.1>;tag={i}\r\nTo: <sip:x@127.0.0.1>\r\nCall-ID: {i}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n")));
                Encoding.ASCII.GetString(buffer, 0, socket.Receive(buffer)).Should().StartWith("SIP/2.0 200");
            }

            waiting = ThreadPool.PendingWorkItemCount;
        }
        finally
        {
            release.Set();
        }

        stuck.Wait(Limit).Should().BeTrue();
        waiting.Should().BePositive("the pool had no thread to spare all the while");
    }
}
