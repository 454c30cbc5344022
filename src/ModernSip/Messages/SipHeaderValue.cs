using ModernSip.Messages.Parsing;

namespace ModernSip.Messages;

/// <summary>A typed value: immutable, and held as the octets that stand on the wire.</summary>
public abstract class SipHeaderValue
{
    private protected SipHeaderValue(Octets text) => Text = text;

    internal Octets Text { get; }

    /// <summary>The value as it stands on the wire.</summary>
    public sealed override string ToString() => Text.ToString();

    private protected SipParameters ParametersFrom(int start) =>
        start >= Text.Length ? default : new SipParameters(Text.Slice(start, Text.Length - start));

    /// <summary>Checks that the rest of a value is a list of parameters, and finds where it begins (at the first semicolon).</summary>
    private protected static bool AreParameters(ReadOnlySpan<byte> text, int start)
    {
        var scanner = new ParameterScanner(text, start);
        while (scanner.MoveNext())
        {
            // Each step checks one parameter.
        }

        return !scanner.IsMalformed;
    }

    /// <summary>Writes a value's octets anew with one parameter set, replaced, or (value null and not a flag) removed.</summary>
    private protected static Octets Rewrite(ReadOnlySpan<byte> text, int parametersStart, string name, string? value, bool remove)
    {
        if (!Grammar.IsToken(name.AsSpan())) throw new ArgumentException($"'{name}' is no parameter name.", nameof(name));
        var writer = new ValueWriter(stackalloc byte[512]);
        writer.Raw(text[..parametersStart]);
        var scanner = new ParameterScanner(text, parametersStart);
        var end = parametersStart;
        while (scanner.MoveNext())
        {
            var parameter = text[end..scanner.End];
            end = scanner.End;
            if (!Grammar.EqualsIgnoreCase(scanner.Name, name)) writer.Raw(parameter);
        }

        if (!remove)
        {
            writer.Octet(';');
            writer.Text(name);
            WriteParameterValue(ref writer, value);
        }

        return writer.ToOctets();
    }

    private static void WriteParameterValue(ref ValueWriter writer, string? value)
    {
        if (value is null) return;
        writer.Octet('=');
        if (Grammar.IsToken(value.AsSpan()))
        {
            writer.Text(value);
            return;
        }

        var octets = System.Text.Encoding.UTF8.GetBytes(value);
        var plain = UriText.IsHost(octets) || UriText.TryParseAddress(octets, out _);
        if (plain) writer.Text(value);
        else writer.Quoted(value);
    }
}
