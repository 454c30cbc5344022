using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace ModernSip.InteropTests.Peers;

/// <summary>baresip's control connection: JSON objects, each in a netstring (its length, a colon, the octets, a comma).</summary>
internal sealed class BaresipControl : IAsyncDisposable
{
    private readonly TcpClient _client;
    private readonly Task _reading;
    private int _commands;

    private BaresipControl(TcpClient client, string owner)
    {
        _client = client;
        Events = new(owner);
        _reading = ReadAsync(PipeReader.Create(client.GetStream()));
    }

    public Journal<BaresipEvent> Events { get; }

    public static async Task<BaresipControl> ConnectAsync(string owner, int port, CancellationToken deadline)
    {
        var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, deadline);
        return new(client, owner);
    }

    /// <summary>Gives a command and waits until it was taken.</summary>
    public async Task CommandAsync(string command, string parameters, CancellationToken deadline)
    {
        var token = $"command-{++_commands}";
        var json = JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["command"] = command, ["params"] = parameters, ["token"] = token,
        });
        await _client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(json)}:{json},")), deadline);
        var answer = await Events.WaitForAsync($"answer to {command}", said => said.IsResponse && said.Token == token, deadline);
        if (!answer.Ok) throw new InvalidOperationException($"baresip refused '{command} {parameters}'.");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _reading;
    }

    private async Task ReadAsync(PipeReader reader)
    {
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync();
                var buffer = read.Buffer;
                while (TryTake(ref buffer, out var json)) Events.Add(BaresipEvent.Parse(json));
                reader.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted) break;
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException or SocketException or OperationCanceledException)
        {
            // The one side or the other has ended; whoever waits learns it from the journal.
        }

        Events.End();
    }

    private static bool TryTake(ref ReadOnlySequence<byte> buffer, out byte[] json)
    {
        json = [];
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> digits, (byte)':')) return false;
        var length = int.Parse(Encoding.ASCII.GetString(digits), CultureInfo.InvariantCulture);
        if (reader.Remaining < length + 1) return false;
        json = reader.UnreadSequence.Slice(0, length).ToArray();
        buffer = reader.UnreadSequence.Slice(length + 1);
        return true;
    }
}
