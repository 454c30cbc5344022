using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages;

/// <summary>One Via value: a hop that the request took and that the response takes back (RFC 3261 §20.42, RFC 3581).</summary>
/// <remarks>Immutable.</remarks>
public sealed class SipVia : SipHeaderValue
{
    private const string MagicCookie = "z9hG4bK";

    private readonly Layout _layout;

    /// <summary>Makes a Via value.</summary>
    /// <param name="transport">The transport, for example "UDP".</param>
    /// <param name="host">The sent-by host: a name or address; an IPv6 address with or without brackets.</param>
    /// <param name="port">The sent-by port; null for the transport's default.</param>
    /// <param name="branch">The branch; null for none.</param>
    /// <exception cref="ArgumentException">A part is not legal.</exception>
    public SipVia(string transport, string host, int? port = null, string? branch = null)
        : this(Write(transport, host, port, branch, out var layout), layout)
    {
    }

    /// <summary>The Via value of a request of this side: it asks for the response to come back to where the request came from (RFC 3581 §3).</summary>
    internal static SipVia OfRequest(string transport, string host, int? port, string branch)
    {
        var text = Write(transport, host, port, branch, out var layout, wantsResponsePort: true);
        return new SipVia(text, layout);
    }

    private SipVia(Octets text, in Layout layout)
        : base(text) => _layout = layout;

    // The layout is noted in its place: a copy of what was just written piece by piece makes the processor wait.
    private SipVia(Octets text, out bool isValid)
        : base(text) => isValid = TryLayOut(text.Span, out _layout);

    /// <summary>The transport as written, for example "UDP".</summary>
    public string Transport => Text.Slice(_layout.TransportStart, _layout.TransportLength).ToString();

    /// <summary>The sent-by host; an IPv6 address in brackets.</summary>
    public string Host => Text.Slice(_layout.HostStart, _layout.HostLength).ToString();

    /// <summary>The sent-by port; null where none is named.</summary>
    public int? Port => _layout.Port == 0 ? null : _layout.Port;

    /// <summary>The branch; null where there is none.</summary>
    public string? Branch => _layout.BranchLength == 0 ? null : Text.Slice(_layout.BranchStart, _layout.BranchLength).ToString();

    /// <summary>Whether the branch begins with the cookie of RFC 3261 §8.1.1.7 and holds more than it.</summary>
    public bool HasMagicCookie => BranchOctets.Length > MagicCookie.Length && Grammar.EqualsIgnoreCase(BranchOctets[..MagicCookie.Length], MagicCookie);

    /// <summary>The address that the request really came from, as the next hop saw it; null where it is absent or no address.</summary>
    public IPAddress? Received =>
        Parameters.TryGetOctets("received"u8, out var value) && UriText.TryParseAddress(value, out var address) ? address : null;

    /// <summary>Whether the host and the port are those of another value.</summary>
    internal bool HasSentByOf(SipVia other) => _layout.Port == other._layout.Port && Grammar.EqualsIgnoreCase(HostOctets, other.HostOctets);

    /// <summary>Whether the rport parameter is there, with or without a value (RFC 3581 §3).</summary>
    public bool WantsResponsePort => Parameters.TryGetOctets("rport"u8, out _);

    /// <summary>The port that the request really came from; null where it is not known (RFC 3581 §4).</summary>
    public int? ResponsePort => Parameters.TryGetOctets("rport"u8, out var value) && Grammar.TryParsePort(value, out var port) ? port : null;

    /// <summary>The parameters.</summary>
    public SipParameters Parameters => ParametersFrom(_layout.ParametersStart);

    internal ReadOnlySpan<byte> BranchOctets => Text.Span.Slice(_layout.BranchStart, _layout.BranchLength);

    internal Octets BranchText => Text.Slice(_layout.BranchStart, _layout.BranchLength);

    /// <summary>The sent-by part, host and port, as written.</summary>
    internal Octets SentByText => Grammar.Trim(Text.Slice(_layout.HostStart, _layout.ParametersStart - _layout.HostStart));

    internal ReadOnlySpan<byte> TransportOctets => Text.Span.Slice(_layout.TransportStart, _layout.TransportLength);

    internal ReadOnlySpan<byte> HostOctets => Text.Span.Slice(_layout.HostStart, _layout.HostLength);

    /// <summary>This value with a parameter set; one of that name is replaced.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="value">Its value; null for a parameter without one.</param>
    /// <exception cref="ArgumentException">The name is no token, or the value holds CR, LF or NUL.</exception>
    public SipVia WithParameter(string name, string? value = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Rebuilt(Rewrite(Text.Span, _layout.ParametersStart, name, value, remove: false));
    }

    /// <summary>This value with where the request really came from (RFC 3261 §18.2.1, RFC 3581 §4).</summary>
    /// <param name="remote">The source of the request.</param>
    public SipVia WithReceived(IPEndPoint remote)
    {
        ArgumentNullException.ThrowIfNull(remote);
        var address = remote.Address.IsIPv4MappedToIPv6 ? remote.Address.MapToIPv4() : remote.Address;
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0) address = new IPAddress(address.GetAddressBytes()); // a zone means nothing to the peer
        var text = Text.Span;
        var writer = new ValueWriter(stackalloc byte[512]);
        writer.Raw(text[.._layout.ParametersStart]);
        var scanner = new ParameterScanner(text, _layout.ParametersStart);
        var wantsPort = false;
        for (int end = _layout.ParametersStart; scanner.MoveNext(); end = scanner.End)
        {
            var isPort = scanner.NameIs("rport"u8);
            wantsPort |= isPort;
            if (!isPort && !scanner.NameIs("received"u8)) writer.Raw(text[end..scanner.End]);
        }

