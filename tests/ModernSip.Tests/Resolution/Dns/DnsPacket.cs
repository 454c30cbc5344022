using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace ModernSip.Tests.Resolution.Dns;

/// <summary>Builds DNS messages octet by octet, wrong ones too.</summary>
internal sealed class DnsPacket
{
    private readonly List<byte> _octets = [];

    public DnsPacket(ushort id, ushort flags, int answers, int authorities = 0, int additional = 0, int questions = 1) =>
        UInt16(id).UInt16(flags).UInt16((ushort)questions).UInt16((ushort)answers).UInt16((ushort)authorities).UInt16((ushort)additional);

    public int Length => _octets.Count;

    public static implicit operator byte[](DnsPacket packet) => [.. packet._octets];

    /// <summary>An answer to a query: its id and its question.</summary>
    public static DnsPacket To(ReadOnlySpan<byte> query, int answers, int authorities = 0, int code = 0, bool truncated = false)
    {
        var end = 12;
        while (query[end] != 0) end += 1 + query[end];
        var packet = new DnsPacket(BinaryPrimitives.ReadUInt16BigEndian(query), (ushort)(0x8180 | code | (truncated ? 0x0200 : 0)), answers, authorities);
        packet._octets.AddRange(query[12..(end + 5)].ToArray());
        return packet;
    }

    public DnsPacket Question(string name, int type) => Name(name).UInt16((ushort)type).UInt16(1);

    public DnsPacket Record(string owner, int type, uint seconds, Action<DnsPacket> data, int? length = null)
    {
        Name(owner).UInt16((ushort)type).UInt16(1).UInt32(seconds);
        var at = _octets.Count;
        UInt16(0);
        data(this);
        BinaryPrimitives.WriteUInt16BigEndian(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_octets)[at..], (ushort)(length ?? _octets.Count - at - 2));
        return this;
    }

    public DnsPacket Address(string owner, string address, uint seconds = 60)
    {
        var parsed = IPAddress.Parse(address);
        return Record(owner, parsed.GetAddressBytes().Length == 4 ? 1 : 28, seconds, packet => packet._octets.AddRange(parsed.GetAddressBytes()));
    }

    public DnsPacket Alias(string owner, string target, uint seconds = 60) => Record(owner, 5, seconds, packet => packet.Name(target));

    public DnsPacket Srv(string owner, int priority, int weight, int port, string target, uint seconds = 60) =>
        Record(owner, 33, seconds, packet => packet.UInt16((ushort)priority).UInt16((ushort)weight).UInt16((ushort)port).Name(target));

    public DnsPacket Naptr(string owner, int order, int preference, string flags, string service, string regexp, string replacement, uint seconds = 60) =>
        Record(owner, 35, seconds, packet => packet.UInt16((ushort)order).UInt16((ushort)preference).Text(flags).Text(service).Text(regexp).Name(replacement));

    public DnsPacket Authority(string owner, uint seconds, uint minimum) =>
        Record(owner, 6, seconds, packet => packet.Name("ns.test").Name("root.test").UInt32(1).UInt32(2).UInt32(3).UInt32(4).UInt32(minimum));

    public DnsPacket UInt16(ushort value)
    {
        _octets.Add((byte)(value >> 8));
        _octets.Add((byte)value);
        return this;
    }

    public DnsPacket UInt32(uint value) => UInt16((ushort)(value >> 16)).UInt16((ushort)value);

    public DnsPacket Raw(params byte[] octets)
    {
        _octets.AddRange(octets);
        return this;
    }

    public DnsPacket Text(string text)
    {
        _octets.Add((byte)text.Length);
        _octets.AddRange(Encoding.Latin1.GetBytes(text));
        return this;
    }

    /// <summary>A name; "@12" is a pointer to an offset.</summary>
    public DnsPacket Name(string name)
    {
        if (name.StartsWith('@')) return UInt16((ushort)(0xC000 | int.Parse(name.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture)));
        foreach (var label in name.Split('.', StringSplitOptions.RemoveEmptyEntries)) Text(label);
        _octets.Add(0);
        return this;
    }
}
