using System.Net;
using ModernSip.Resolution.Dns;

namespace ModernSip.Tests.Resolution.Dns;

public sealed class DnsAnswerTests
{
    [Fact]
    public void Of_AliasAndRecords_HoldsAsLongAsTheShortest() =>
        Of(new DnsPacket(1, 0x8180, 3).Question("h.test", 1).Address("x.test", "192.0.2.1", 100).Address("x.test", "192.0.2.2", 70).Alias("h.test", "x.test", 80))
            .Should().BeEquivalentTo(new { Data = new[] { IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2") }, Lifetime = TimeSpan.FromSeconds(70), Alias = (string?)null });

    [Fact]
    public void Of_RecordsOfSomebodyElse_AreNotTaken() =>
        Of(new DnsPacket(1, 0x8180, 1).Question("h.test", 1).Address("victim.test", "192.0.2.1"))!.Data.Should().BeEmpty();

    [Fact]
    public void Of_AliasThatLeadsElsewhere_SaysWhere() =>
        Of(new DnsPacket(1, 0x8180, 1).Question("h.test", 1).Alias("h.test", "x.example", 80)).Should().BeEquivalentTo(new { Alias = "x.example", Lifetime = TimeSpan.FromSeconds(80) });

    [Fact]
    public void Of_AliasToNothing_IsNegative() =>
        Of(new DnsPacket(1, 0x8183, 1, 1).Question("h.test", 1).Alias("h.test", "x.test", 80).Authority("test", 900, 20)).Should().BeEquivalentTo(new { Alias = (string?)null, Lifetime = TimeSpan.FromSeconds(20) });

    [Theory]
    [InlineData(60, 300, 60)]
    [InlineData(900, 300, 300)]
    [InlineData(90_000, 90_000, 900)]
    public void Of_NegativeAnswer_HoldsAsTheZoneSays(uint seconds, uint minimum, int expected) =>
        Of(new DnsPacket(1, 0x8183, 0, 1).Question("h.test", 1).Authority("test", seconds, minimum))!.Lifetime.Should().Be(TimeSpan.FromSeconds(expected));

    [Fact, Trait("Class", "49")]
    public void Class49_AliasesInARing_GiveNoAnswer()
    {
        Of(new DnsPacket(1, 0x8180, 2).Question("h.test", 1).Alias("h.test", "x.test").Alias("x.test", "h.test")).Should().BeNull();
        Of(new DnsPacket(1, 0x8180, 1).Question("h.test", 1).Alias("h.test", "h.test")).Should().BeNull();
    }

    [Fact, Trait("Class", "49")]
    public void Class49_ChainOfAliasesTooLong_GivesNoAnswer()
    {
        Of(Chain(8))!.Data.Should().ContainSingle();
        Of(Chain(9)).Should().BeNull();

        static DnsPacket Chain(int length)
        {
            var packet = new DnsPacket(1, 0x8180, length + 1).Question("n0.test", 1);
            for (var i = 0; i < length; i++) packet.Alias($"n{i}.test", $"n{i + 1}.test");
            return packet.Address($"n{length}.test", "192.0.2.1");
        }
    }

    private static DnsAnswer? Of(DnsPacket packet)
    {
        DnsMessage.TryParse((byte[])packet, out var message).Should().BeTrue();
        return DnsAnswer.Of(message!);
    }
}
