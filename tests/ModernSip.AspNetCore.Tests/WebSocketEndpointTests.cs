using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace ModernSip.AspNetCore.Tests;

/// <summary>What WebSocket clients do well and badly: each keeps or loses its own socket, and the next is served.</summary>
public sealed class WebSocketEndpointTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private SipWebApp _web = null!;

    public async Task InitializeAsync() => _web = await SipWebApp.StartAsync();

    public async Task DisposeAsync()
    {
        using (var next = await RawWebSocket.OpenAsync(_web.Http)) await IsServedAsync(next, 999);
        await _web.DisposeAsync();
    }

    [Theory]
    [InlineData(WebSocketMessageType.Text)]
    [InlineData(WebSocketMessageType.Binary)]
    public async Task Class11_TextAndBinary_AreBothSip(WebSocketMessageType type)
    {
        using var raw = await RawWebSocket.OpenAsync(_web.Http);
        raw.Socket.SubProtocol.Should().Be("sip");

        await raw.SendAsync(RawWebSocket.Options(1), type);

        (await raw.ReceiveAsync()).Should().StartWith("SIP/2.0 200 OK");
    }

    [Fact]
    public async Task Class11_Fragments_AreOneMessage()
    {
        using var raw = await RawWebSocket.OpenAsync(_web.Http);
        var text = RawWebSocket.Options(1, new string('x', 20_000));

        for (var at = 0; at < text.Length; at += 777) await raw.SendAsync(text.Substring(at, Math.Min(777, text.Length - at)), end: at + 777 >= text.Length);

        (await raw.ReceiveAsync()).Should().StartWith("SIP/2.0 200 OK");
    }

    [Fact]
    public async Task Class07_PingInAFrame_IsAnsweredInAFrame()
    {
        using var raw = await RawWebSocket.OpenAsync(_web.Http);

        await raw.SendAsync("\r\n\r\n");
        (await raw.ReceiveAsync()).Should().Be("\r\n");
        await raw.SendAsync("\r\n");
        await raw.SendAsync("\r\n\r\n" + RawWebSocket.Options(1));

        (await raw.ReceiveAsync()).Should().StartWith("SIP/2.0 200 OK");
    }

    [Fact]
    public async Task Class11_ContentLengthLeftOut_IsTheLengthOfTheMessage()
    {
        using var raw = await RawWebSocket.OpenAsync(_web.Http);

        await raw.SendAsync(RawWebSocket.Options(1, "body").Replace("Content-Length: 4\r\n", "", StringComparison.Ordinal));

        (await raw.ReceiveAsync()).Should().StartWith("SIP/2.0 200 OK");
    }

    [Theory]
    [InlineData("two")]
    [InlineData("cut")]
    [InlineData("json")]
    public async Task Class11_NotOneMessage_IsClosed(string what)
    {
        using var raw = await RawWebSocket.OpenAsync(_web.Http);

        await raw.SendAsync(what switch
        {
            "two" => RawWebSocket.Options(1) + RawWebSocket.Options(2),
            "cut" => RawWebSocket.Options(1)[..^2],
            _ => "{\"sip\":true}",
        });

        while (await raw.ReceiveAsync() is { } answer) answer.Should().StartWith("SIP/2.0 400");
        raw.Socket.CloseStatus.Should().Be(WebSocketCloseStatus.PolicyViolation);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Class11_MessageOfOneMegabyte_IsClosedAsTooBig(bool inFragments)
    {
        using var raw = await RawWebSocket.OpenAsync(_web.Http);
        var text = RawWebSocket.Options(1, new string('x', 1024 * 1024));
        try
        {
            if (!inFragments) await raw.SendAsync(text);
            for (var at = 0; inFragments && at < text.Length; at += 60_000) await raw.SendAsync(text.Substring(at, Math.Min(60_000, text.Length - at)), end: false);
        }
        catch (WebSocketException)
        {
            // The server need not read all of it.
        }

        var isTooBig = false;
        try
        {
            while (await raw.ReceiveAsync() is { } answer) isTooBig |= answer.StartsWith("SIP/2.0 513", StringComparison.Ordinal) || answer.StartsWith("SIP/2.0 400", StringComparison.Ordinal);
            raw.Socket.CloseStatus.Should().Be(WebSocketCloseStatus.MessageTooBig);
        }
        catch (WebSocketException)
        {
            // The connection was reset under the octets that nobody read; the answer may be lost with it.
            isTooBig = true;
        }

        isTooBig.Should().BeTrue();
    }

    [Fact]
    public async Task Class11_ClosedInTheMiddle_IsForgotten()
    {
        using var raw = await RawWebSocket.OpenAsync(_web.Http);
        await raw.SendAsync(RawWebSocket.Options(1)[..50], end: false);

        await raw.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WaitAsync(Limit);

        (await raw.ReceiveAsync()).Should().BeNull("the server closes too");
    }

    [Fact]
    public async Task Class11_Vanished_IsForgotten()
    {
        using var raw = await RawWebSocket.OpenAsync(_web.Http);
        await raw.SendAsync(RawWebSocket.Options(1)[..50], end: false);

        raw.Socket.Abort();
    }

    [Fact]
    public async Task Class11_PingFlood_IsSurvived()
    {
        using var raw = await RawWebSocket.OpenAsync(_web.Http);

        for (var i = 0; i < 2_000; i++) await raw.SendAsync("\r\n\r\n");
        for (var i = 0; i < 2_000; i++) (await raw.ReceiveAsync()).Should().Be("\r\n");

        await IsServedAsync(raw, 1);
    }

    [Fact]
    public async Task Class11_NoSubProtocol_Is400()
    {
        var opening = () => RawWebSocket.OpenAsync(_web.Http, subProtocol: null);
        (await opening.Should().ThrowAsync<WebSocketException>()).WithMessage("*400*");
        opening = () => RawWebSocket.OpenAsync(_web.Http, subProtocol: "xmpp");
        (await opening.Should().ThrowAsync<WebSocketException>()).WithMessage("*400*");
    }

    [Fact]
    public async Task Class12_PlainHttp_Is426()
    {
        using var http = new HttpClient();

        using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{_web.Http}/ws"));

        answer.StatusCode.Should().Be(HttpStatusCode.UpgradeRequired);
    }

    [Theory]
    [InlineData("81 05 68 65 6C 6C 6F")] // not masked
    [InlineData("F1 80 00 00 00 00")] // reserved bits
    [InlineData("81 FF 7F FF FF FF FF FF FF FF 00 00 00 00")] // 2^63 - 1 octets
    [InlineData("81 FF FF FF FF FF FF FF FF FF 00 00 00 00")] // 2^64 - 1 octets
    [InlineData("83 80 00 00 00 00")] // an opcode that there is not
    public async Task Class11_ProtocolError_ClosesThatSocket(string frame)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, _web.Http);
        var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: sip\r\n\r\n"));
        var buffer = new byte[4096];
        using var limit = new CancellationTokenSource(Limit);
        Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, limit.Token)).Should().StartWith("HTTP/1.1 101");

        await stream.WriteAsync(frame.Split(' ').Select(octet => Convert.ToByte(octet, 16)).ToArray());
        try
        {
            await stream.WriteAsync(new byte[512 * 1024], limit.Token); // what a frame that is too long for any buffer goes on with
            while (await stream.ReadAsync(buffer, limit.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Reset: an end as well.
        }

        limit.IsCancellationRequested.Should().BeFalse();
    }

    [Fact]
    public async Task Class12_TcpEndPoint_HttpIsClosed()
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, _web.Tcp);
        await tcp.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());

        var answer = new byte[100];
        (await tcp.GetStream().ReadAsync(answer).AsTask().WaitAsync(Limit)).Should().Be(0);
    }

    private static async Task IsServedAsync(RawWebSocket raw, int number)
    {
        await raw.SendAsync(RawWebSocket.Options(number));
        (await raw.ReceiveAsync()).Should().StartWith("SIP/2.0 200 OK");
    }
}
