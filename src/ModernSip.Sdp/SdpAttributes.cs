using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using ModernSip.Sdp.Attributes;
using ModernSip.Sdp.Parsing;

namespace ModernSip.Sdp;

/// <summary>The attributes of a session or of a stream: immutable, in order, open for names not known here.</summary>
/// <remarks>Every change returns a new collection, as the immutable collections of .NET do.</remarks>
[CollectionBuilder(typeof(SdpAttributes), nameof(Create))]
public sealed class SdpAttributes : IReadOnlyList<SdpAttribute>, IEquatable<SdpAttributes>
{
    private readonly SdpList<SdpAttribute> _items;

    private SdpAttributes(SdpList<SdpAttribute> items) => _items = items;

    internal ReadOnlySpan<SdpAttribute> Items => _items.Items;

    /// <summary>No attributes.</summary>
    public static SdpAttributes Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _items.Count;

    /// <inheritdoc/>
    public SdpAttribute this[int index] => _items[index];

    /// <summary>The direction said here; null where none is.</summary>
    /// <remarks>RFC 8866 §6.7. <see cref="SdpSession.DirectionOf"/> adds the session's default.</remarks>
    public SdpDirection? Direction
    {
        get
        {
            foreach (var attribute in _items)
            {
                if (attribute.Value is null && Directions.TryParse(attribute.Name, out var direction)) return direction;
            }

            return null;
        }
    }

    /// <summary>The stream's identification tag (<c>mid</c>, RFC 5888 §4).</summary>
    public string? Mid => Value("mid");

    /// <summary>How much media one packet carries (<c>ptime</c>, RFC 8866 §6.4).</summary>
    public TimeSpan? PacketTime => Milliseconds("ptime");

    /// <summary>How much media one packet may carry at most (<c>maxptime</c>, RFC 8866 §6.5).</summary>
    public TimeSpan? MaxPacketTime => Milliseconds("maxptime");

    /// <summary>The user fragment of ICE (<c>ice-ufrag</c>, RFC 8839 §5.4).</summary>
    public string? IceUserFragment => Value("ice-ufrag");

    /// <summary>The password of ICE (<c>ice-pwd</c>, RFC 8839 §5.4).</summary>
    public string? IcePassword => Value("ice-pwd");

