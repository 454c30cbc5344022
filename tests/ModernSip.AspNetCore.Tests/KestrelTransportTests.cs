using ModernSip.Messages;
using ModernSip.Sessions;

namespace ModernSip.AspNetCore.Tests;

/// <summary>Whole calls of our client with our stack behind Kestrel, over every transport that Kestrel accepts.</summary>
public sealed class KestrelTransportTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private SipWebApp _web = null!;

    public async Task InitializeAsync() => _web = await SipWebApp.StartAsync();

    public Task DisposeAsync() => _web.DisposeAsync().AsTask();

    [Theory]
    [InlineData("ws")]
    [InlineData("wss")]
    [InlineData("tcp")]
    [InlineData("tls")]
    public async Task Call_HungUpByTheServer_UsesTheClientsConnectionBothWays(string transport)
    {
        var alice = await _web.CreateClientAsync();
        await using var dialog = alice.CreateInviteDialog(UriOf(transport));

        var answer = await dialog.SendInviteAsync(SipWebApp.Description).FinalAsync().WaitAsync(Limit);
        var other = await _web.Calls.ReadAsync().AsTask().WaitAsync(Limit);
        await other.SendByeAsync().WaitAsync(Limit);

        answer.StatusCode.Should().Be(200);
        (await dialog.Completion.WaitAsync(Limit)).Cause.Should().Be(SipDialogEnd.RemoteBye);
        await other.DisposeAsync();
    }

    [Theory]
    [InlineData("ws")]
    [InlineData("wss")]
    [InlineData("tcp")]
    [InlineData("tls")]
    public async Task Message_OfASizeThatUdpCannotCarry_IsAnswered(string transport)
    {
        var alice = await _web.CreateClientAsync();

        var final = await alice.SendAsync(SipRequest.Message(UriOf(transport), new string('x', 50_000))).FinalAsync().WaitAsync(Limit);

        final.StatusCode.Should().Be(200);
    }

    [Fact]
    public async Task Message_OverAWebSocket_NamesAnInvalidHostInItsVia()
    {
        var alice = await _web.CreateClientAsync();

        var final = await alice.SendAsync(SipRequest.Options(UriOf("ws"))).FinalAsync().WaitAsync(Limit);

        final.Headers.Via!.Transport.Should().Be("WS");
        final.Headers.Via.Host.Should().EndWith(".invalid");
        final.Headers.Via.Port.Should().BeNull();
        final.Headers.Via.Received.Should().Be(System.Net.IPAddress.Loopback);
    }

    [Fact]
    public async Task Connect_NoSipConnectionIsOpen_FailsWithTheReason()
    {
        var alice = await _web.CreateClientAsync();
        await _web.Connection.DisposeAsync();

        var sending = () => alice.SendAsync(SipRequest.Options(UriOf("ws"))).FinalAsync().WaitAsync(Limit);

        (await sending.Should().ThrowAsync<Errors.SipTransportException>()).WithMessage("No WS connection to localhost (*): the WebSocket handshake failed: *503*");
    }

    private SipUri UriOf(string transport) => SipUri.Parse(transport switch
    {
        "ws" => $"sip:bob@localhost:{_web.Http};transport=ws",
        "wss" => $"sips:bob@localhost:{_web.Https};transport=ws",
        "tcp" => $"sip:bob@localhost:{_web.Tcp};transport=tcp",
        _ => $"sips:bob@localhost:{_web.Tls}",
    });
}
