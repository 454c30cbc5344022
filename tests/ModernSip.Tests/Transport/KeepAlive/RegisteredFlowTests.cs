using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace ModernSip.Tests.Transport.KeepAlive;

/// <summary>A registration whose registrar keeps to the flow keeps the flow alive, and forms it anew when it is not answered (RFC 5626 §4.4).</summary>
public sealed class RegisteredFlowTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory, Trait("Req", "B7"), Trait("Req", "C2")]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Idea", "58")]
    public async Task Register_RegistrarGrantsOutbound_TheFlowIsPinged_AndOnlyThen(bool grants)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var services = new ServiceCollection().AddSipClient(static options => options.LocalAddress = "127.0.0.1").BuildServiceProvider();
        await using var connection = await services.GetRequiredService<ISipClient>().ConnectAsync();
        var registering = connection.RegisterAsync(new()
        {
            AddressOfRecord = "sip:alice@example.test",
            OutboundProxy = $"sip:127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port};transport=tcp",
            InstanceId = "urn:uuid:00000000-0000-1000-8000-aabbccddeeff",
            UseOutbound = true,
            UnregisterOnDispose = false,
        });
        using var peer = await listener.AcceptTcpClientAsync().WaitAsync(Limit);
        var request = await ReadUntilAsync(peer, "\r\n\r\n");
        var kept = string.Concat(request.Split("\r\n").Where(static line => line.Split(':')[0] is "Via" or "From" or "Call-ID" or "CSeq" or "Contact").Select(static line => line + "\r\n"));
        var to = request.Split("\r\n").Single(static line => line.StartsWith("To:", StringComparison.Ordinal));
        var more = grants ? "Require: outbound\r\nFlow-Timer: 1\r\n" : "";
        await peer.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"SIP/2.0 200 OK\r\n{kept}{to};tag=r\r\n{more}Content-Length: 0\r\n\r\n"));
        await using var registration = await registering.WaitAsync(Limit);

        if (grants)
        {
            for (var i = 0; i < 2; i++)
            {
                (await ReadUntilAsync(peer, "\r\n\r\n")).Should().Be("\r\n\r\n", "a ping");
                await peer.GetStream().WriteAsync("\r\n"u8.ToArray());
            }
        }
        else
        {
            await registration.DisposeAsync();
            await connection.DisposeAsync();
            (await peer.GetStream().ReadAsync(new byte[1]).AsTask().WaitAsync(Limit)).Should().Be(0, "the connection ends without a ping");
        }
    }

    private static async Task<string> ReadUntilAsync(TcpClient peer, string end)
    {
        var text = new StringBuilder();
        var buffer = new byte[1];
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            if (await peer.GetStream().ReadAsync(buffer).AsTask().WaitAsync(Limit) == 0) throw new InvalidOperationException($"The connection ended behind: {text}");
            text.Append((char)buffer[0]);
        }

        return text.ToString();
    }
}
