using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages.Headers;

/// <summary>The header fields of a message, in their order. A field is raw, as received, or typed, as set; typed access reads once and keeps the value.</summary>
/// <remarks>
/// Names compare without case, and the compact form is the same name (RFC 3261 §7.3). Fields that nobody asks for are never looked into, and are
/// written as they came. Not for use by several threads while it is being changed.
/// </remarks>
public sealed class SipHeaders : IEnumerable<KeyValuePair<string, string>>
{
    private readonly byte[] _received;
    private HeaderField[] _fields;

    /// <summary>Makes an empty collection.</summary>
    public SipHeaders()
        : this([], [], 0)
    {
    }

    internal SipHeaders(byte[] received, HeaderField[] fields, int count)
    {
        _received = received;
        _fields = fields;
        Count = count;
    }

    /// <summary>The octets that the fields were read from; empty where they were set.</summary>
    internal byte[] Received => _received;

    /// <summary>The number of header fields.</summary>
    public int Count { get; private set; }

    /// <summary>The topmost Via value; null where it is absent or malformed.</summary>
    public SipVia? Via => Kept(SipHeaderNames.Via) as SipVia ?? Get(SipHeaderNames.Via);

    /// <summary>From.</summary>
    public SipNameAddress? From
    {
        get => Kept(SipHeaderNames.From) as SipNameAddress ?? Get(SipHeaderNames.From);
        set => Set(SipHeaderNames.From, value);
    }

    /// <summary>To.</summary>
    public SipNameAddress? To
    {
        get => Kept(SipHeaderNames.To) as SipNameAddress ?? Get(SipHeaderNames.To);
        set => Set(SipHeaderNames.To, value);
    }

    /// <summary>Call-ID.</summary>
    /// <exception cref="ArgumentException">The value is no legal Call-ID.</exception>
    public string? CallId
    {
        get => Get(SipHeaderNames.CallId);
        set => Set(SipHeaderNames.CallId, value);
    }

    /// <summary>CSeq; null where it is absent or malformed.</summary>
    public SipCSeq? CSeq
    {
        get => TryGet(SipHeaderNames.CSeq, out var value) ? value : null;
        set => SetOrRemove(SipHeaderNames.CSeq, value);
    }

    /// <summary>Max-Forwards; null where it is absent or malformed.</summary>
    public uint? MaxForwards
    {
        get => TryGet(SipHeaderNames.MaxForwards, out var value) ? value : null;
        set => SetOrRemove(SipHeaderNames.MaxForwards, value);
    }

    /// <summary>The first Contact value. Setting replaces all.</summary>
    public SipNameAddress? Contact
    {
        get => Kept(SipHeaderNames.Contact) as SipNameAddress ?? Get(SipHeaderNames.Contact);
        set => Set(SipHeaderNames.Contact, value);
    }

    /// <summary>Expires in seconds; null where it is absent or malformed.</summary>
    public uint? Expires
    {
        get => TryGet(SipHeaderNames.Expires, out var value) ? value : null;
        set => SetOrRemove(SipHeaderNames.Expires, value);
    }

    /// <summary>Content-Type.</summary>
    public SipMediaType? ContentType
    {
        get => Get(SipHeaderNames.ContentType);
        set => Set(SipHeaderNames.ContentType, value);
    }

    /// <summary>The first value of a header field as text, unfolded; null where there is none. Setting replaces all fields of the name; null removes them.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">The name is no token, or the value holds CR, LF or NUL.</exception>
    public string? this[string name]
    {
        get
        {
            var index = Find(name, 0);
            return index < 0 ? null : ValueText(index).ToString();
        }

        set
        {
            var field = value is null ? default : HeaderField.OfText(name, value);
            var index = Find(name, 0);
            Remove(name);
            if (value is not null) Insert(index < 0 ? Count : index, field);
        }
    }

    /// <summary>Whether a header field of this name is there.</summary>
    /// <param name="name">The name.</param>
    public bool Contains(string name) => Find(name, 0) >= 0;

    /// <summary>The values of all fields of a name as text, each field one value, comma lists not taken apart.</summary>
    /// <param name="name">The name.</param>
    public IReadOnlyList<string> GetValues(string name)
    {
        var values = new List<string>();
        for (var index = Find(name, 0); index >= 0; index = Find(name, index + 1)) values.Add(ValueText(index).ToString());
        return values;
    }

