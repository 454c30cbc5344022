using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ModernSip.Sdp.Parsing;

namespace ModernSip.Sdp.Attributes;

/// <summary>A transport address at which a side may be reached (<c>candidate</c>).</summary>
/// <remarks>RFC 8839 §5.1.</remarks>
public sealed record SdpCandidate : ISdpAttributeValue<SdpCandidate>
{
    /// <summary>Makes a candidate.</summary>
    /// <param name="foundation">Equal for candidates of one origin; at most 32 characters.</param>
    /// <param name="component">1 for RTP, 2 for RTCP; at most 256.</param>
    /// <param name="transport">The transport, such as <c>UDP</c>.</param>
    /// <param name="priority">The priority; higher is better.</param>
    /// <param name="address">The address or host name.</param>
    /// <param name="port">The port, 0 to 65,535.</param>
    /// <param name="type"><c>host</c>, <c>srflx</c>, <c>prflx</c>, <c>relay</c> or another token.</param>
    /// <exception cref="ArgumentException">A value holds characters that its place does not allow, or is out of its range.</exception>
    public SdpCandidate(string foundation, int component, string transport, uint priority, string address, int port, string type)
    {
        Foundation = foundation;
        Component = component;
        Transport = transport;
        Priority = priority;
        Address = address;
        Port = port;
        Type = type;
    }

    /// <inheritdoc/>
    public static string AttributeName => "candidate";

    /// <summary>Equal for candidates of one origin.</summary>
    public string Foundation { get; init => field = Grammar.Word(value); }

    /// <summary>1 for RTP, 2 for RTCP.</summary>
    public int Component { get; init => field = Grammar.InRange(value, 1, 256); }

    /// <summary>The transport; compared without regard to case.</summary>
    public string Transport { get; init => field = Grammar.Token(value); }

    /// <summary>The priority; higher is better.</summary>
    public uint Priority { get; init; }

    /// <summary>The address or host name.</summary>
    public string Address { get; init => field = Grammar.Address(value); }

    /// <summary>The port.</summary>
    public int Port { get; init => field = Grammar.InRange(value, 0, 65_535); }

    /// <summary><c>host</c>, <c>srflx</c>, <c>prflx</c>, <c>relay</c> or another token.</summary>
    public string Type { get; init => field = Grammar.Token(value); }

    /// <summary>The address that this candidate was derived from, or null.</summary>
    public string? RelatedAddress { get; init => field = value is null ? null : Grammar.Address(value); }

    /// <summary>The port that this candidate was derived from, or null.</summary>
    public int? RelatedPort { get; init => field = value is { } port ? Grammar.InRange(port, 0, 65_535, nameof(value)) : null; }

    /// <summary>Names and values of extensions as they came, such as <c>generation 0</c>; null where there are none.</summary>
    public string? Extensions { get; init => field = Grammar.OptionalText(value); }

    /// <inheritdoc/>
    public static bool TryParse(string value, [NotNullWhen(true)] out SdpCandidate? result)
    {
        result = null;
        var fields = new Fields(value);
        if (!fields.TryNext(out var foundation) || !Grammar.IsWord(foundation)) return false;
        if (!fields.TryNextNumber(1, 256, out var component)) return false;
        if (!fields.TryNext(out var transport) || !Grammar.IsToken(transport)) return false;
        if (!fields.TryNextNumber(out var priority) || priority > uint.MaxValue) return false;
        if (!fields.TryNext(out var address) || !Grammar.IsAddress(address)) return false;
        if (!fields.TryNextNumber(0, 65_535, out var port)) return false;
        if (!fields.TryNext(out var typ) || typ is not "typ") return false;
        if (!fields.TryNext(out var type) || !Grammar.IsToken(type)) return false;

        string? relatedAddress = null;
        int? relatedPort = null;
        var rest = fields;
        if (rest.TryNext(out var name) && name is "raddr")
        {
            if (!rest.TryNext(out var related) || !Grammar.IsAddress(related)) return false;
            relatedAddress = related.ToString();
            fields = rest;
        }

        rest = fields;
        if (rest.TryNext(out name) && name is "rport")
        {
            if (!rest.TryNextNumber(0, 65_535, out var related)) return false;
            relatedPort = related;
            fields = rest;
        }

        if (!Grammar.IsText(fields.Rest)) return false;
        result = new SdpCandidate(
            foundation.ToString(), component, transport.ToString(), (uint)priority, address.ToString(), port, type.ToString())
        {
            RelatedAddress = relatedAddress,
            RelatedPort = relatedPort,
            Extensions = fields.AtEnd ? null : fields.Rest.ToString(),
        };
        return true;
    }

    /// <inheritdoc/>
    public string ToAttributeValue()
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Foundation} {Component} {Transport} {Priority} {Address} {Port} typ {Type}");
        if (RelatedAddress is not null) text = $"{text} raddr {RelatedAddress}";
        if (RelatedPort is not null) text = string.Create(CultureInfo.InvariantCulture, $"{text} rport {RelatedPort}");
        return Extensions is null ? text : $"{text} {Extensions}";
    }

    /// <inheritdoc cref="ToAttributeValue"/>
    public override string ToString() => ToAttributeValue();
}
