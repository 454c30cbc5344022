using System.Net;
using ModernSip.Resolution;
using ModernSip.Resolution.Dns;
using ModernSip.Tests.Messages.Parsing;

namespace ModernSip.Tests.Resolution.Dns;

public sealed class DnsMessageTests
{
    [Fact]
    public void Write_Question_IsReadBackTheSame()
    {
        var octets = new byte[DnsQuery.MaxLength];
        var length = DnsQuery.Write(0xBEEF, new DnsQuestion("_sip._udp.Example.COM.", DnsRecordType.Srv), withOption: true, octets);
        DnsMessage.TryParse(octets.AsSpan(0, length), out var message).Should().BeTrue();
        message!.Id.Should().Be(0xBEEF);
        message.IsResponse.Should().BeFalse();
        message.Question.Should().Be(new DnsQuestion("_sip._udp.example.com", DnsRecordType.Srv));
        octets.AsSpan(length - 11, 11).ToArray().Should().Equal([0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0], "EDNS(0) with 1,232 octets");
    }

    [Fact]
    public void Write_LongestName_Fits()
    {
        var name = string.Join('.', new string('a', 63), new string('b', 63), new string('c', 63), new string('d', 61));
        DnsName.IsValid(name).Should().BeTrue();
        var octets = new byte[DnsQuery.MaxLength];
        var length = DnsQuery.Write(1, new DnsQuestion(name, DnsRecordType.A), withOption: true, octets);
        length.Should().Be(DnsQuery.MaxLength);
        DnsMessage.TryParse(octets, out var message).Should().BeTrue();
        message!.Question.Name.Should().Be(name);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a b")]
    [InlineData("ä.test")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123.test")]
    public void IsValid_WhatIsNoName_IsFalse(string name) => DnsName.IsValid(name).Should().BeFalse();

    [Fact]
    public void Parse_Answers_OfEachType()
    {
        byte[] octets = new DnsPacket(7, 0x8180, answers: 6, authorities: 1)
            .Question("h.test", 33)
            .Address("h.test", "192.0.2.1", 5)
            .Address("@12", "2001:db8::1")
            .Alias("@12", "other.test")
            .Srv("@12", 1, 2, 5060, "S.test")
            .Naptr("@12", 10, 20, "s", "SIP+D2U", "", "_sip._udp.h.test")
            .Record("@12", 16, 60, static packet => packet.Text("text"))
            .Authority("test", 900, 300);
        DnsMessage.TryParse(octets, out var message).Should().BeTrue();
        message!.Answers.Select(static record => record.Data).Should().Equal(
            IPAddress.Parse("192.0.2.1"),
            IPAddress.Parse("2001:db8::1"),
            "other.test",
            new SipSrvRecord(1, 2, 5060, "s.test"),
            new SipNaptrRecord(10, 20, "s", "SIP+D2U", "", "_sip._udp.h.test"));
        message.Answers.Should().OnlyContain(static record => record.Owner == "h.test");
        message.Answers[0].Seconds.Should().Be(5);
        message.NegativeSeconds.Should().Be(300);
    }

    [Fact]
    public void Parse_DataThatIsNone_IsPassedOver()
    {
        byte[] octets = new DnsPacket(7, 0x8180, answers: 5)
            .Question("h.test", 1)
            .Record("h.test", 1, 60, static packet => packet.Raw(1, 2, 3))
            .Record("h.test", 33, 60, static packet => packet.Raw(0, 1, 0, 1))
            .Record("h.test", 5, 60, static packet => packet.Name("x.test").Raw(9))
            .Record("h.test", 5, 60, static packet => packet.Text("do.t").Raw(0))
            .Address("h.test", "192.0.2.1");
        DnsMessage.TryParse(octets, out var message).Should().BeTrue();
        message!.Answers.Should().ContainSingle().Which.Data.Should().Be(IPAddress.Parse("192.0.2.1"));
    }

    [Fact, Trait("Class", "49")]
    public void Class49_PointersInARing_EndTheReading()
    {
        DnsMessage.TryParse((byte[])new DnsPacket(7, 0x8180, answers: 0).Name("@12").UInt16(1).UInt16(1), out _).Should().BeFalse("it points at itself");
        DnsMessage.TryParse((byte[])new DnsPacket(7, 0x8180, answers: 0).Name("@14").Name("@12").UInt16(1).UInt16(1), out _).Should().BeFalse("one points at the other");
        DnsMessage.TryParse((byte[])new DnsPacket(7, 0x8180, answers: 0).Raw(1, (byte)'a', 0xC0, 12).UInt16(1).UInt16(1), out _).Should().BeFalse("it would grow without end");
        DnsMessage.TryParse((byte[])new DnsPacket(7, 0x8180, answers: 0).Name("@16383").UInt16(1).UInt16(1), out _).Should().BeFalse("it points outside");
    }

    [Fact, Trait("Class", "49")]
    public void Class49_ThousandsOfRecords_AreBounded()
    {
        var packet = new DnsPacket(7, 0x8180, answers: 3_000).Question("h.test", 33);
        for (var i = 0; i < 3_000; i++) packet.Srv("@12", i, 0, 5060, "@12");
        DnsMessage.TryParse((byte[])packet, out var message).Should().BeTrue();
        message!.Answers.Should().HaveCount(DnsMessage.MaxRecords);
    }

    [Fact]
    public void Parse_MoreCountedThanThere_IsNoMessageUnlessTruncated()
    {
        byte[] whole = new DnsPacket(7, 0x8180, answers: 2).Question("h.test", 1).Address("@12", "192.0.2.1");
        DnsMessage.TryParse(whole, out _).Should().BeFalse();
        whole[2] |= 0x02;
        DnsMessage.TryParse(whole, out var message).Should().BeTrue();
        message!.IsTruncated.Should().BeTrue();
    }

    [Theory, Trait("Class", "49")]
    [InlineData(1, 20_000)]
    [InlineData(20261, 100_000)]
    public void Class49_MutatedMessages_NeverThrowAndNeverHang(int seed, int count)
    {
        byte[][] corpus =
        [
            new DnsPacket(7, 0x8180, 4, 1, 1).Question("h.test", 1).Alias("@12", "x.h.test").Address("x.h.test", "192.0.2.1").Address("x.test", "2001:db8::1").Alias("a", "@12").Authority("@12", 1, 2).Record("", 41, 0, static _ => { }),
            new DnsPacket(8, 0x8180, 3).Question("_sip._udp.h.test", 33).Srv("@12", 1, 2, 5060, "@22").Srv("@12", 1, 2, 5060, "b.h.test").Srv("@12", 0, 0, 0, "."),
            new DnsPacket(9, 0x8383, 2).Question("h.test", 35).Naptr("@12", 1, 2, "s", "SIP+D2U", "", "_sip._udp.h.test").Naptr("@12", 1, 2, "u", "E2U+sip", "!^.*$!sip:a@b!", "."),
        ];
        var mutator = new Mutator(corpus, seed);
        var read = 0;
        for (var i = 0; i < count; i++)
        {
            if (!DnsMessage.TryParse(mutator.Next(), out var message)) continue;
            read++;
            if (DnsAnswer.Of(message) is { } answer) answer.Lifetime.Should().BeGreaterThanOrEqualTo(TimeSpan.Zero);
        }

        read.Should().BeGreaterThan(count / 50, "mutations that never pass the front door prove nothing about what lies behind it");
    }

    [Fact, Trait("Class", "49")]
    public void Class49_AnyOctets_NeverThrow()
    {
        var random = new Random(5);
        var octets = new byte[600];
        for (var i = 0; i < 50_000; i++)
        {
            var some = octets.AsSpan(0, random.Next(octets.Length));
            random.NextBytes(some);
            if (some.Length > 6) (some[4], some[5]) = (0, 1);
            if (DnsMessage.TryParse(some, out var message)) message.Answers.Count.Should().BeLessThanOrEqualTo(DnsMessage.MaxRecords);
        }
    }
}
