using System.Diagnostics.CodeAnalysis;
using System.Text;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages;

/// <summary>A request method. Methods compare with case (RFC 3261 §7.1); any token is one.</summary>
public readonly struct SipMethod : IEquatable<SipMethod>
{
    private readonly string? _name;

    /// <summary>Makes a method of any name.</summary>
    /// <param name="name">A token, for example "INVITE".</param>
    /// <exception cref="ArgumentException">The name is no token.</exception>
    public SipMethod(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!TryParse(Encoding.UTF8.GetBytes(name), out this)) throw new ArgumentException($"'{name}' is no method: a method is a token.", nameof(name));
    }

    // The second parameter only tells this constructor, which checks nothing, from the public one.
    private SipMethod(string name, bool known) => _name = known ? name : null;

    /// <summary>Sets up a session (RFC 3261 §13).</summary>
    public static SipMethod Invite { get; } = new("INVITE", known: true);

    /// <summary>Confirms the final response to an INVITE (RFC 3261 §13.2.2.4, §17.1.1.3).</summary>
    public static SipMethod Ack { get; } = new("ACK", known: true);

    /// <summary>Ends a session (RFC 3261 §15).</summary>
    public static SipMethod Bye { get; } = new("BYE", known: true);

    /// <summary>Gives up a pending INVITE (RFC 3261 §9).</summary>
    public static SipMethod Cancel { get; } = new("CANCEL", known: true);

    /// <summary>Asks for capabilities (RFC 3261 §11).</summary>
    public static SipMethod Options { get; } = new("OPTIONS", known: true);

    /// <summary>Binds an address of record to contacts (RFC 3261 §10).</summary>
    public static SipMethod Register { get; } = new("REGISTER", known: true);

    /// <summary>Carries an instant message (RFC 3428).</summary>
    public static SipMethod Message { get; } = new("MESSAGE", known: true);

    /// <summary>Asks for notifications (RFC 6665).</summary>
    public static SipMethod Subscribe { get; } = new("SUBSCRIBE", known: true);

    /// <summary>Carries a notification (RFC 6665).</summary>
    public static SipMethod Notify { get; } = new("NOTIFY", known: true);

    /// <summary>Asks the peer to send a request elsewhere (RFC 3515).</summary>
    public static SipMethod Refer { get; } = new("REFER", known: true);

    /// <summary>Carries application information in a session (RFC 6086).</summary>
    public static SipMethod Info { get; } = new("INFO", known: true);

    /// <summary>Changes a session without a new INVITE (RFC 3311).</summary>
    public static SipMethod Update { get; } = new("UPDATE", known: true);

    /// <summary>Confirms a reliable provisional response (RFC 3262).</summary>
    public static SipMethod Prack { get; } = new("PRACK", known: true);

    /// <summary>Publishes event state (RFC 3903).</summary>
    public static SipMethod Publish { get; } = new("PUBLISH", known: true);

    /// <summary>Whether the method is one of those defined by the RFCs that the library knows.</summary>
    public bool IsKnown => KnownName(Encoding.UTF8.GetBytes(Name)) is not null;

    /// <summary>The method's name; empty for the default value.</summary>
    public string Name => _name ?? "";

    /// <summary>Compares with case.</summary>
    public static bool operator ==(SipMethod left, SipMethod right) => left.Equals(right);

    /// <summary>Compares with case.</summary>
    public static bool operator !=(SipMethod left, SipMethod right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(SipMethod other) => ReferenceEquals(_name, other._name) || string.Equals(_name, other._name, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is SipMethod other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal static bool TryParse(ReadOnlySpan<byte> text, out SipMethod method)
    {
        method = new SipMethod(KnownName(text) ?? (Grammar.IsToken(text) ? Encoding.ASCII.GetString(text) : ""), known: true);
        if (method.Name.Length > 0) return true;
        method = default;
        return false;
    }

    private static string? KnownName(ReadOnlySpan<byte> text) => text.Length switch
    {
        3 when text.SequenceEqual("ACK"u8) => "ACK",
        3 when text.SequenceEqual("BYE"u8) => "BYE",
        4 when text.SequenceEqual("INFO"u8) => "INFO",
        5 when text.SequenceEqual("REFER"u8) => "REFER",
        5 when text.SequenceEqual("PRACK"u8) => "PRACK",
        6 when text.SequenceEqual("INVITE"u8) => "INVITE",
        6 when text.SequenceEqual("CANCEL"u8) => "CANCEL",
        6 when text.SequenceEqual("NOTIFY"u8) => "NOTIFY",
        6 when text.SequenceEqual("UPDATE"u8) => "UPDATE",
        7 when text.SequenceEqual("OPTIONS"u8) => "OPTIONS",
        7 when text.SequenceEqual("MESSAGE"u8) => "MESSAGE",
        7 when text.SequenceEqual("PUBLISH"u8) => "PUBLISH",
        8 when text.SequenceEqual("REGISTER"u8) => "REGISTER",
        9 when text.SequenceEqual("SUBSCRIBE"u8) => "SUBSCRIBE",
        _ => null,
    };
}
