using System.Text;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages.Headers;

internal delegate bool HeaderValueParser<T>(Octets text, out T? value);

/// <summary>A header field that the library knows: its name, its compact form, and whether it is a comma list.</summary>
public abstract class SipHeaderName
{
    private protected SipHeaderName(byte index, string name, char? compactForm, bool isList)
    {
        Index = index;
        Name = name;
        CompactForm = compactForm;
        IsList = isList;
        NameOctets = Encoding.ASCII.GetBytes(name);
        Prefix = Encoding.ASCII.GetBytes(name + ": ");
    }

    /// <summary>The name in its usual spelling.</summary>
    public string Name { get; }

    /// <summary>The one-letter form (RFC 3261 §7.3.3), or null.</summary>
    public char? CompactForm { get; }

    /// <summary>Whether several values may stand in one field, separated by commas.</summary>
    public bool IsList { get; }

    /// <summary>The position in the table of names; 0 stands for every unknown name.</summary>
    internal byte Index { get; }

    /// <summary>Whether the elements of the list are words, see <see cref="ListScanner"/>.</summary>
    internal bool IsListOfWords { get; init; }

    internal byte[] NameOctets { get; }

    /// <summary>Name, colon, blank: what a line begins with when it is written.</summary>
    internal byte[] Prefix { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal abstract bool IsWellFormed(Octets text);

    /// <summary>The elements of a list.</summary>
    internal ListScanner ElementsOf(ReadOnlySpan<byte> text) => new(text, IsListOfWords);
}

/// <summary>A header field whose value is a <typeparamref name="T"/>.</summary>
/// <typeparam name="T">The type of one value.</typeparam>
public sealed class SipHeaderName<T> : SipHeaderName
{
    private readonly Func<Octets, bool>? _check; // makes no object, as Parse does

    internal SipHeaderName(byte index, string name, char? compactForm, bool isList, HeaderValueParser<T> parse, Func<T, Octets> format, Func<Octets, bool>? check)
        : base(index, name, compactForm, isList) => (Parse, Format, _check) = (parse, format, check);

    internal HeaderValueParser<T> Parse { get; }

    internal Func<T, Octets> Format { get; }

    internal override bool IsWellFormed(Octets text)
    {
        if (!IsList) return IsValue(Grammar.Trim(text));
        var list = ElementsOf(text.Span);
        while (list.MoveNext())
        {
            if (!IsValue(text.Slice(list.Start, list.Length))) return false;
        }

        return true;
    }

    /// <summary>Whether a text is one value.</summary>
    internal bool IsValue(Octets text) => _check is null ? Parse(text, out _) : _check(text);
}
