using System.Text;

namespace ModernSip.Load.Callers;

/// <summary>A message with the call's number in it, in eight places' worth of hexadecimal digits, and where it is wanted the peer's tag.</summary>
internal sealed class WireTemplate
{
    private const string Number = "########";
    private const char Tag = '@';

    private readonly byte[] _octets;
    private readonly int[] _numbers;
    private readonly int _tag;

    public WireTemplate(string text)
    {
        _tag = text.IndexOf(Tag + "\r", StringComparison.Ordinal);
        _octets = Encoding.ASCII.GetBytes(text);
        _numbers = [.. Enumerable.Range(0, text.Length).Where(at => string.CompareOrdinal(text, at, Number, 0, Number.Length) == 0)];
    }

    /// <summary>Writes the message of one call.</summary>
    /// <returns>Its length.</returns>
    public int Write(Span<byte> destination, int call, ReadOnlySpan<byte> tag)
    {
        Span<byte> digits = stackalloc byte[8];
        call.TryFormat(digits, out _, "x8", System.Globalization.CultureInfo.InvariantCulture);
        foreach (var at in _numbers) digits.CopyTo(_octets.AsSpan(at));
        if (_tag < 0)
        {
            _octets.CopyTo(destination);
            return _octets.Length;
        }

        _octets.AsSpan(0, _tag).CopyTo(destination);
        tag.CopyTo(destination[_tag..]);
        _octets.AsSpan(_tag + 1).CopyTo(destination[(_tag + tag.Length)..]);
        return _octets.Length - 1 + tag.Length;
    }
}
