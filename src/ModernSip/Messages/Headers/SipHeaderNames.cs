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
    public static SipHeaderName<SipCSeq> CSeq { get; } = Define("CSeq", null, false, (Octets text, out SipCSeq value) => SipCSeq.TryParse(text, out value), static value => value.ToOctets());

    /// <summary>Max-Forwards (RFC 3261 §20.22).</summary>
    public static SipHeaderName<uint> MaxForwards { get; } = Number("Max-Forwards");

    /// <summary>Contact (RFC 3261 §20.10).</summary>
    public static SipHeaderName<SipNameAddress> Contact { get; } = Value<SipNameAddress>("Contact", SipNameAddress.TryParse, 'm', isList: true, check: SipNameAddress.IsWellFormed);

    /// <summary>Route (RFC 3261 §20.34).</summary>
    public static SipHeaderName<SipNameAddress> Route { get; } = Value<SipNameAddress>("Route", SipNameAddress.TryParse, isList: true, check: SipNameAddress.IsWellFormed);

    /// <summary>Record-Route (RFC 3261 §20.30).</summary>
    public static SipHeaderName<SipNameAddress> RecordRoute { get; } = Value<SipNameAddress>("Record-Route", SipNameAddress.TryParse, isList: true, check: SipNameAddress.IsWellFormed);

    /// <summary>Content-Length, in octets (RFC 3261 §20.14). The writer sets it; a value set by hand is not written.</summary>
    public static SipHeaderName<uint> ContentLength { get; } = Number("Content-Length", 'l');

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

    /// <summary>RAck (RFC 3262 §7.2).</summary>
    public static SipHeaderName<SipRAck> RAck { get; } = Define("RAck", null, false, (Octets text, out SipRAck value) => SipRAck.TryParse(text, out value), static value => Octets.Of(value.ToString()));

    /// <summary>Reason (RFC 3326).</summary>
    public static SipHeaderName<SipTokenValue> Reason { get; } = Value<SipTokenValue>("Reason", SipTokenValue.TryParse, isList: true);

    /// <summary>Subject (RFC 3261 §20.36).</summary>
    public static SipHeaderName<string> Subject { get; } = Text("Subject", 's');

    /// <summary>User-Agent (RFC 3261 §20.41).</summary>
    public static SipHeaderName<string> UserAgent { get; } = Text("User-Agent");

    /// <summary>Server (RFC 3261 §20.35).</summary>
    public static SipHeaderName<string> Server { get; } = Text("Server");

    /// <summary>Date (RFC 3261 §20.17). The time is written in UTC, which SIP calls GMT.</summary>
    public static SipHeaderName<DateTimeOffset> Date { get; } = Define("Date", null, false, (Octets text, out DateTimeOffset value) => Grammar.TryParseDate(text.Span, out value), static value => Octets.Of(value.ToString("r", CultureInfo.InvariantCulture)));

    /// <summary>Timestamp (RFC 3261 §20.38).</summary>
    public static SipHeaderName<SipTimestamp> Timestamp { get; } = Define("Timestamp", null, false, (Octets text, out SipTimestamp value) => SipTimestamp.TryParse(text, out value), static value => Octets.Of(value.ToString()));

    /// <summary>MIME-Version (RFC 3261 §20.24).</summary>
    public static SipHeaderName<string> MimeVersion { get; } = Text("MIME-Version");

    /// <summary>Warning (RFC 3261 §20.43).</summary>
    public static SipHeaderName<SipWarning> Warning { get; } = Value<SipWarning>("Warning", SipWarning.TryParse, isList: true);

    /// <summary>Referred-By (RFC 3892).</summary>
    public static SipHeaderName<SipNameAddress> ReferredBy { get; } = Value<SipNameAddress>("Referred-By", SipNameAddress.TryParse, 'b');

    /// <summary>Session-Expires: seconds, and who refreshes (RFC 4028 §4).</summary>
    public static SipHeaderName<SipSecondsValue> SessionExpires { get; } = Value<SipSecondsValue>("Session-Expires", SipSecondsValue.TryParse, 'x');

    /// <summary>Accept-Contact: features of the one who shall answer (RFC 3841 §9.2).</summary>
    public static SipHeaderName<SipTokenValue> AcceptContact { get; } = Value<SipTokenValue>("Accept-Contact", SipTokenValue.TryParseAsterisk, 'a', isList: true);

    /// <summary>Reject-Contact: features of those who shall not answer (RFC 3841 §9.2).</summary>
    public static SipHeaderName<SipTokenValue> RejectContact { get; } = Value<SipTokenValue>("Reject-Contact", SipTokenValue.TryParseAsterisk, 'j', isList: true);

    /// <summary>Request-Disposition (RFC 3841 §9.1).</summary>
    public static SipHeaderName<string> RequestDisposition { get; } = Tokens("Request-Disposition", 'd');

    /// <summary>Identity (RFC 8224 §4). Several stand in a field each.</summary>
    public static SipHeaderName<SipIdentity> Identity { get; } = Value<SipIdentity>("Identity", SipIdentity.TryParse, 'y');

    /// <summary>Identity-Info (RFC 4474 §9), obsolete: RFC 8224 has it in Identity.</summary>
    public static SipHeaderName<SipBracketedUri> IdentityInfo { get; } = Value<SipBracketedUri>("Identity-Info", SipBracketedUri.TryParse, 'n');

    /// <summary>Alert-Info (RFC 3261 §20.4).</summary>
    public static SipHeaderName<SipBracketedUri> AlertInfo { get; } = Value<SipBracketedUri>("Alert-Info", SipBracketedUri.TryParse, isList: true);

    /// <summary>Call-Info (RFC 3261 §20.9).</summary>
    public static SipHeaderName<SipBracketedUri> CallInfo { get; } = Value<SipBracketedUri>("Call-Info", SipBracketedUri.TryParse, isList: true);

    /// <summary>Error-Info (RFC 3261 §20.18).</summary>
    public static SipHeaderName<SipBracketedUri> ErrorInfo { get; } = Value<SipBracketedUri>("Error-Info", SipBracketedUri.TryParse, isList: true);

    /// <summary>In-Reply-To: Call-IDs (RFC 3261 §20.21).</summary>
    public static SipHeaderName<string> InReplyTo { get; } = Text("In-Reply-To", check: Grammar.IsCallId, isList: true, ofWords: true);

    /// <summary>Organization (RFC 3261 §20.25).</summary>
    public static SipHeaderName<string> Organization { get; } = Text("Organization");

    /// <summary>Priority (RFC 3261 §20.26).</summary>
    public static SipHeaderName<string> Priority { get; } = Token("Priority");

    /// <summary>Content-ID, in angle brackets (RFC 8262 §3).</summary>
    public static SipHeaderName<string> ContentId { get; } = Text("Content-ID", check: Grammar.IsContentId);

    /// <summary>P-Media-Authorization: tokens in hexadecimal digits (RFC 3313 §5.1).</summary>
    public static SipHeaderName<string> PMediaAuthorization { get; } = Text("P-Media-Authorization", check: Grammar.IsHex, isList: true);

    /// <summary>Privacy: what shall be hidden; each is a parameter without a value (RFC 3323 §4.2).</summary>
    public static SipHeaderName<SipParameterList> Privacy { get; } = Value<SipParameterList>("Privacy", SipParameterList.TryParse);

    /// <summary>P-Asserted-Identity (RFC 3325 §9.1).</summary>
    public static SipHeaderName<SipNameAddress> PAssertedIdentity { get; } = Value<SipNameAddress>("P-Asserted-Identity", SipNameAddress.TryParse, isList: true);

    /// <summary>P-Preferred-Identity (RFC 3325 §9.2).</summary>
    public static SipHeaderName<SipNameAddress> PPreferredIdentity { get; } = Value<SipNameAddress>("P-Preferred-Identity", SipNameAddress.TryParse, isList: true);

    /// <summary>Security-Client: mechanisms with their parameters (RFC 3329 §2.2).</summary>
    public static SipHeaderName<SipTokenValue> SecurityClient { get; } = Value<SipTokenValue>("Security-Client", SipTokenValue.TryParse, isList: true);

    /// <summary>Security-Server: mechanisms with their parameters (RFC 3329 §2.2).</summary>
    public static SipHeaderName<SipTokenValue> SecurityServer { get; } = Value<SipTokenValue>("Security-Server", SipTokenValue.TryParse, isList: true);

    /// <summary>Security-Verify: mechanisms with their parameters (RFC 3329 §2.2).</summary>
    public static SipHeaderName<SipTokenValue> SecurityVerify { get; } = Value<SipTokenValue>("Security-Verify", SipTokenValue.TryParse, isList: true);

    /// <summary>P-Called-Party-ID (RFC 7315 §4.2).</summary>
    public static SipHeaderName<SipNameAddress> PCalledPartyId { get; } = Value<SipNameAddress>("P-Called-Party-ID", SipNameAddress.TryParse);

    /// <summary>P-Visited-Network-ID (RFC 7315 §4.3).</summary>
    public static SipHeaderName<SipTokenValue> PVisitedNetworkId { get; } = Value<SipTokenValue>("P-Visited-Network-ID", SipTokenValue.TryParseQuotable, isList: true);

    /// <summary>P-Access-Network-Info (RFC 7315 §4.4).</summary>
    public static SipHeaderName<SipTokenValue> PAccessNetworkInfo { get; } = Value<SipTokenValue>("P-Access-Network-Info", SipTokenValue.TryParse, isList: true);

    /// <summary>P-Charging-Function-Addresses (RFC 7315 §4.5).</summary>
    public static SipHeaderName<SipParameterList> PChargingFunctionAddresses { get; } = Value<SipParameterList>("P-Charging-Function-Addresses", SipParameterList.TryParse, isList: true);

    /// <summary>P-Charging-Vector (RFC 7315 §4.6).</summary>
    public static SipHeaderName<SipParameterList> PChargingVector { get; } = Value<SipParameterList>("P-Charging-Vector", SipParameterList.TryParse);

    /// <summary>Replaces: the dialog that this one takes the place of (RFC 3891 §3).</summary>
    public static SipHeaderName<SipCallIdValue> Replaces { get; } = Value<SipCallIdValue>("Replaces", SipCallIdValue.TryParseDialog);

    /// <summary>Join: the dialog to take part in (RFC 3911 §4).</summary>
    public static SipHeaderName<SipCallIdValue> Join { get; } = Value<SipCallIdValue>("Join", SipCallIdValue.TryParseDialog);

    /// <summary>Target-Dialog (RFC 4538 §7).</summary>
    public static SipHeaderName<SipCallIdValue> TargetDialog { get; } = Value<SipCallIdValue>("Target-Dialog", SipCallIdValue.TryParse);

    /// <summary>Session-ID (RFC 7989 §5), with the peer's half in the parameter remote.</summary>
    public static SipHeaderName<SipCallIdValue> SessionId { get; } = Value<SipCallIdValue>("Session-ID", SipCallIdValue.TryParseSession);

    /// <summary>SIP-ETag (RFC 3903 §11.3.1).</summary>
    public static SipHeaderName<string> SipETag { get; } = Token("SIP-ETag");

    /// <summary>SIP-If-Match (RFC 3903 §11.3.2).</summary>
    public static SipHeaderName<string> SipIfMatch { get; } = Token("SIP-If-Match");

    /// <summary>Min-SE (RFC 4028 §5).</summary>
    public static SipHeaderName<SipSecondsValue> MinSE { get; } = Value<SipSecondsValue>("Min-SE", SipSecondsValue.TryParse);

    /// <summary>Resource-Priority: namespace, dot, priority (RFC 4412 §3.1).</summary>
    public static SipHeaderName<string> ResourcePriority { get; } = Tokens("Resource-Priority");

    /// <summary>Accept-Resource-Priority (RFC 4412 §3.2).</summary>
    public static SipHeaderName<string> AcceptResourcePriority { get; } = Tokens("Accept-Resource-Priority");

    /// <summary>Refer-Sub: "true" or "false" (RFC 4488 §4).</summary>
    public static SipHeaderName<SipTokenValue> ReferSub { get; } = Value<SipTokenValue>("Refer-Sub", SipTokenValue.TryParse);

    /// <summary>P-Early-Media (RFC 5009 §8).</summary>
    public static SipHeaderName<string> PEarlyMedia { get; } = Tokens("P-Early-Media");

    /// <summary>Answer-Mode (RFC 5373 §5).</summary>
    public static SipHeaderName<SipTokenValue> AnswerMode { get; } = Value<SipTokenValue>("Answer-Mode", SipTokenValue.TryParse);

    /// <summary>Priv-Answer-Mode (RFC 5373 §5).</summary>
    public static SipHeaderName<SipTokenValue> PrivAnswerMode { get; } = Value<SipTokenValue>("Priv-Answer-Mode", SipTokenValue.TryParse);

    /// <summary>P-Served-User (RFC 5502 §6).</summary>
    public static SipHeaderName<SipNameAddress> PServedUser { get; } = Value<SipNameAddress>("P-Served-User", SipNameAddress.TryParse);

    /// <summary>Flow-Timer, in seconds (RFC 5626 §10).</summary>
    public static SipHeaderName<uint> FlowTimer { get; } = Seconds("Flow-Timer");

    /// <summary>P-Asserted-Service (RFC 6050 §4.1).</summary>
    public static SipHeaderName<SipUri> PAssertedService { get; } = Uris("P-Asserted-Service");

    /// <summary>P-Preferred-Service (RFC 6050 §4.2).</summary>
    public static SipHeaderName<SipUri> PPreferredService { get; } = Uris("P-Preferred-Service");

    /// <summary>Info-Package (RFC 6086 §7.2).</summary>
    public static SipHeaderName<SipTokenValue> InfoPackage { get; } = Value<SipTokenValue>("Info-Package", SipTokenValue.TryParse);

    /// <summary>Recv-Info (RFC 6086 §7.3). An empty field says that no package is taken.</summary>
    public static SipHeaderName<SipTokenValue> RecvInfo { get; } = Value<SipTokenValue>("Recv-Info", SipTokenValue.TryParse, isList: true);

    /// <summary>Geolocation (RFC 6442 §4.1).</summary>
    public static SipHeaderName<SipBracketedUri> Geolocation { get; } = Value<SipBracketedUri>("Geolocation", SipBracketedUri.TryParse, isList: true);

    /// <summary>Geolocation-Routing: "yes" or "no" (RFC 6442 §4.2).</summary>
    public static SipHeaderName<SipTokenValue> GeolocationRouting { get; } = Value<SipTokenValue>("Geolocation-Routing", SipTokenValue.TryParse);

    /// <summary>Geolocation-Error: a code with parameters (RFC 6442 §4.3).</summary>
    public static SipHeaderName<SipTokenValue> GeolocationError { get; } = Value<SipTokenValue>("Geolocation-Error", SipTokenValue.TryParse);

    /// <summary>History-Info: where the request was sent before, with its index parameter (RFC 7044 §5).</summary>
    public static SipHeaderName<SipNameAddress> HistoryInfo { get; } = Value<SipNameAddress>("History-Info", SipNameAddress.TryParse, isList: true);

    /// <summary>User-to-User (RFC 7433 §4.1).</summary>
    public static SipHeaderName<SipTokenValue> UserToUser { get; } = Value<SipTokenValue>("User-to-User", SipTokenValue.TryParseQuotable, isList: true);

    /// <summary>Feature-Caps: what elements on the way can do (RFC 6809 §6.3), as push notification (RFC 8599 §9).</summary>
    public static SipHeaderName<SipTokenValue> FeatureCaps { get; } = Value<SipTokenValue>("Feature-Caps", SipTokenValue.TryParseAsterisk, isList: true);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SipHeaderName> All => Names;

    /// <summary>Finds names in octets; made last, when all names are defined.</summary>
    internal static HeaderNameTable Table { get; } = new(Names);

    private static SipHeaderName<T> Value<T>(string name, HeaderValueParser<T> parse, char? compactForm = null, bool isList = false, Func<Octets, bool>? check = null)
        where T : SipHeaderValue => Define(name, compactForm, isList, parse, static value => value.Text, check);

    private static SipHeaderName<uint> Number(string name, char? compactForm = null) =>
        Define(name, compactForm, false, (Octets text, out uint value) => Grammar.TryParseNumber(text.Span, out value), Digits);

    private static SipHeaderName<uint> Seconds(string name) =>
        Define(name, null, false, (Octets text, out uint value) => Grammar.TryParseSeconds(text.Span, out value), Digits);

    private static SipHeaderName<string> Tokens(string name, char? compactForm = null) => Text(name, compactForm, Grammar.IsToken, isList: true);

    private static SipHeaderName<string> Token(string name) => Text(name, check: Grammar.IsToken);

    private static SipHeaderName<string> Text(string name, char? compactForm = null, Func<ReadOnlySpan<byte>, bool>? check = null, bool isList = false, bool ofWords = false) =>
        Define(name, compactForm, isList, (Octets text, out string? value) =>
        {
            value = check is null || check(text.Span) ? text.ToString() : null;
            return value is not null;
        }, Octets.Of, text => check is null || check(text.Span), ofWords);

    private static SipHeaderName<SipUri> Uris(string name) => Define<SipUri>(name, null, true, SipUri.TryParse, static value => value.Text);

    private static Octets Digits(uint value)
    {
        var writer = new ValueWriter(stackalloc byte[20]);
        writer.Number(value);
        return writer.ToOctets();
    }

    private static SipHeaderName<T> Define<T>(string name, char? compactForm, bool isList, HeaderValueParser<T> parse, Func<T, Octets> format, Func<Octets, bool>? check = null, bool ofWords = false)
    {
        var header = new SipHeaderName<T>((byte)(Names.Count + 1), name, compactForm, isList, parse, format, check) { IsListOfWords = ofWords };
        Names.Add(header);
        return header;
    }
}