        writer.Raw(";received="u8);
        writer.Address(address);
        if (wantsPort)
        {
            writer.Raw(";rport="u8);
            writer.Number(remote.Port);
        }

        return Rebuilt(writer.ToOctets());
    }

    internal static bool TryParse(Octets octets, [NotNullWhen(true)] out SipVia? value)
    {
        value = null;
        if (octets.Length > ushort.MaxValue) return false;
        var read = new SipVia(octets, out var isValid);
        if (isValid) value = read;
        return isValid;
    }

    private static bool TryLayOut(ReadOnlySpan<byte> text, out Layout layout)
    {
        layout = default;
        // sent-protocol = "SIP" SLASH "2.0" SLASH transport; blanks are allowed around the slashes.
        var position = 0;
        if (text.StartsWith("SIP/2.0/"u8)) position = "SIP/2.0/".Length;
        else if (!Skip(text, ref position, "SIP"u8) || !Skip(text, ref position, "/"u8) || !Skip(text, ref position, "2.0"u8) || !Skip(text, ref position, "/"u8)) return false;
        layout.TransportStart = (ushort)Grammar.SkipWhitespace(text, position);
        position = OctetClasses.Skip(text, layout.TransportStart, OctetClass.Token);
        layout.TransportLength = (ushort)(position - layout.TransportStart);
        if (layout.TransportLength == 0 || position == text.Length || !Grammar.IsWhitespace(text[position])) return false;
        position = Grammar.SkipWhitespace(text, position);
        layout.HostStart = (ushort)position;
        var isPlain = UriParts.TryScanHostPort(text, ref position, out var hostLength, out var port);
        position = Grammar.SkipWhitespace(text, position);
        isPlain &= position == text.Length || text[position] == ';';
        layout.HostLength = (ushort)hostLength;
        layout.Port = (ushort)port;
        layout.ParametersStart = (ushort)position;
        return (isPlain || TryLayOutSpacedSentBy(text, ref layout)) && TryFindBranch(text, ref layout);
    }

    /// <summary>Blanks may stand around the colon of host and port.</summary>
    private static bool TryLayOutSpacedSentBy(ReadOnlySpan<byte> text, ref Layout layout)
    {
        var semicolon = text[layout.HostStart..].IndexOf((byte)';');
        layout.ParametersStart = (ushort)(semicolon < 0 ? text.Length : layout.HostStart + semicolon);
        var sentBy = Grammar.Trim(text[layout.HostStart..layout.ParametersStart]);
        var colon = sentBy.LastIndexOf((byte)':');
        if (colon < 0 || !Grammar.TryParsePort(Grammar.Trim(sentBy[(colon + 1)..]), out var port)) return false;
        var host = Grammar.Trim(sentBy[..colon]);
        layout.HostLength = (ushort)host.Length;
        layout.Port = (ushort)port;
        return UriText.IsHost(host);
    }

    private static bool TryFindBranch(ReadOnlySpan<byte> text, ref Layout layout)
    {
        var scanner = new ParameterScanner(text, layout.ParametersStart);
        while (scanner.MoveNext())
        {
            if (scanner.NameIs("branch"u8) && layout.BranchLength == 0)
            {
                layout.BranchStart = (ushort)Math.Max(0, scanner.ValueStart);
                layout.BranchLength = (ushort)scanner.ValueLength;
            }
        }

        return !scanner.IsMalformed;
    }

    private static bool Skip(ReadOnlySpan<byte> text, ref int position, ReadOnlySpan<byte> expected)
    {
        position = Grammar.SkipWhitespace(text, position);
        if (text.Length - position < expected.Length || !Grammar.EqualsIgnoreCase(text.Slice(position, expected.Length), expected)) return false;
        position += expected.Length;
        return true;
    }

    private static SipVia Rebuilt(Octets text) =>
        TryParse(text, out var value) ? value : throw new ArgumentException($"'{text}' is not a Via value.", nameof(text));

    private static Octets Write(string transport, string host, int? port, string? branch, out Layout layout, bool wantsResponsePort = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(transport);
        ArgumentException.ThrowIfNullOrEmpty(host);
        // Part by part: a part that holds more than itself could become another part.
        if (!Grammar.IsToken(transport.AsSpan())) throw new ArgumentException($"'{transport}' is no transport.", nameof(transport));
        if (branch is not null && !Grammar.IsToken(branch.AsSpan())) throw new ArgumentException($"'{branch}' is no branch.", nameof(branch));
        var writer = new ValueWriter(stackalloc byte[256]);
        writer.Raw("SIP/2.0/"u8);
        writer.Text(transport);
        writer.Octet(' ');
        UriText.WriteHost(ref writer, host);
        if (port is not null)
        {
            writer.Octet(':');
            writer.Number(port.Value);
        }

        if (branch is not null)
        {
            writer.Raw(";branch="u8);
            writer.Text(branch);
        }

        if (wantsResponsePort) writer.Raw(";rport"u8);

        var text = writer.ToOctets();
        if (text.Length > ushort.MaxValue || !TryLayOut(text.Span, out layout)) throw new ArgumentException($"'{text}' is not a Via value.", nameof(host));
        return text;
    }

    private struct Layout
    {
        public ushort TransportStart;
        public ushort TransportLength;
        public ushort HostStart;
        public ushort HostLength;
        public ushort Port;
        public ushort ParametersStart;
        public ushort BranchStart;
        public ushort BranchLength;
    }
}
