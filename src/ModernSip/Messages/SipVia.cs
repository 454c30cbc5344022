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

    private readonly ushort _transportStart;
    private readonly ushort _transportLength;
    private readonly ushort _hostStart;
    private readonly ushort _hostLength;
    private readonly ushort _port;
    private readonly ushort _parametersStart;
    private readonly ushort _branchStart;
    private readonly ushort _branchLength;

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
    internal static SipVia OfRequest(string transport, string host, int port, string branch)
    {
        var text = Write(transport, host, port, branch, out var layout, wantsResponsePort: true);
        return new SipVia(text, layout);
    }

    private SipVia(Octets text, Layout layout)
        : base(text)
    {
        (_transportStart, _transportLength, _hostStart, _hostLength, _port, _parametersStart, _branchStart, _branchLength) =
            ((ushort)layout.TransportStart, (ushort)layout.TransportLength, (ushort)layout.HostStart, (ushort)layout.HostLength,
            (ushort)layout.Port, (ushort)layout.ParametersStart, (ushort)layout.BranchStart, (ushort)layout.BranchLength);
    }

    /// <summary>The transport as written, for example "UDP".</summary>
    public string Transport => Text.Slice(_transportStart, _transportLength).ToString();

    /// <summary>The sent-by host; an IPv6 address in brackets.</summary>
    public string Host => Text.Slice(_hostStart, _hostLength).ToString();

    /// <summary>The sent-by port; null where none is named.</summary>
    public int? Port => _port == 0 ? null : _port;

    /// <summary>The branch; null where there is none.</summary>
    public string? Branch => _branchLength == 0 ? null : Text.Slice(_branchStart, _branchLength).ToString();

    /// <summary>Whether the branch begins with the cookie of RFC 3261 §8.1.1.7 and holds more than it.</summary>
    public bool HasMagicCookie => BranchOctets.Length > MagicCookie.Length && Grammar.EqualsIgnoreCase(BranchOctets[..MagicCookie.Length], MagicCookie);

    /// <summary>The address that the request really came from, as the next hop saw it; null where it is absent or no address.</summary>
    public IPAddress? Received =>
        Parameters.TryGetOctets("received"u8, out var value) && UriText.TryParseAddress(value, out var address) ? address : null;

    /// <summary>Whether the host and the port are those of another value.</summary>
    internal bool HasSentByOf(SipVia other) => _port == other._port && Grammar.EqualsIgnoreCase(HostOctets, other.HostOctets);

    /// <summary>Whether the rport parameter is there, with or without a value (RFC 3581 §3).</summary>
    public bool WantsResponsePort => Parameters.TryGetOctets("rport"u8, out _);

    /// <summary>The port that the request really came from; null where it is not known (RFC 3581 §4).</summary>
    public int? ResponsePort => Parameters.TryGetOctets("rport"u8, out var value) && Grammar.TryParsePort(value, out var port) ? port : null;

    /// <summary>The parameters.</summary>
    public SipParameters Parameters => ParametersFrom(_parametersStart);

    internal ReadOnlySpan<byte> BranchOctets => Text.Span.Slice(_branchStart, _branchLength);

    internal Octets BranchText => Text.Slice(_branchStart, _branchLength);

    /// <summary>The sent-by part, host and port, as written.</summary>
    internal Octets SentByText => Grammar.Trim(Text.Slice(_hostStart, _parametersStart - _hostStart));

    internal ReadOnlySpan<byte> TransportOctets => Text.Span.Slice(_transportStart, _transportLength);

    internal ReadOnlySpan<byte> HostOctets => Text.Span.Slice(_hostStart, _hostLength);

    /// <summary>This value with a parameter set; one of that name is replaced.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="value">Its value; null for a parameter without one.</param>
    /// <exception cref="ArgumentException">The name is no token, or the value holds CR, LF or NUL.</exception>
    public SipVia WithParameter(string name, string? value = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Rebuilt(Rewrite(Text.Span, _parametersStart, name, value, remove: false));
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
        writer.Raw(text[.._parametersStart]);
        var scanner = new ParameterScanner(text, _parametersStart);
        var wantsPort = false;
        for (int end = _parametersStart; scanner.MoveNext(); end = scanner.End)
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
        if (octets.Length > ushort.MaxValue || !TryLayOut(octets.Span, out var layout)) return false;
        value = new SipVia(octets, layout);
        return true;
    }

    private static bool TryLayOut(ReadOnlySpan<byte> text, out Layout layout)
    {
        layout = default;
        // sent-protocol = "SIP" SLASH "2.0" SLASH transport; blanks are allowed around the slashes.
        var position = 0;
        if (text.StartsWith("SIP/2.0/"u8)) position = "SIP/2.0/".Length;
        else if (!Skip(text, ref position, "SIP"u8) || !Skip(text, ref position, "/"u8) || !Skip(text, ref position, "2.0"u8) || !Skip(text, ref position, "/"u8)) return false;
        layout.TransportStart = Grammar.SkipWhitespace(text, position);
        var length = text[layout.TransportStart..].IndexOfAny((byte)' ', (byte)'\t');
        if (length < 0) return false;
        layout.TransportLength = length;
        if (!Grammar.IsToken(text.Slice(layout.TransportStart, length))) return false;
        layout.HostStart = Grammar.SkipWhitespace(text, layout.TransportStart + length);
        var semicolon = text[layout.HostStart..].IndexOf((byte)';');
        layout.ParametersStart = semicolon < 0 ? text.Length : layout.HostStart + semicolon;
        return TryLayOutSentBy(text[layout.HostStart..layout.ParametersStart], ref layout) && TryFindBranch(text, ref layout);
    }

    private static bool TryLayOutSentBy(ReadOnlySpan<byte> text, ref Layout layout)
    {
        text = Grammar.Trim(text);
        if (text.IndexOfAny((byte)' ', (byte)'\t') < 0)
        {
            return UriParts.TryParseHostPort(text, out layout.HostLength, out layout.Port);
        }

        // Blanks may stand around the colon.
        var colon = text.LastIndexOf((byte)':');
        if (colon < 0) return false;
        layout.HostLength = Grammar.Trim(text[..colon]).Length;
        return UriText.IsHost(text[..layout.HostLength]) && Grammar.TryParsePort(Grammar.Trim(text[(colon + 1)..]), out layout.Port);
    }

    private static bool TryFindBranch(ReadOnlySpan<byte> text, ref Layout layout)
    {
        var scanner = new ParameterScanner(text, layout.ParametersStart);
        while (scanner.MoveNext())
        {
            if (scanner.NameIs("branch"u8) && layout.BranchLength == 0)
            {
                (layout.BranchStart, layout.BranchLength) = (Math.Max(0, scanner.ValueStart), scanner.ValueLength);
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
        if (!Grammar.IsToken(System.Text.Encoding.UTF8.GetBytes(transport))) throw new ArgumentException($"'{transport}' is no transport.", nameof(transport));
        if (branch is not null && !Grammar.IsToken(System.Text.Encoding.UTF8.GetBytes(branch))) throw new ArgumentException($"'{branch}' is no branch.", nameof(branch));
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
        public int TransportStart;
        public int TransportLength;
        public int HostStart;
        public int HostLength;
        public int Port;
        public int ParametersStart;
        public int BranchStart;
        public int BranchLength;
    }
}
