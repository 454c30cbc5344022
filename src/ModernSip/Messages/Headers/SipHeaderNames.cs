using System.Globalization;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages.Headers;

/// <summary>The header fields that the library knows. A new one is added here, in one line, and nowhere else.</summary>
public static class SipHeaderNames
{
    private static readonly List<SipHeaderName> Names = [];

    /// <summary>Via (RFC 3261 §20.42).</summary>
    public static SipHeaderName<SipVia> Via { get; } = Value<SipVia>("Via", SipVia.TryParse, 'v', isList: true);

    /// <summary>From (RFC 3261 §20.20).</summary>
    public static SipHeaderName<SipNameAddress> From { get; } = Value<SipNameAddress>("From", SipNameAddress.TryParse, 'f');

    /// <summary>To (RFC 3261 §20.39).</summary>
    public static SipHeaderName<SipNameAddress> To { get; } = Value<SipNameAddress>("To", SipNameAddress.TryParse, 't');

    /// <summary>Call-ID (RFC 3261 §20.8).</summary>
    public static SipHeaderName<string> CallId { get; } = Text("Call-ID", 'i', Grammar.IsCallId);

    /// <summary>CSeq (RFC 3261 §20.16).</summary>
    public static SipHeaderName<SipCSeq> CSeq { get; } = Define("CSeq", null, false, (Octets text, out SipCSeq value) => SipCSeq.TryParse(text, out value), static value => Octets.Of(value.ToString()));

    /// <summary>Max-Forwards (RFC 3261 §20.22).</summary>
    public static SipHeaderName<uint> MaxForwards { get; } = Number("Max-Forwards");

    /// <summary>Contact (RFC 3261 §20.10).</summary>
    public static SipHeaderName<SipNameAddress> Contact { get; } = Value<SipNameAddress>("Contact", SipNameAddress.TryParse, 'm', isList: true);

    /// <summary>Route (RFC 3261 §20.34).</summary>
    public static SipHeaderName<SipNameAddress> Route { get; } = Value<SipNameAddress>("Route", SipNameAddress.TryParse, isList: true);

    /// <summary>Record-Route (RFC 3261 §20.30).</summary>
    public static SipHeaderName<SipNameAddress> RecordRoute { get; } = Value<SipNameAddress>("Record-Route", SipNameAddress.TryParse, isList: true);

    /// <summary>Service-Route (RFC 3608).</summary>
    public static SipHeaderName<SipNameAddress> ServiceRoute { get; } = Value<SipNameAddress>("Service-Route", SipNameAddress.TryParse, isList: true);

    /// <summary>Path (RFC 3327).</summary>
    public static SipHeaderName<SipNameAddress> Path { get; } = Value<SipNameAddress>("Path", SipNameAddress.TryParse, isList: true);

    /// <summary>P-Associated-URI (RFC 7315 §4.1).</summary>
    public static SipHeaderName<SipNameAddress> PAssociatedUri { get; } = Value<SipNameAddress>("P-Associated-URI", SipNameAddress.TryParse, isList: true);

    /// <summary>Refer-To (RFC 3515 §2.1).</summary>
    public static SipHeaderName<SipNameAddress> ReferTo { get; } = Value<SipNameAddress>("Refer-To", SipNameAddress.TryParse, 'r');

    /// <summary>Reply-To (RFC 3261 §20.31).</summary>
    public static SipHeaderName<SipNameAddress> ReplyTo { get; } = Value<SipNameAddress>("Reply-To", SipNameAddress.TryParse);

    /// <summary>Expires, in seconds (RFC 3261 §20.19).</summary>
    public static SipHeaderName<uint> Expires { get; } = Seconds("Expires");

    /// <summary>Min-Expires, in seconds (RFC 3261 §20.23).</summary>
    public static SipHeaderName<uint> MinExpires { get; } = Seconds("Min-Expires");

    /// <summary>Retry-After (RFC 3261 §20.33).</summary>
    public static SipHeaderName<SipRetryAfter> RetryAfter { get; } = Value<SipRetryAfter>("Retry-After", SipRetryAfter.TryParse);

    /// <summary>Content-Length, in octets (RFC 3261 §20.14). The writer sets it; a value set by hand is not written.</summary>
    public static SipHeaderName<uint> ContentLength { get; } = Number("Content-Length", 'l');

    /// <summary>Content-Type (RFC 3261 §20.15).</summary>
    public static SipHeaderName<SipMediaType> ContentType { get; } = Value<SipMediaType>("Content-Type", SipMediaType.TryParse, 'c');

    /// <summary>Content-Disposition (RFC 3261 §20.11).</summary>
    public static SipHeaderName<SipTokenValue> ContentDisposition { get; } = Value<SipTokenValue>("Content-Disposition", SipTokenValue.TryParse);

