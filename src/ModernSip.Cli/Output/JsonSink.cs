using System.Text.Encodings.Web;
using System.Text.Json;

namespace ModernSip.Cli.Output;

/// <summary>One JSON object a line, for scripts.</summary>
internal sealed class JsonSink(Stream output) : IEventSink
{
    private static readonly CliJson Json = new(new JsonSerializerOptions(CliJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // for terminals and files, not for web pages: <sip:…> stays readable
    });

    public async Task ShowAsync(IAsyncEnumerable<CliEvent> events)
    {
        await foreach (var said in events.ConfigureAwait(false))
        {
            byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(said, Json.CliEvent), (byte)'\n'];
            await output.WriteAsync(line).ConfigureAwait(false);
            await output.FlushAsync().ConfigureAwait(false);
        }
    }
}
