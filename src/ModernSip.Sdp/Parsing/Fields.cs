using System.Globalization;

namespace ModernSip.Sdp.Parsing;

/// <summary>Takes the fields of a line one by one. Runs of spaces and tabs count as one separator.</summary>
internal ref struct Fields(ReadOnlySpan<char> text)
{
    private ReadOnlySpan<char> _rest = text;

    /// <summary>What has not been taken, without the blanks around it.</summary>
    public readonly ReadOnlySpan<char> Rest => _rest.Trim(" \t");

    public readonly bool AtEnd => Rest.IsEmpty;

    public bool TryNext(out ReadOnlySpan<char> field)
    {
        _rest = _rest.TrimStart(" \t");
        var end = _rest.IndexOfAny(' ', '\t');
        if (end < 0) end = _rest.Length;
        field = _rest[..end];
        _rest = _rest[end..];
        return !field.IsEmpty;
    }

    public bool TryNextNumber(int least, int most, out int number)
    {
        number = 0;
        return TryNext(out var field) && TryNumber(field, least, most, out number);
    }

    public bool TryNextNumber(out ulong number)
    {
        number = 0;
        return TryNext(out var field) && TryNumber(field, out number);
    }

    /// <summary>Digits only: no sign, no blanks, no overflow.</summary>
    public static bool TryNumber(ReadOnlySpan<char> digits, int least, int most, out int number) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most;

    /// <inheritdoc cref="TryNumber(ReadOnlySpan{char}, int, int, out int)"/>
    public static bool TryNumber(ReadOnlySpan<char> digits, out ulong number) =>
        ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
