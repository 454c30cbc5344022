using System.Net;
using System.Net.Sockets;
using ModernSip.Resolution;
using ModernSip.Testing;

namespace ModernSip.Tests.Resolution;

public sealed class OrderTests
{
    [Fact]
    public void Order_Weights_AreSharesOfTheFirstPlace()
    {
        SipSrvRecord[] records = [new(0, 60, 1, "a"), new(0, 30, 1, "b"), new(0, 10, 1, "c"), new(0, 0, 1, "d")];
        var random = new SipSeededRandom(7);
        var firsts = Enumerable.Range(0, 10_000).Select(_ => SrvOrder.Order(records, random)[0].Target).CountBy(static target => target).ToDictionary();
        firsts["a"].Should().BeInRange(5_700, 6_300);
        firsts["b"].Should().BeInRange(2_700, 3_300);
        firsts["c"].Should().BeInRange(800, 1_200);
        firsts["d"].Should().BeInRange(10, 250, "weight 0 has a very small chance, not none (RFC 2782)");
    }

    [Fact]
    public void Order_AllOfWeightZero_EachIsThereOnce()
    {
        SipSrvRecord[] records = [.. Enumerable.Range(0, 200).Select(static number => new SipSrvRecord(number % 3, 0, 1, $"t{number}"))];
        var ordered = SrvOrder.Order(records, new SipSeededRandom(1));
        ordered.Should().BeEquivalentTo(records);
        ordered.Select(static record => record.Priority).Should().BeInAscendingOrder();
    }

    [Fact]
    public void Order_SameSeed_SameOrder()
    {
        SipSrvRecord[] records = [.. Enumerable.Range(1, 20).Select(static number => new SipSrvRecord(0, number, 1, $"t{number}"))];
        SrvOrder.Order(records, new SipSeededRandom(5)).Should().Equal(SrvOrder.Order(records, new SipSeededRandom(5)));
        SrvOrder.Order(records, new SipSeededRandom(5)).Should().NotEqual(SrvOrder.Order(records, new SipSeededRandom(6)));
    }

    [Fact]
    public void Order_Addresses_FamiliesTakeTurnsAndNobodyIsEverybody()
    {
        IPAddress[] addresses = [.. new[] { "192.0.2.1", "192.0.2.2", "::ffff:192.0.2.1", "::", "ff02::1", "239.1.1.1", "2001:db8::1", "2001:db8::2" }.Select(IPAddress.Parse)];
        Order(AddressFamily.InterNetworkV6, AddressFamily.InterNetwork).Should().Equal("2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2");
        Order(AddressFamily.InterNetwork).Should().Equal("192.0.2.1", "192.0.2.2");
        Order().Should().BeEmpty();

        IEnumerable<string> Order(params AddressFamily[] families) => AddressOrder.Order(addresses, families).Select(static address => address.ToString());
    }
}