    /// <summary>Adds a header field behind all others.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentException">The name is no token, or the value holds CR, LF or NUL.</exception>
    public void Add(string name, string value) => Insert(Count, HeaderField.OfText(name, value));

    /// <summary>Removes all fields of a name, in whichever spelling they stand there.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Whether there was one.</returns>
    public bool Remove(string name)
    {
        var before = Count;
        for (var index = Find(name, 0); index >= 0; index = Find(name, index)) RemoveAt(index);
        return Count < before;
    }

    /// <summary>Finds the first value of a header field.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    /// <returns>Whether the field is there and well-formed.</returns>
    public bool TryGet<T>(SipHeaderName<T> name, [NotNullWhen(true)] out T? value)
    {
        ArgumentNullException.ThrowIfNull(name);
        value = default;
        var index = Find(name, 0);
        return index >= 0 && TryRead(name, index, out value);
    }

    /// <summary>The first value of a header field; null (or the default) where it is absent or malformed.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="name">The name.</param>
    public T? Get<T>(SipHeaderName<T> name) => TryGet(name, out var value) ? value : default;

    /// <summary>All well-formed values of a header field, comma lists taken apart.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="name">The name.</param>
    public IReadOnlyList<T> GetAll<T>(SipHeaderName<T> name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var values = new List<T>();
        for (var index = Find(name, 0); index >= 0; index = Find(name, index + 1)) ReadAll(name, index, values);
        return values;
    }

    /// <summary>Adds a value behind all other fields.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentException">The value holds CR, LF or NUL.</exception>
    public void Add<T>(SipHeaderName<T> name, T value) => Insert(Count, HeaderField.Of(name, value));

    /// <summary>Adds a value before all other fields, as Via and Record-Route are.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentException">The value holds CR, LF or NUL.</exception>
    public void Prepend<T>(SipHeaderName<T> name, T value) => Insert(0, HeaderField.Of(name, value));

