using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ModernSip.Tests.Stack;

/// <summary>What cannot be SIP, on real sockets: it is refused or dropped, and the next good request is served on the same socket.</summary>
public sealed class BadInputTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("nothing like SIP")]
    [InlineData("\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n")]
    public Task Udp_NotForUs_IsDropped(string text) => ServesAfterAsync(Encoding.ASCII.GetBytes(text), expected: null);

    [Fact]
    public Task Udp_64KiBOfJunk_IsDropped()
    {
        var junk = new byte[65_000];
        new Random(7).NextBytes(junk);
        return ServesAfterAsync(junk, expected: null);
    }

    [Theory]
    [InlineData("From")]
    [InlineData("To")]
    [InlineData("Call-ID")]
    [InlineData("CSeq")]
    public Task Udp_MandatoryHeaderMissing_IsAnswered400(string header) =>
        ServesAfterAsync(Encoding.ASCII.GetBytes(Without(header)), expected: 400);

    [Fact]
    public Task Udp_NoVia_IsDropped() => ServesAfterAsync(Encoding.ASCII.GetBytes(Without("Via")), expected: null);

    [Fact]
    public Task Udp_ContentLengthTooLong_IsAnswered400() =>
        ServesAfterAsync(Encoding.ASCII.GetBytes(Options("long").Replace("Content-Length: 0", "Content-Length: 9999", StringComparison.Ordinal)), expected: 400);

    [Fact]
    public async Task Tcp_AByteAtATime_IsServed()
    {
        await using var services = Services();
        await using var connection = await services.GetRequiredService<ISipClient>().ConnectAsync();
        using var socket = await ConnectAsync(connection);
        foreach (var octet in Encoding.ASCII.GetBytes(Options("slow", "TCP"))) await socket.SendAsync(new[] { octet });
        (await ReadStatusAsync(socket)).Should().Be(200);
        await socket.SendAsync(Encoding.ASCII.GetBytes(Options("fast", "TCP")));
        (await ReadStatusAsync(socket)).Should().Be(200);
    }

    [Fact]
    public async Task Tcp_BadContentLength_IsAnswered400AndClosed()
    {
        await using var services = Services();
        await using var connection = await services.GetRequiredService<ISipClient>().ConnectAsync();
        using var socket = await ConnectAsync(connection);
        await socket.SendAsync(Encoding.ASCII.GetBytes(Options("bad", "TCP").Replace("Content-Length: 0", "Content-Length: five", StringComparison.Ordinal)));
        (await ReadStatusAsync(socket)).Should().Be(400);
        (await socket.ReceiveAsync(new byte[1]).WaitAsync(Limit)).Should().Be(0, "a stream that lost its framing is closed");
        using var next = await ConnectAsync(connection);
        await next.SendAsync(Encoding.ASCII.GetBytes(Options("good", "TCP")));
        (await ReadStatusAsync(next)).Should().Be(200);
    }

    [Theory, Trait("Req", "G2"), Trait("Req", "G4")]
    [InlineData("TCP", 300_000, 262_144)]
    [InlineData("UDP", 2_000, 1_500)]
    public async Task Message_LargerThanTheLimit_Is513(string transport, int size, int limit)
    {
        await using var services = new ServiceCollection().AddSipClient(static options => options.LocalAddress = "127.0.0.1").ConfigureSipStack(options => options.MaxMessageSize = limit).BuildServiceProvider();
        await using var connection = await services.GetRequiredService<ISipClient>().ConnectAsync();
        await using var watching = services.GetRequiredService<SipDiagnostics>().AutomaticAnswersAsync().GetAsyncEnumerator();
        using var socket = transport == "TCP" ? await ConnectAsync(connection) : new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        if (transport == "UDP") await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, connection.LocalEndPoints[0].Port));
        var head = Options("large", transport).Replace("Content-Length: 0\r\n", $"Content-Type: text/plain\r\nContent-Length: {size}\r\n", StringComparison.Ordinal);

        await socket.SendAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. new byte[transport == "TCP" ? 0 : size]]);

        (await ReadStatusAsync(socket)).Should().Be(513);
        (await watching.MoveNextAsync()).Should().BeTrue();
        watching.Current.StatusCode.Should().Be(513);
    }

    /// <summary>A body of 100 octets that would inflate to 100 KB, and one that says nothing of what it is: neither is looked into.</summary>
    [Theory]
    [InlineData("Content-Type: application/sdp\r\nContent-Encoding: gzip\r\n")]
    [InlineData("Content-Type: application/sdp\r\ne: identity, deflate\r\n")]
    [InlineData("")]
    public async Task Class23_InviteWithEncodedOrUnnamedBody_IsAnswered415(string fields)
    {
        using var inflated = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(inflated, System.IO.Compression.CompressionLevel.SmallestSize, leaveOpen: true)) await gzip.WriteAsync(new byte[100_000]);
        await using var services = Services();
        await using var connection = await services.GetRequiredService<ISipClient>().ConnectAsync();
        using var socket = await ConnectAsync(connection);
        var head = Options("bomb", "TCP").Replace("OPTIONS", "INVITE", StringComparison.Ordinal).Replace("Content-Length: 0\r\n", $"{fields}Contact: <sip:a@127.0.0.1:9>\r\nContent-Length: {inflated.Length}\r\n", StringComparison.Ordinal);

        await socket.SendAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. inflated.ToArray()]);

        (await ReadStatusAsync(socket)).Should().Be(415);
    }

    [Fact]
    public async Task Class29_HostileText_NeverReachesTheLog()
    {
        var log = new RecordedLog();
        await using var services = new ServiceCollection().AddSingleton<ILoggerFactory>(log).AddSipClient(static options => options.LocalAddress = "127.0.0.1").BuildServiceProvider();
        await using var connection = await services.GetRequiredService<ISipClient>().ConnectAsync();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, connection.LocalEndPoints[0].Port));
        string[] hostile =
        [
            "SECRET\u001b[2J SIP/2.0\r\n\r\n", "OPTIONS sip:SECRET\u001b@x SIP/2.0\r\nVia: SECRET\r\n\r\n", Options("SECRET1").Replace("CSeq: 1", "CSeq: SECRET\u001b", StringComparison.Ordinal),
            Options("SECRET2").Replace("OPTIONS", "SECRET", StringComparison.Ordinal), Options("SECRET3").Replace("From: ", "Authorization: Digest username=\"SECRET\", response=\"SECRET\"\r\nFrom: \"SECRET\u001b\" ", StringComparison.Ordinal),
        ];

        foreach (var text in hostile) await socket.SendAsync(Encoding.UTF8.GetBytes(text));
        await socket.SendAsync(Encoding.ASCII.GetBytes(Options("last")));
        while (await ReadStatusAsync(socket) != 200)
        {
            // The refusals come first.
        }

        log.Lines.Should().NotBeEmpty();
        log.Lines.Should().NotContain(static line => line.Contains('\u001b') || line.Contains('\n') || line.Contains("response=", StringComparison.Ordinal) || line.Contains("SECRET\u001b", StringComparison.Ordinal));
        log.Lines.Where(static line => line.Contains("SECRET", StringComparison.Ordinal)).Should().OnlyContain(static line => line.Contains("SECRET was answered", StringComparison.Ordinal), "a method is a token, and harmless");
    }

    private static async Task ServesAfterAsync(byte[] bad, int? expected)
    {
        await using var services = Services();
        await using var connection = await services.GetRequiredService<ISipClient>().ConnectAsync();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, connection.LocalEndPoints[0].Port));
        await socket.SendAsync(bad);
        if (expected is { } status) (await ReadStatusAsync(socket)).Should().Be(status);
        await socket.SendAsync(Encoding.ASCII.GetBytes(Options("good")));
        (await ReadStatusAsync(socket)).Should().Be(200);
    }

    private static ServiceProvider Services() => new ServiceCollection().AddSipClient(static options => options.LocalAddress = "127.0.0.1").BuildServiceProvider();

    private static async Task<Socket> ConnectAsync(SipConnection connection)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, connection.LocalEndPoints[0].Port));
        return socket;
    }

    private static async Task<int> ReadStatusAsync(Socket socket)
    {
        var buffer = new byte[8_192];
        var length = 0;
        while (!Encoding.ASCII.GetString(buffer, 0, length).Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length)).AsTask().WaitAsync(Limit);
            if (read == 0) throw new InvalidOperationException("The connection ended before the response did.");
            length += read;
        }

        return int.Parse(Encoding.ASCII.GetString(buffer, 8, 3), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string Without(string header) =>
        string.Join("\r\n", Options("missing").Split("\r\n").Where(line => !line.StartsWith(header + ":", StringComparison.Ordinal)));

    private static string Options(string id, string transport = "UDP") =>
        $"OPTIONS sip:x@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/{transport} 127.0.0.1:9;branch=z9hG4bK{id};rport\r\nMax-Forwards: 70\r\nFrom: <sip:a@127.0.0.1>;tag={id}\r\nTo: <sip:x@127.0.0.1>\r\nCall-ID: {id}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";
}