    /// <summary>Content-Encoding (RFC 3261 §20.12).</summary>
    public static SipHeaderName<string> ContentEncoding { get; } = Tokens("Content-Encoding", 'e');

    /// <summary>Content-Language (RFC 3261 §20.13).</summary>
    public static SipHeaderName<string> ContentLanguage { get; } = Tokens("Content-Language");

    /// <summary>Allow (RFC 3261 §20.5).</summary>
    public static SipHeaderName<SipMethod> Allow { get; } = Define("Allow", null, true, (Octets text, out SipMethod value) => SipMethod.TryParse(text.Span, out value), static value => Octets.Of(value.Name));

    /// <summary>Supported (RFC 3261 §20.37).</summary>
    public static SipHeaderName<string> Supported { get; } = Tokens("Supported", 'k');

    /// <summary>Require (RFC 3261 §20.32).</summary>
    public static SipHeaderName<string> Require { get; } = Tokens("Require");

    /// <summary>Proxy-Require (RFC 3261 §20.29).</summary>
    public static SipHeaderName<string> ProxyRequire { get; } = Tokens("Proxy-Require");

    /// <summary>Unsupported (RFC 3261 §20.40).</summary>
    public static SipHeaderName<string> Unsupported { get; } = Tokens("Unsupported");

    /// <summary>Accept (RFC 3261 §20.1).</summary>
    public static SipHeaderName<SipMediaType> Accept { get; } = Value<SipMediaType>("Accept", SipMediaType.TryParse, isList: true);

    /// <summary>Accept-Encoding (RFC 3261 §20.2).</summary>
    public static SipHeaderName<SipTokenValue> AcceptEncoding { get; } = Value<SipTokenValue>("Accept-Encoding", SipTokenValue.TryParse, isList: true);

    /// <summary>Accept-Language (RFC 3261 §20.3).</summary>
    public static SipHeaderName<SipTokenValue> AcceptLanguage { get; } = Value<SipTokenValue>("Accept-Language", SipTokenValue.TryParse, isList: true);

    /// <summary>WWW-Authenticate (RFC 3261 §20.44).</summary>
    public static SipHeaderName<SipAuthenticationValue> WwwAuthenticate { get; } = Value<SipAuthenticationValue>("WWW-Authenticate", SipAuthenticationValue.TryParse);

    /// <summary>Proxy-Authenticate (RFC 3261 §20.27).</summary>
    public static SipHeaderName<SipAuthenticationValue> ProxyAuthenticate { get; } = Value<SipAuthenticationValue>("Proxy-Authenticate", SipAuthenticationValue.TryParse);

    /// <summary>Authorization (RFC 3261 §20.7).</summary>
    public static SipHeaderName<SipAuthenticationValue> Authorization { get; } = Value<SipAuthenticationValue>("Authorization", SipAuthenticationValue.TryParse);

    /// <summary>Proxy-Authorization (RFC 3261 §20.28).</summary>
    public static SipHeaderName<SipAuthenticationValue> ProxyAuthorization { get; } = Value<SipAuthenticationValue>("Proxy-Authorization", SipAuthenticationValue.TryParse);

    /// <summary>Authentication-Info (RFC 3261 §20.6).</summary>
    public static SipHeaderName<SipAuthenticationValue> AuthenticationInfo { get; } = Value<SipAuthenticationValue>("Authentication-Info", SipAuthenticationValue.TryParseInfo);

    /// <summary>Proxy-Authentication-Info (RFC 7615 §4).</summary>
    public static SipHeaderName<SipAuthenticationValue> ProxyAuthenticationInfo { get; } = Value<SipAuthenticationValue>("Proxy-Authentication-Info", SipAuthenticationValue.TryParseInfo);

    /// <summary>Event (RFC 6665 §8.2.1).</summary>
    public static SipHeaderName<SipTokenValue> Event { get; } = Value<SipTokenValue>("Event", SipTokenValue.TryParse, 'o');

    /// <summary>Allow-Events (RFC 6665 §8.2.2).</summary>
    public static SipHeaderName<SipTokenValue> AllowEvents { get; } = Value<SipTokenValue>("Allow-Events", SipTokenValue.TryParse, 'u', isList: true);

    /// <summary>Subscription-State (RFC 6665 §8.2.3).</summary>
    public static SipHeaderName<SipTokenValue> SubscriptionState { get; } = Value<SipTokenValue>("Subscription-State", SipTokenValue.TryParse);

    /// <summary>RSeq (RFC 3262 §7.1).</summary>
    public static SipHeaderName<uint> RSeq { get; } = Number("RSeq");

