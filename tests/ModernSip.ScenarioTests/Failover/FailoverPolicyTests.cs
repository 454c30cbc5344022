using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.ScenarioTests.Peers;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using static FluentAssertions.FluentActions;

namespace ModernSip.ScenarioTests.Failover;

/// <summary>Policies of an application in the place of the usual one.</summary>
public sealed class FailoverPolicyTests
{
    private static SipResponse Ok(SipRequest request) => AnsweringPeer.Respond(request, SipStatus.Ok);

    [Fact, Trait("Req", "B2")]
    public void Policy_WithATimeLimit_LeavesASilentTargetEarly()
    {
        var world = new FailoverWorld();
        world.Run(async () =>
        {
            await world.AddServerAsync(static _ => null);
            await world.AddServerAsync(Ok);
            await using var connection = await world.ConnectAsync(options => options.UseFailover(Policy(world, TimeSpan.FromSeconds(4))));
            (await connection.SendAsync(SipRequest.Options("sip:s.test")).FinalAsync()).StatusCode.Should().Be(200);
            world.World.Now.Should().BeCloseTo(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(1));
            await world.World.Pass(60);
        });
    }

    [Fact, Trait("Req", "B2")]
    public void Policy_WithATimeLimit_AllSilent_EndsWithATimeOut()
    {
        var world = new FailoverWorld();
        world.Run(async () =>
        {
            await world.AddServerAsync(static _ => null);
            await world.AddServerAsync(static _ => null);
            await using var connection = await world.ConnectAsync(options => options.UseFailover(Policy(world, TimeSpan.FromSeconds(4))));
            await Awaiting(() => connection.SendAsync(SipRequest.Options("sip:s.test")).FinalAsync()).Should().ThrowAsync<SipTimeoutException>();
            world.World.Now.Should().BeCloseTo(TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(1));
        });
    }

    [Fact, Trait("Req", "D1")]
    public void Policy_WithATimeLimit_LetsACallRing()
    {
        var world = new FailoverWorld();
        world.Run(async () =>
        {
            SipRequest? invite = null;
            var ringing = await world.AddServerAsync(request => request.Method == SipMethod.Invite ? AnsweringPeer.Respond(invite = request, SipStatus.Ringing) : null);
            await using var connection = await world.ConnectAsync(options => options.UseFailover(Policy(world, TimeSpan.FromSeconds(4))));
            await using var dialog = connection.CreateInviteDialog("sip:bob@s.test");
            var statuses = new List<int>();
            await foreach (var response in dialog.SendInviteAsync(Descriptions.Audio))
            {
                statuses.Add(response.StatusCode);
                if (response.StatusCode != 180) continue;
                await world.World.Pass(20);
                ringing!.LastFlow!.Send(AnsweringPeer.Respond(invite!, SipStatus.BusyHere).ToOctets());
            }

            statuses.Should().Equal(180, 486);
        });
    }

    [Fact, Trait("Req", "B2")]
    public void Policy_ThatWaitsForRetryAfter_AsksTheSameTargetAgain()
    {
        var world = new FailoverWorld();
        world.Run(async () =>
        {
            var busy = await world.AddServerAsync(static request => AnsweringPeer.Respond(request, SipStatus.ServiceUnavailable, ("Retry-After", "7")));
            var policy = new ResiliencePipelineBuilder<SipResponse> { TimeProvider = world.World.Simulation.Time }
                .AddRetry(new RetryStrategyOptions<SipResponse>
                {
                    MaxRetryAttempts = 1,
                    ShouldHandle = static attempt => ValueTask.FromResult(SipFailover.IsTargetFailure(attempt.Outcome)),
                    DelayGenerator = static attempt => ValueTask.FromResult<TimeSpan?>(TimeSpan.FromSeconds(attempt.Outcome.Result?.Headers.Get(SipHeaderNames.RetryAfter)?.Seconds ?? 0)),
                    OnRetry = _ =>
                    {
                        busy!.Answer = static request => [Ok(request)];
                        return default;
                    },
                })
                .Build();
            await using var connection = await world.ConnectAsync(options => options.UseFailover(policy));
            (await connection.SendAsync(SipRequest.Options("sip:s.test")).FinalAsync()).StatusCode.Should().Be(200);
            world.World.Now.Should().BeCloseTo(TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(1));
            busy!.Requests.Should().HaveCount(2);
        });
    }

