using System.Net;
using ModernSip.Resolution;
using ModernSip.Tests.Transport;
using ModernSip.Transport;

namespace ModernSip.Tests.Resolution;

public sealed class TargetMemoryTests
{
    private static readonly HopTarget Target = At(1);

    [Fact]
    public void Avoid_ForAWhile_IsOverThen()
    {
        var time = new ManualTime();
        var memory = new TargetMemory(time);
        memory.Avoid(Target, TimeSpan.FromSeconds(30));
        memory.IsAvoided(Target).Should().BeTrue();
        memory.IsAvoided(Target with { Protocol = SipTransportProtocol.Tcp }).Should().BeFalse("another transport may work");
        time.Advance(TimeSpan.FromSeconds(30));
        memory.IsAvoided(Target).Should().BeFalse();
    }

    [Fact]
    public void Served_WhatWasAvoided_IsTrustedAgain()
    {
        var memory = new TargetMemory(new ManualTime());
        memory.Avoid(Target, TimeSpan.FromSeconds(30));
        memory.Served("h.test", Target);
        memory.IsAvoided(Target).Should().BeFalse();
        memory.ServerOf("H.TEST").Should().Be(Target);
    }

    [Fact]
    public void Avoid_AFloodOfTargets_StaysBounded()
    {
        var memory = new TargetMemory(new ManualTime());
        for (var i = 0; i < 100_000; i++)
        {
            memory.Avoid(At(i), TimeSpan.FromHours(1));
            memory.Served($"h{i}.test", At(i));
        }

        Enumerable.Range(0, 100_000).Count(i => memory.IsAvoided(At(i))).Should().BeInRange(0, 1_024);
        Enumerable.Range(0, 100_000).Count(i => memory.ServerOf($"h{i}.test") is not null).Should().BeInRange(1, 1_024);
    }

    private static HopTarget At(int number) => new(SipTransportProtocol.Udp, new IPEndPoint(new IPAddress(0x0A000000 + number), 5060), "s:5060");
}