    /// <summary>Sets a header field to one value: the first field of the name is replaced, the others are removed.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="name">The name.</param>
    /// <param name="value">The value; null removes the field.</param>
    /// <exception cref="ArgumentException">The value holds CR, LF or NUL.</exception>
    public void Set<T>(SipHeaderName<T> name, T? value)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (value is null) RemoveAll(name);
        else Set(HeaderField.Of(name, value));
    }

    /// <summary>Sets a header field to several values, a field each.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="name">The name.</param>
    /// <param name="values">The values; none removes the field.</param>
    /// <exception cref="ArgumentException">A value holds CR, LF or NUL.</exception>
    public void SetAll<T>(SipHeaderName<T> name, IEnumerable<T> values)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(values);
        var fields = values.Select(value => HeaderField.Of(name, value)).ToList();
        var index = RemoveAll(name);
        foreach (var field in fields) Insert(index < 0 ? Count : index++, field);
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator()
    {
        for (var index = 0; index < Count; index++) yield return new(NameText(index), ValueText(index).ToString());
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Sets a field of a known name that was made before, to be used in many messages.</summary>
    internal void Set(in HeaderField field)
    {
        var index = RemoveAll(SipHeaderNames.Table[field.Name]);
        Insert(index < 0 ? Count : index, field);
    }

    internal int Find(SipHeaderName name, int from)
    {
        var wanted = name.Index;
        var fields = _fields.AsSpan(0, Count);
        for (var index = from; index < fields.Length; index++)
        {
            if (fields[index].Name == wanted) return index;
        }

        return -1;
    }

    /// <summary>How many fields of a name there are.</summary>
    internal int CountFields(SipHeaderName name)
    {
        var count = 0;
        for (var index = Find(name, 0); index >= 0; index = Find(name, index + 1)) count++;
        return count;
    }

    /// <summary>How many values there are in all fields of a list's name, well-formed or not.</summary>
    internal int CountValues(SipHeaderName name)
    {
        var count = 0;
        for (var index = Find(name, 0); index >= 0; index = Find(name, index + 1))
        {
            var text = ValueText(index).Span;
            if (!IsListHeader(name, text))
            {
                count++;
                continue;
            }

            var list = name.ElementsOf(text);
            while (list.MoveNext()) count++;
        }

        return count;
    }

    /// <summary>Counts the semicolons of received lines that are long enough to hold too many.</summary>
    internal SipParseError? CheckParameterCount(SipMessageLimits limits)
    {
        for (var index = 0; index < Count; index++)
        {
            ref var field = ref _fields[index];
            if (field.LineLength <= limits.MaxParameterCount || _received.AsSpan(field.Start, field.LineLength).Count((byte)';') <= limits.MaxParameterCount) continue;
            return new SipParseError("too many parameters", LineOf(index), 1, null);
        }

        return null;
    }

    /// <summary>Keeps the one value of a received field for whoever asks for it next.</summary>
    internal void Keep(int index, SipHeaderValue value)
    {
        ref var field = ref _fields[index];
        if (field.Kind == HeaderFieldKind.Received) field.Value = value;
    }

    /// <summary>The value of a field as octets, unfolded and trimmed.</summary>
    internal Octets ValueText(int index)
    {
        ref var field = ref _fields[index];
        if (field.Kind == HeaderFieldKind.Typed) return ((SipHeaderValue)field.Value!).Text;
        var text = field.ValueIn(field.Source(_received));
        return field.IsFolded ? Grammar.Unfold(text.Span) : text;
    }

    /// <summary>The line of the message that a received field begins on, counted from 1; 0 for a field that was set.</summary>
    internal int LineOf(int index) =>
        index < 0 || _fields[index].Kind != HeaderFieldKind.Received ? 0 : _received.AsSpan(0, _fields[index].Start).Count((byte)'\n') + 1;

    /// <summary>Takes over all fields of a name from another message, octet for octet.</summary>
    internal void CopyFrom(SipHeaders other, SipHeaderName name)
    {
        for (var index = other.Find(name, 0); index >= 0; index = other.Find(name, index + 1))
        {
            var field = other._fields[index];
            if (field.Kind == HeaderFieldKind.Received) (field.Kind, field.Value) = (HeaderFieldKind.Line, other._received);
            Insert(Count, field);
        }
    }

    /// <summary>Takes over every field of another message, octet for octet.</summary>
    internal void CopyAllFrom(SipHeaders other)
    {
        for (var index = 0; index < other.Count; index++)
        {
            var field = other._fields[index];
            if (field.Kind == HeaderFieldKind.Received) (field.Kind, field.Value) = (HeaderFieldKind.Line, other._received);
            Insert(Count, field);
        }
    }

    /// <summary>Whether To is there without a tag.</summary>
    internal bool LacksToTag => Find(SipHeaderNames.To, 0) is >= 0 and var index && SipNameAddress.LacksTag(ValueText(index), out _);

    /// <summary>Puts a tag to the To that has none (RFC 3261 §8.2.6.2).</summary>
    internal void AddToTag(ReadOnlySpan<byte> tag)
    {
        var index = Find(SipHeaderNames.To, 0);
        if (index < 0 || !SipNameAddress.LacksTag(ValueText(index), out var isBracketed)) return;
        if (isBracketed) _fields[index] = HeaderField.OfTagged(SipHeaderNames.To, ValueText(index).Span, tag);
        else To = To!.WithTag(Encoding.ASCII.GetString(tag)); // read a line above
    }

    /// <summary>Replaces the first value of a list, leaving the others as they stand; where there is none, the value is put on top.</summary>
    internal void ReplaceFirst<T>(SipHeaderName<T> name, T value)
    {
        var field = HeaderField.Of(name, value);
        RemoveFirst(name, out var index);
        Insert(Math.Max(0, index), field);
    }

    /// <summary>Removes the first value of a list, leaving the others as they stand.</summary>
    internal void RemoveFirst<T>(SipHeaderName<T> name) => RemoveFirst(name, out _);

    private void RemoveFirst<T>(SipHeaderName<T> name, out int index)
    {
        index = Find(name, 0);
        if (index < 0) return;
        var text = ValueText(index);
        RemoveAt(index);
        if (!IsListHeader(name, text.Span)) return;
        var list = name.ElementsOf(text.Span);
        list.MoveNext();
        if (list.MoveNext()) Insert(index, HeaderField.OfRest(name, text.Span[list.Start..]));
    }

    internal int GetWrittenLength()
    {
        var length = 0;
        foreach (ref readonly var field in _fields.AsSpan(0, Count))
        {
            if (field.Name != SipHeaderNames.ContentLength.Index) length += field.WrittenLength;
        }

        return length;
    }

    internal int WriteTo(Span<byte> destination)
    {
        var position = 0;
        foreach (ref readonly var field in _fields.AsSpan(0, Count))
        {
            if (field.Name != SipHeaderNames.ContentLength.Index) position += field.WriteTo(destination[position..], _received);
        }

        return position;
    }

    private static bool IsListHeader(SipHeaderName name, ReadOnlySpan<byte> text) => name.IsList && text.Contains((byte)',');

    /// <summary>Reads the first value of one field.</summary>
    private bool TryRead<T>(SipHeaderName<T> name, int index, [NotNullWhen(true)] out T? value)
    {
        ref var field = ref _fields[index];
        if (field.Value is T cached)
        {
            value = cached;
            return true;
        }

        var text = ValueText(index);
        if (IsListHeader(name, text.Span))
        {
            var list = name.ElementsOf(text.Span);
            list.MoveNext();
            text = text.Slice(list.Start, list.Length);
            return name.Parse(text, out value) && value is not null;
        }

        return TryReadWhole(name, ref field, text, out value);
    }

    private static bool TryReadWhole<T>(SipHeaderName<T> name, ref HeaderField field, Octets text, [NotNullWhen(true)] out T? value)
    {
        if (!name.Parse(text, out value) || value is null) return false;
        if (field.Kind == HeaderFieldKind.Received && !typeof(T).IsValueType) field.Value = value;
        return true;
    }

    private void ReadAll<T>(SipHeaderName<T> name, int index, List<T> values)
    {
        var text = ValueText(index);
        if (!IsListHeader(name, text.Span))
        {
            if (TryRead(name, index, out var single)) values.Add(single);
            return;
        }

        var list = name.ElementsOf(text.Span);
        while (list.MoveNext())
        {
            if (name.Parse(text.Slice(list.Start, list.Length), out var value) && value is not null) values.Add(value);
        }
    }

    /// <summary>What the first field of a name holds: the way of the values that are asked for most.</summary>
    private object? Kept(SipHeaderName name) => Find(name, 0) is >= 0 and var index ? _fields[index].Value : null;

    private int Find(string name, int from)
    {
        ArgumentNullException.ThrowIfNull(name);
        var octets = name.Length <= 64 ? stackalloc byte[192] : new byte[Encoding.UTF8.GetMaxByteCount(name.Length)];
        octets = octets[..Encoding.UTF8.GetBytes(name, octets)];
        var known = SipHeaderNames.Table.Find(octets);
        for (var index = from; index < Count; index++)
        {
            ref var field = ref _fields[index];
            if (field.Name != known) continue;
            if (known != 0 || Grammar.EqualsIgnoreCase(field.NameIn(field.Source(_received)), octets)) return index;
        }

        return -1;
    }

    private string NameText(int index)
    {
        ref var field = ref _fields[index];
        return field.Name != 0 ? SipHeaderNames.Table[field.Name].Name : Encoding.ASCII.GetString(field.NameIn(field.Source(_received)));
    }

    private void Insert(int index, in HeaderField field)
    {
        if (Count == _fields.Length) Array.Resize(ref _fields, Count < 8 ? 8 : Count + (Count / 2));
        if (index < Count) Array.Copy(_fields, index, _fields, index + 1, Count - index);
        _fields[index] = field;
        Count++;
    }

    /// <summary>Removes all fields of a name and returns where the first of them stood; -1 where there was none.</summary>
    private int RemoveAll(SipHeaderName name)
    {
        var index = Find(name, 0);
        for (var next = index; next >= 0; next = Find(name, next)) RemoveAt(next);
        return index;
    }

    private void RemoveAt(int index)
    {
        Array.Copy(_fields, index + 1, _fields, index, Count - index - 1);
        _fields[--Count] = default;
    }

    private void SetOrRemove<T>(SipHeaderName<T> name, T? value)
        where T : struct
    {
        if (value is { } present) Set(name, present);
        else Remove(name.Name);
    }
}