    [Fact, Trait("Req", "B2")]
    public void Policy_BreaksTheCircuit_LaterRequestsFailWithoutBeingSent()
    {
        var world = new FailoverWorld();
        world.Run(async () =>
        {
            var failing = await world.AddServerAsync(static request => AnsweringPeer.Respond(request, SipStatus.ServiceUnavailable));
            var policy = new ResiliencePipelineBuilder<SipResponse> { TimeProvider = world.World.Simulation.Time }
                .AddCircuitBreaker(new CircuitBreakerStrategyOptions<SipResponse>
                {
                    ShouldHandle = static attempt => ValueTask.FromResult(SipFailover.IsTargetFailure(attempt.Outcome)),
                    MinimumThroughput = 2,
                    BreakDuration = TimeSpan.FromSeconds(30),
                })
                .Build();
            await using var connection = await world.ConnectAsync(options => options.UseFailover(policy));
            for (var i = 0; i < 2; i++) (await connection.SendAsync(SipRequest.Options("sip:s.test")).FinalAsync()).StatusCode.Should().Be(503);
            await Awaiting(() => connection.SendAsync(SipRequest.Options("sip:s.test")).FinalAsync()).Should().ThrowAsync<SipTransportException>().WithMessage("*policy*");
            failing!.Requests.Should().HaveCount(2);
            failing.Answer = static request => [Ok(request)];
            await world.World.Pass(31);
            (await connection.SendAsync(SipRequest.Options("sip:s.test")).FinalAsync()).StatusCode.Should().Be(200);
        });
    }

    [Fact, Trait("Req", "B2")]
    public void Policy_Empty_MeansNoFailover()
    {
        var world = new FailoverWorld();
        world.Run(async () =>
        {
            await world.AddServerAsync(static request => AnsweringPeer.Respond(request, SipStatus.ServiceUnavailable));
            var second = await world.AddServerAsync(Ok);
            await using var connection = await world.ConnectAsync(static options => options.UseFailover(ResiliencePipeline<SipResponse>.Empty));
            (await connection.SendAsync(SipRequest.Options("sip:s.test")).FinalAsync()).StatusCode.Should().Be(503);
            second!.Arrivals.Should().Be(0);
        });
    }

    [Fact, Trait("Req", "A8")]
    public void Policy_ThatWaitsForEver_EndsWithTheConnection()
    {
        var world = new FailoverWorld();
        world.Run(async () =>
        {
            await world.AddServerAsync(static request => AnsweringPeer.Respond(request, SipStatus.ServiceUnavailable));
            var policy = new ResiliencePipelineBuilder<SipResponse> { TimeProvider = world.World.Simulation.Time }
                .AddRetry(new RetryStrategyOptions<SipResponse>
                {
                    MaxRetryAttempts = int.MaxValue,
                    Delay = TimeSpan.FromMinutes(10),
                    ShouldHandle = static attempt => ValueTask.FromResult(SipFailover.IsTargetFailure(attempt.Outcome)),
                })
                .Build();
            var connection = await world.ConnectAsync(options => options.UseFailover(policy));
            var final = connection.SendAsync(SipRequest.Options("sip:s.test")).FinalAsync();
            await world.World.Pass(5);
            await connection.DisposeAsync();
            await Awaiting(() => final).Should().ThrowAsync<SipConnectionClosedException>();
        });
    }

    /// <summary>The example of docs/failover.md.</summary>
    private static ResiliencePipeline<SipResponse> Policy(FailoverWorld world, TimeSpan limit) =>
        new ResiliencePipelineBuilder<SipResponse> { TimeProvider = world.World.Simulation.Time }
            .AddRetry(new RetryStrategyOptions<SipResponse>
            {
                MaxRetryAttempts = 3,
                Delay = TimeSpan.Zero,
                ShouldHandle = static attempt => ValueTask.FromResult(SipFailover.IsTargetFailure(attempt.Outcome) && SipFailover.HasNextTarget(attempt.Context)),
            })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = limit })
            .Build();
}
