using System.Text.Json;

namespace ModernSip.InteropTests.Peers;

/// <summary>What baresip says over its control connection: an event, or the answer to a command.</summary>
internal sealed record BaresipEvent(bool IsResponse, string Type, string Param, bool Ok, string Token)
{
    public static BaresipEvent Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        return new(root.TryGetProperty("response", out _), Text("type"), Text("param"),
            root.TryGetProperty("ok", out var ok) && ok.GetBoolean(), Text("token"));

        string Text(string name) => root.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
    }
}
