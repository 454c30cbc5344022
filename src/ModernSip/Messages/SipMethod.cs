using System.Diagnostics.CodeAnalysis;
using System.Text;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages;

/// <summary>A request method. Methods compare with case (RFC 3261 §7.1); any token is one.</summary>
public readonly struct SipMethod : IEquatable<SipMethod>
{
    private static readonly string[] Known =
        ["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "MESSAGE", "SUBSCRIBE", "NOTIFY", "REFER", "INFO", "UPDATE", "PRACK", "PUBLISH"];

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
    public static SipMethod Invite { get; } = new(Known[0], known: true);

    /// <summary>Confirms the final response to an INVITE (RFC 3261 §13.2.2.4, §17.1.1.3).</summary>
    public static SipMethod Ack { get; } = new(Known[1], known: true);

    /// <summary>Ends a session (RFC 3261 §15).</summary>
    public static SipMethod Bye { get; } = new(Known[2], known: true);

    /// <summary>Gives up a pending INVITE (RFC 3261 §9).</summary>
    public static SipMethod Cancel { get; } = new(Known[3], known: true);

    /// <summary>Asks for capabilities (RFC 3261 §11).</summary>
    public static SipMethod Options { get; } = new(Known[4], known: true);

    /// <summary>Binds an address of record to contacts (RFC 3261 §10).</summary>
    public static SipMethod Register { get; } = new(Known[5], known: true);

    /// <summary>Carries an instant message (RFC 3428).</summary>
    public static SipMethod Message { get; } = new(Known[6], known: true);

    /// <summary>Asks for notifications (RFC 6665).</summary>
    public static SipMethod Subscribe { get; } = new(Known[7], known: true);

    /// <summary>Carries a notification (RFC 6665).</summary>
    public static SipMethod Notify { get; } = new(Known[8], known: true);

    /// <summary>Asks the peer to send a request elsewhere (RFC 3515).</summary>
    public static SipMethod Refer { get; } = new(Known[9], known: true);

    /// <summary>Carries application information in a session (RFC 6086).</summary>
    public static SipMethod Info { get; } = new(Known[10], known: true);

    /// <summary>Changes a session without a new INVITE (RFC 3311).</summary>
    public static SipMethod Update { get; } = new(Known[11], known: true);

    /// <summary>Confirms a reliable provisional response (RFC 3262).</summary>
    public static SipMethod Prack { get; } = new(Known[12], known: true);

    /// <summary>Publishes event state (RFC 3903).</summary>
    public static SipMethod Publish { get; } = new(Known[13], known: true);

    /// <summary>Whether the method is one of those defined by the RFCs that the library knows.</summary>
    public bool IsKnown
    {
        get
        {
            foreach (var known in Known)
            {
                if (ReferenceEquals(known, _name)) return true;
            }

            return false;
        }
    }

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
        foreach (var known in Known)
        {
            if (known.Length != text.Length || !Ascii.Equals(text, known)) continue;
            method = new SipMethod(known, known: true);
            return true;
        }

        method = Grammar.IsToken(text) ? new SipMethod(Encoding.ASCII.GetString(text), known: true) : default;
        return method._name is not null;
    }
}
