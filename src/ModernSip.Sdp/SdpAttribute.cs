using ModernSip.Sdp.Parsing;

namespace ModernSip.Sdp;

/// <summary>One attribute (<c>a=</c>): a name with a value, or a name alone.</summary>
/// <remarks>RFC 8866 §5.13. Names are compared exactly. Unknown attributes are kept as they came.</remarks>
public sealed record SdpAttribute
{
    /// <summary>Makes an attribute.</summary>
    /// <param name="name">The name, a token.</param>
    /// <param name="value">The value, or null for a flag.</param>
    /// <exception cref="ArgumentException">The name is not a token, or the value holds CR, LF or NUL.</exception>
    public SdpAttribute(string name, string? value = null)
    {
        Name = name;
        Value = value;
    }

    /// <summary>The name.</summary>
    public string Name { get; init => field = Grammar.Token(value); }

    /// <summary>The value; null for a flag such as <c>a=rtcp-mux</c>.</summary>
    public string? Value { get; init => field = value is null ? null : Grammar.Text(value); }

    /// <summary>The value of the line.</summary>
    public override string ToString() => Value is null ? Name : $"{Name}:{Value}";
}
