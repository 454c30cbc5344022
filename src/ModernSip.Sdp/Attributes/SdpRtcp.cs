using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ModernSip.Sdp.Parsing;

namespace ModernSip.Sdp.Attributes;

/// <summary>Where RTCP is to be sent, if not to the port after the one of RTP (<c>rtcp</c>).</summary>
/// <remarks>RFC 3605 §2.1.</remarks>
public sealed record SdpRtcp : ISdpAttributeValue<SdpRtcp>
{
    /// <summary>Makes an RTCP address.</summary>
    /// <param name="port">The port, 0 to 65,535.</param>
    /// <param name="connection">The address, or null for the one of the stream.</param>
    public SdpRtcp(int port, SdpConnection? connection = null)
    {
        Port = port;
        Connection = connection;
    }

    /// <inheritdoc/>
    public static string AttributeName => "rtcp";

    /// <summary>The port.</summary>
    public int Port { get; init => field = Grammar.InRange(value, 0, 65_535); }

    /// <summary>The address, or null for the one of the stream.</summary>
    public SdpConnection? Connection { get; init; }

    /// <inheritdoc/>
    public static bool TryParse(string value, [NotNullWhen(true)] out SdpRtcp? result)
    {
        result = null;
        var fields = new Fields(value);
        if (!fields.TryNextNumber(0, 65_535, out var port)) return false;

        SdpConnection? connection = null;
        if (!fields.AtEnd && !ConnectionParser.TryParse(fields.Rest, out connection)) return false;
        result = new SdpRtcp(port, connection);
        return true;
    }

    /// <inheritdoc/>
    public string ToAttributeValue() => Connection is null
        ? Port.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Port} {Connection}");

    /// <inheritdoc cref="ToAttributeValue"/>
    public override string ToString() => ToAttributeValue();
}
