using System.Net.WebSockets;
using System.Text;

namespace ModernSip.AspNetCore.Tests;

/// <summary>A WebSocket client that sends what the test says.</summary>
internal sealed class RawWebSocket : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private RawWebSocket(ClientWebSocket socket) => Socket = socket;

    public ClientWebSocket Socket { get; }

    public static async Task<RawWebSocket> OpenAsync(int port, string? subProtocol = "sip")
    {
        var socket = new ClientWebSocket();
        if (subProtocol is not null) socket.Options.AddSubProtocol(subProtocol);
        socket.Options.CollectHttpResponseDetails = true;
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/ws"), CancellationToken.None).WaitAsync(Limit);
        return new RawWebSocket(socket);
    }

    public static string Options(int number, string body = "") =>
        $"OPTIONS sip:bob@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/WS raw.invalid;branch=z9hG4bK{number}\r\nMax-Forwards: 70\r\nFrom: <sip:raw@raw.invalid>;tag=r\r\nTo: <sip:bob@127.0.0.1>\r\nCall-ID: raw-{number}\r\nCSeq: {number} OPTIONS\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    public Task SendAsync(string text, WebSocketMessageType type = WebSocketMessageType.Text, bool end = true) =>
        Socket.SendAsync(Encoding.UTF8.GetBytes(text), type, end, CancellationToken.None).WaitAsync(Limit);

    /// <summary>The next message as text; null when the peer closed.</summary>
    public async Task<string?> ReceiveAsync()
    {
        var buffer = new byte[64 * 1024];
        var result = await Socket.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Limit);
        return result.MessageType == WebSocketMessageType.Close ? null : Encoding.UTF8.GetString(buffer, 0, result.Count);
    }

    public void Dispose() => Socket.Dispose();
}
