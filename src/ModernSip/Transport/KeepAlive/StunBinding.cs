using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace ModernSip.Transport.KeepAlive;

/// <summary>The one exchange of STUN that SIP uses to keep flows alive: a Binding request and its success response (RFC 8489, RFC 5626 §3.5.2).</summary>
internal static class StunBinding
{
    public const int IdLength = 12;

    /// <summary>The longest response that is written: an IPv6 address.</summary>
    public const int MaxResponse = Header + 4 + 20;

    private const int Header = 20;
    private const ushort RequestType = 0x0001;
    private const ushort ResponseType = 0x0101;
    private const ushort XorMappedAddress = 0x0020;
    private const uint Cookie = 0x2112A442;

    public static int WriteRequest(Span<byte> target, ReadOnlySpan<byte> id)
    {
        WriteHeader(target, RequestType, 0, id);
        return Header;
    }

    /// <summary>Whether octets are a Binding request, whole and no longer; its id. What attributes it has is not looked at: none of them is required.</summary>
    public static bool TryReadRequest(ReadOnlySpan<byte> octets, out ReadOnlySpan<byte> id)
    {
        id = IsMessage(octets, RequestType) ? octets.Slice(8, IdLength) : default;
        return !id.IsEmpty;
    }

    /// <summary>The response to a request: where it came from.</summary>
    public static int WriteResponse(Span<byte> target, ReadOnlySpan<byte> id, IPEndPoint seenAs)
    {
        var isV4 = seenAs.AddressFamily == AddressFamily.InterNetwork;
        var length = isV4 ? 8 : 20;
        WriteHeader(target, ResponseType, (ushort)(4 + length), id);
        var attribute = target[Header..];
        BinaryPrimitives.WriteUInt16BigEndian(attribute, XorMappedAddress);
        BinaryPrimitives.WriteUInt16BigEndian(attribute[2..], (ushort)length);
        attribute[4] = 0;
        attribute[5] = (byte)(isV4 ? 1 : 2);
        BinaryPrimitives.WriteUInt16BigEndian(attribute[6..], (ushort)(seenAs.Port ^ (Cookie >> 16)));
        var address = attribute.Slice(8, length - 4);
        seenAs.Address.TryWriteBytes(address, out _);
        Mask(address, target);
        return Header + 4 + length;
    }

    /// <summary>Reads a success response.</summary>
    public static bool TryReadResponse(ReadOnlySpan<byte> octets, out ReadOnlySpan<byte> id, [NotNullWhen(true)] out IPEndPoint? seenAs)
    {
        id = default;
        seenAs = null;
        if (!IsMessage(octets, ResponseType)) return false;
        id = octets.Slice(8, IdLength);
        for (var attributes = octets[Header..]; attributes.Length >= 4;)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(attributes[2..]);
            if (attributes.Length - 4 < length) return false;
            if (BinaryPrimitives.ReadUInt16BigEndian(attributes) == XorMappedAddress) seenAs = ReadAddress(attributes.Slice(4, length), octets);
            attributes = attributes[Math.Min(attributes.Length, 4 + ((length + 3) & ~3))..];
        }

        return seenAs is not null;
    }

    private static IPEndPoint? ReadAddress(ReadOnlySpan<byte> value, ReadOnlySpan<byte> message)
    {
        if (value.Length != (value is [_, 1, ..] ? 8 : value is [_, 2, ..] ? 20 : -1)) return null;
        Span<byte> address = stackalloc byte[16];
        address = address[..(value.Length - 4)];
        value[4..].CopyTo(address);
        Mask(address, message);
        return new IPEndPoint(new IPAddress(address), BinaryPrimitives.ReadUInt16BigEndian(value[2..]) ^ (int)(Cookie >> 16));
    }

    // The cookie and the id, which stand in the header one behind the other.
    private static void Mask(Span<byte> address, ReadOnlySpan<byte> message)
    {
        for (var i = 0; i < address.Length; i++) address[i] ^= message[4 + i];
    }

    private static bool IsMessage(ReadOnlySpan<byte> octets, ushort type) =>
        octets.Length >= Header
        && BinaryPrimitives.ReadUInt16BigEndian(octets) == type
        && BinaryPrimitives.ReadUInt16BigEndian(octets[2..]) is var length && length % 4 == 0 && length == octets.Length - Header
        && BinaryPrimitives.ReadUInt32BigEndian(octets[4..]) == Cookie;

    private static void WriteHeader(Span<byte> target, ushort type, ushort length, ReadOnlySpan<byte> id)
    {
        BinaryPrimitives.WriteUInt16BigEndian(target, type);
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], length);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], Cookie);
        id.CopyTo(target[8..]);
    }
}