    /// <summary>RAck (RFC 3262 §7.2), as text.</summary>
    public static SipHeaderName<string> RAck { get; } = Text("RAck");

    /// <summary>Reason (RFC 3326).</summary>
    public static SipHeaderName<SipTokenValue> Reason { get; } = Value<SipTokenValue>("Reason", SipTokenValue.TryParse, isList: true);

    /// <summary>Subject (RFC 3261 §20.36).</summary>
    public static SipHeaderName<string> Subject { get; } = Text("Subject", 's');

    /// <summary>User-Agent (RFC 3261 §20.41).</summary>
    public static SipHeaderName<string> UserAgent { get; } = Text("User-Agent");

    /// <summary>Server (RFC 3261 §20.35).</summary>
    public static SipHeaderName<string> Server { get; } = Text("Server");

    /// <summary>Date (RFC 3261 §20.17), as text.</summary>
    public static SipHeaderName<string> Date { get; } = Text("Date");

    /// <summary>Timestamp (RFC 3261 §20.38), as text.</summary>
    public static SipHeaderName<string> Timestamp { get; } = Text("Timestamp");

    /// <summary>MIME-Version (RFC 3261 §20.24).</summary>
    public static SipHeaderName<string> MimeVersion { get; } = Text("MIME-Version");

    /// <summary>Warning (RFC 3261 §20.43), as text.</summary>
    public static SipHeaderName<string> Warning { get; } = Text("Warning");

    /// <summary>Referred-By (RFC 3892).</summary>
    public static SipHeaderName<SipNameAddress> ReferredBy { get; } = Value<SipNameAddress>("Referred-By", SipNameAddress.TryParse, 'b');

    /// <summary>Session-Expires: seconds, and who refreshes (RFC 4028 §4).</summary>
    public static SipHeaderName<SipTokenValue> SessionExpires { get; } = Value<SipTokenValue>("Session-Expires", SipTokenValue.TryParse, 'x');

    /// <summary>Accept-Contact (RFC 3841), as text.</summary>
    public static SipHeaderName<string> AcceptContact { get; } = Text("Accept-Contact", 'a');

    /// <summary>Reject-Contact (RFC 3841), as text.</summary>
    public static SipHeaderName<string> RejectContact { get; } = Text("Reject-Contact", 'j');

    /// <summary>Request-Disposition (RFC 3841), as text.</summary>
    public static SipHeaderName<string> RequestDisposition { get; } = Text("Request-Disposition", 'd');

    /// <summary>Identity (RFC 8224), as text.</summary>
    public static SipHeaderName<string> Identity { get; } = Text("Identity", 'y');

    /// <summary>Identity-Info (RFC 4474), as text.</summary>
    public static SipHeaderName<string> IdentityInfo { get; } = Text("Identity-Info", 'n');

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SipHeaderName> All => Names;

    /// <summary>Finds names in octets; made last, when all names are defined.</summary>
    internal static HeaderNameTable Table { get; } = new(Names);

    private static SipHeaderName<T> Value<T>(string name, HeaderValueParser<T> parse, char? compactForm = null, bool isList = false)
        where T : SipHeaderValue => Define(name, compactForm, isList, parse, static value => value.Text);

    private static SipHeaderName<uint> Number(string name, char? compactForm = null) =>
        Define(name, compactForm, false, (Octets text, out uint value) => Grammar.TryParseNumber(text.Span, out value), Digits);

    private static SipHeaderName<uint> Seconds(string name) =>
        Define(name, null, false, (Octets text, out uint value) => Grammar.TryParseSeconds(text.Span, out value), Digits);

    private static SipHeaderName<string> Tokens(string name, char? compactForm = null) =>
        Define(name, compactForm, true, static (Octets text, out string? value) =>
        {
            value = Grammar.IsToken(text.Span) ? text.ToString() : null;
            return value is not null;
        }, Octets.Of);

    private static SipHeaderName<string> Text(string name, char? compactForm = null, Func<ReadOnlySpan<byte>, bool>? check = null) =>
        Define(name, compactForm, false, (Octets text, out string? value) =>
        {
            value = check is null || check(text.Span) ? text.ToString() : null;
            return value is not null;
        }, Octets.Of);

    private static Octets Digits(uint value) => Octets.Of(value.ToString(CultureInfo.InvariantCulture));

    private static SipHeaderName<T> Define<T>(string name, char? compactForm, bool isList, HeaderValueParser<T> parse, Func<T, Octets> format)
    {
        var header = new SipHeaderName<T>((byte)(Names.Count + 1), name, compactForm, isList, parse, format);
        Names.Add(header);
        return header;
    }
}
