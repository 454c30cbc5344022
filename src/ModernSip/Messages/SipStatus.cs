using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ModernSip.Messages;

/// <summary>A status code, 100 to 699 (RFC 3261 §21). Codes that are not known are legal.</summary>
public readonly struct SipStatus : IEquatable<SipStatus>
{
    private readonly ushort _code;

    /// <summary>Makes a status of any code.</summary>
    /// <param name="code">100 to 699.</param>
    /// <exception cref="ArgumentOutOfRangeException">The code is outside of that range.</exception>
    public SipStatus(int code)
    {
        if (code is < 100 or > 699) throw new ArgumentOutOfRangeException(nameof(code), code, "A status code is 100 to 699.");
        _code = (ushort)code;
    }

    /// <summary>100 Trying.</summary>
    public static SipStatus Trying => new(100);

    /// <summary>180 Ringing.</summary>
    public static SipStatus Ringing => new(180);

    /// <summary>183 Session Progress.</summary>
    public static SipStatus SessionProgress => new(183);

    /// <summary>200 OK.</summary>
    public static SipStatus Ok => new(200);

    /// <summary>202 Accepted.</summary>
    public static SipStatus Accepted => new(202);

    /// <summary>302 Moved Temporarily.</summary>
    public static SipStatus MovedTemporarily => new(302);

    /// <summary>400 Bad Request.</summary>
    public static SipStatus BadRequest => new(400);

    /// <summary>401 Unauthorized.</summary>
    public static SipStatus Unauthorized => new(401);

    /// <summary>403 Forbidden.</summary>
    public static SipStatus Forbidden => new(403);

    /// <summary>404 Not Found.</summary>
    public static SipStatus NotFound => new(404);

    /// <summary>405 Method Not Allowed.</summary>
    public static SipStatus MethodNotAllowed => new(405);

    /// <summary>407 Proxy Authentication Required.</summary>
    public static SipStatus ProxyAuthenticationRequired => new(407);

    /// <summary>408 Request Timeout.</summary>
    public static SipStatus RequestTimeout => new(408);

    /// <summary>415 Unsupported Media Type.</summary>
    public static SipStatus UnsupportedMediaType => new(415);

    /// <summary>416 Unsupported URI Scheme.</summary>
    public static SipStatus UnsupportedUriScheme => new(416);

    /// <summary>420 Bad Extension.</summary>
    public static SipStatus BadExtension => new(420);

    /// <summary>421 Extension Required.</summary>
    public static SipStatus ExtensionRequired => new(421);

    /// <summary>422 Session Interval Too Small.</summary>
    public static SipStatus SessionIntervalTooSmall => new(422);

    /// <summary>423 Interval Too Brief.</summary>
    public static SipStatus IntervalTooBrief => new(423);

    /// <summary>480 Temporarily Unavailable.</summary>
    public static SipStatus TemporarilyUnavailable => new(480);

    /// <summary>481 Call/Transaction Does Not Exist.</summary>
    public static SipStatus CallDoesNotExist => new(481);

    /// <summary>482 Loop Detected.</summary>
    public static SipStatus LoopDetected => new(482);

    /// <summary>483 Too Many Hops.</summary>
    public static SipStatus TooManyHops => new(483);

    /// <summary>486 Busy Here.</summary>
    public static SipStatus BusyHere => new(486);

    /// <summary>487 Request Terminated.</summary>
    public static SipStatus RequestTerminated => new(487);

    /// <summary>488 Not Acceptable Here.</summary>
    public static SipStatus NotAcceptableHere => new(488);

    /// <summary>489 (RFC 6665 §8.3.2).</summary>
    public static SipStatus BadEvent => new(489);

    /// <summary>491 Request Pending.</summary>
    public static SipStatus RequestPending => new(491);

    /// <summary>500 Server Internal Error.</summary>
    public static SipStatus ServerInternalError => new(500);

    /// <summary>501 Not Implemented.</summary>
    public static SipStatus NotImplemented => new(501);

    /// <summary>503 Service Unavailable.</summary>
    public static SipStatus ServiceUnavailable => new(503);

    /// <summary>505 Version Not Supported.</summary>
    public static SipStatus VersionNotSupported => new(505);

    /// <summary>513 Message Too Large.</summary>
    public static SipStatus MessageTooLarge => new(513);

    /// <summary>600 Busy Everywhere.</summary>
    public static SipStatus BusyEverywhere => new(600);

    /// <summary>603 Decline.</summary>
    public static SipStatus Decline => new(603);

    /// <summary>The code.</summary>
    public int Code => _code;

    /// <summary>100 to 199.</summary>
    public bool IsProvisional => _code < 200;

    /// <summary>200 to 299.</summary>
    public bool IsSuccess => _code is >= 200 and < 300;

    /// <summary>200 to 699.</summary>
    public bool IsFinal => _code >= 200;

    /// <summary>The usual phrase for the code; that of its class where the code is not known.</summary>
    public string ReasonPhrase => ReasonPhrases.Of(_code);

    /// <summary>Makes a status, see the constructor.</summary>
    /// <param name="code">100 to 699.</param>
    public static implicit operator SipStatus(int code) => FromInt32(code);

    /// <summary>Compares the codes.</summary>
    public static bool operator ==(SipStatus left, SipStatus right) => left._code == right._code;

    /// <summary>Compares the codes.</summary>
    public static bool operator !=(SipStatus left, SipStatus right) => left._code != right._code;

    /// <summary>Makes a status, see the constructor.</summary>
    /// <param name="code">100 to 699.</param>
    public static SipStatus FromInt32(int code) => new(code);

    /// <inheritdoc/>
    public bool Equals(SipStatus other) => _code == other._code;

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is SipStatus other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _code;

    /// <summary>Code and phrase, for example "180 Ringing".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_code} {ReasonPhrase}");
}