    /// <summary>The ICE options (<c>ice-options</c>, RFC 8839 §5.6); empty where none are given.</summary>
    public SdpList<string> IceOptions =>
        Value("ice-options") is { } options ? [.. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)] : [];

    /// <summary>Who opens the connection (<c>setup</c>, RFC 4145 §4).</summary>
    public SdpSetup? Setup => Value("setup") is { } role && SetupRoles.TryParse(role, out var setup) ? setup : null;

    /// <summary>Whether RTP and RTCP share a port (<c>rtcp-mux</c>, RFC 5761 §5.1.1).</summary>
    public bool RtcpMux => Contains("rtcp-mux");

    /// <summary>A collection of the given attributes.</summary>
    /// <param name="attributes">The attributes, in order.</param>
    public static SdpAttributes Create(ReadOnlySpan<SdpAttribute> attributes) =>
        attributes.IsEmpty ? Empty : new SdpAttributes(SdpList.Create(attributes));

    /// <summary>Whether an attribute of this name is there.</summary>
    /// <param name="name">The name, compared exactly.</param>
    public bool Contains(string name) => Find(name) is not null;

    /// <summary>The first attribute of this name, or null.</summary>
    /// <param name="name">The name, compared exactly.</param>
    public SdpAttribute? Find(string name)
    {
        foreach (var attribute in _items)
        {
            if (string.Equals(attribute.Name, name, StringComparison.Ordinal)) return attribute;
        }

        return null;
    }

    /// <summary>The value of the first attribute of this name; null where it is absent or a flag.</summary>
    /// <param name="name">The name, compared exactly.</param>
    public string? Value(string name) => Find(name)?.Value;

    /// <summary>The values of all attributes of this name; flags are left out.</summary>
    /// <param name="name">The name, compared exactly.</param>
    public IEnumerable<string> Values(string name)
    {
        foreach (var attribute in _items)
        {
            if (attribute.Value is { } value && string.Equals(attribute.Name, name, StringComparison.Ordinal)) yield return value;
        }
    }

    /// <summary>The first attribute of this type that can be read, or null.</summary>
    /// <typeparam name="T">The attribute's type, such as <see cref="SdpRtcp"/>.</typeparam>
    public T? Get<T>()
        where T : class, ISdpAttributeValue<T> => All<T>().FirstOrDefault();

    /// <summary>All attributes of this type that can be read; malformed ones are left out.</summary>
    /// <typeparam name="T">The attribute's type, such as <see cref="SdpRtpMap"/>.</typeparam>
    public IEnumerable<T> All<T>()
        where T : class, ISdpAttributeValue<T>
    {
        foreach (var value in Values(T.AttributeName))
        {
            if (T.TryParse(value, out var result)) yield return result;
        }
    }

    /// <summary>Adds an attribute at the end.</summary>
    /// <param name="attribute">The attribute.</param>
    public SdpAttributes Add(SdpAttribute attribute) => new(_items.Add(attribute));

    /// <summary>Adds an attribute at the end.</summary>
    /// <param name="name">The name, a token.</param>
    /// <param name="value">The value, or null for a flag.</param>
    /// <exception cref="ArgumentException">The name is not a token, or the value holds CR, LF or NUL.</exception>
    public SdpAttributes Add(string name, string? value = null) => Add(new SdpAttribute(name, value));

    /// <summary>Adds a typed attribute at the end.</summary>
    /// <typeparam name="T">The attribute's type.</typeparam>
    /// <param name="value">The value.</param>
    public SdpAttributes Add<T>(T value)
        where T : class, ISdpAttributeValue<T>
    {
        ArgumentNullException.ThrowIfNull(value);
        return Add(new SdpAttribute(T.AttributeName, value.ToAttributeValue()));
    }

    /// <summary>Puts an attribute in the place of all others of its name, or at the end.</summary>
    /// <param name="attribute">The attribute.</param>
    public SdpAttributes Set(SdpAttribute attribute)
    {
        ArgumentNullException.ThrowIfNull(attribute);
        return Replace(other => string.Equals(other.Name, attribute.Name, StringComparison.Ordinal), attribute);
    }

    /// <summary>Puts an attribute in the place of all others of its name, or at the end.</summary>
    /// <param name="name">The name, a token.</param>
    /// <param name="value">The value, or null for a flag.</param>
    /// <exception cref="ArgumentException">The name is not a token, or the value holds CR, LF or NUL.</exception>
    public SdpAttributes Set(string name, string? value = null) => Set(new SdpAttribute(name, value));

    /// <summary>Puts a typed attribute in the place of all others of its name, or at the end.</summary>
    /// <typeparam name="T">The attribute's type.</typeparam>
    /// <param name="value">The value.</param>
    public SdpAttributes Set<T>(T value)
        where T : class, ISdpAttributeValue<T>
    {
        ArgumentNullException.ThrowIfNull(value);
        return Set(new SdpAttribute(T.AttributeName, value.ToAttributeValue()));
    }

    /// <summary>Says the direction, in the place of any said before.</summary>
    /// <param name="direction">The direction.</param>
    public SdpAttributes SetDirection(SdpDirection direction) =>
        Replace(static other => other.Value is null && Directions.TryParse(other.Name, out _), new SdpAttribute(Directions.Name(direction)));

    /// <summary>Says who opens the connection, in the place of any role said before.</summary>
    /// <param name="setup">The role.</param>
    public SdpAttributes SetSetup(SdpSetup setup) => Set("setup", SetupRoles.Name(setup));

    /// <summary>Says how much media a packet carries, in the place of any time said before.</summary>
    /// <param name="time">The time; sent in milliseconds.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public SdpAttributes SetPacketTime(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero);
        return Set("ptime", time.TotalMilliseconds.ToString("0.####", CultureInfo.InvariantCulture));
    }

    /// <summary>Leaves out all attributes of this name.</summary>
    /// <param name="name">The name, compared exactly.</param>
    public SdpAttributes Remove(string name) =>
        [.. _items.Where(attribute => !string.Equals(attribute.Name, name, StringComparison.Ordinal))];

    /// <inheritdoc/>
    public bool Equals(SdpAttributes? other) => other is not null && _items.Equals(other._items);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SdpAttributes);

    /// <inheritdoc/>
    public override int GetHashCode() => _items.GetHashCode();

    /// <summary>The attributes, with a space between them.</summary>
    public override string ToString() => _items.ToString();

    /// <inheritdoc/>
    public IEnumerator<SdpAttribute> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private SdpAttributes Replace(Func<SdpAttribute, bool> isReplaced, SdpAttribute attribute)
    {
        var result = new List<SdpAttribute>(_items.Count + 1);
        var placed = false;
        foreach (var other in _items)
        {
            if (!isReplaced(other))
            {
                result.Add(other);
            }
            else if (!placed)
            {
                result.Add(attribute);
                placed = true;
            }
        }

        if (!placed) result.Add(attribute);
        return [.. result];
    }

    private TimeSpan? Milliseconds(string name) =>
        double.TryParse(Value(name), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var milliseconds)
        && milliseconds is > 0 and < 1e9
            ? TimeSpan.FromMilliseconds(milliseconds)
            : null;
}
