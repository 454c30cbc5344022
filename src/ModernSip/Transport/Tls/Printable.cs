namespace ModernSip.Transport.Tls;

/// <summary>Text of a peer on its way into a message for people: no control characters, no end of it.</summary>
internal static class Printable
{
    private const int Most = 200;

    public static string Of(string text) =>
        string.Create(Math.Min(text.Length, Most), text, static (target, source) =>
        {
            for (var i = 0; i < target.Length; i++) target[i] = char.IsControl(source[i]) ? '?' : source[i];
        });
}
