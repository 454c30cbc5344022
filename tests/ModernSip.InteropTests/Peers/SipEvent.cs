using System.Text.Json;

namespace ModernSip.InteropTests.Peers;

/// <summary>One line that <c>sip --json</c> printed.</summary>
internal sealed class SipEvent : IDisposable
{
    private readonly JsonDocument _document;

    private SipEvent(JsonDocument document) => _document = document;

    /// <summary>The kind of event.</summary>
    public string Name => Text("event") ?? "";

    /// <summary>When, ISO 8601 in UTC.</summary>
    public DateTimeOffset At => Root.GetProperty("at").GetDateTimeOffset();

    /// <summary>The object.</summary>
    public JsonElement Root => _document.RootElement;

    /// <exception cref="JsonException">The line is not a JSON object.</exception>
    public static SipEvent Parse(string line)
    {
        var document = JsonDocument.Parse(line);
        return document.RootElement.ValueKind is JsonValueKind.Object
            ? new(document)
            : throw new JsonException($"Not an object: {line}");
    }

    /// <summary>A field's text; null where the field is left out.</summary>
    public string? Text(string field) => Root.TryGetProperty(field, out var value) ? value.GetString() : null;

    /// <summary>A field's number; null where the field is left out.</summary>
    public int? Number(string field) => Root.TryGetProperty(field, out var value) ? value.GetInt32() : null;

    /// <summary>A field's length of time, which is told in seconds; null where the field is left out.</summary>
    public TimeSpan? Seconds(string field) => Root.TryGetProperty(field, out var value) ? TimeSpan.FromSeconds(value.GetDouble()) : null;

    /// <summary>A field's truth; null where the field is left out.</summary>
    public bool? Flag(string field) => Root.TryGetProperty(field, out var value) ? value.GetBoolean() : null;

    public void Dispose() => _document.Dispose();

    /// <inheritdoc/>
    public override string ToString() => Root.GetRawText();
}
