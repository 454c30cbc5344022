using System.Text;
using System.Threading.Channels;
using ModernSip.Transport;

namespace ModernSip.Tests.Transport;

/// <summary>What a receiver was told, in order.</summary>
internal sealed record Received(string Kind, SipFlow Flow, byte[] Octets, string? Reason = null, Exception? Error = null)
{
    public string Text => Encoding.Latin1.GetString(Octets);
}

/// <summary>Keeps what it is told; a test awaits the next thing.</summary>
internal sealed class RecordingReceiver : ISipReceiver
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly Channel<Received> _received = Channel.CreateUnbounded<Received>();

    /// <summary>Runs inside the call, after the thing was kept.</summary>
    public Action<Received>? Reaction { get; set; }

    public bool HasMore => _received.Reader.TryPeek(out _);

    public void OnMessage(SipFlow flow, ReadOnlySpan<byte> message) => Keep(new Received("message", flow, message.ToArray()));

    public void OnMalformed(SipFlow flow, ReadOnlySpan<byte> octets, string reason) => Keep(new Received("malformed", flow, octets.ToArray(), reason));

    public void OnUndelivered(SipFlow flow, ReadOnlySpan<byte> message, Exception error) => Keep(new Received("undelivered", flow, message.ToArray(), Error: error));

    public void OnClosed(SipFlow flow, Exception? error) => Keep(new Received("closed", flow, [], Error: error));

    public async Task<Received> NextAsync() => await _received.Reader.ReadAsync().AsTask().WaitAsync(Limit);

    public async Task<Received> NextAsync(string kind)
    {
        var received = await NextAsync();
        received.Kind.Should().Be(kind, "the receiver was told {0} {1}", received.Reason, received.Error);
        return received;
    }

    private void Keep(Received received)
    {
        _received.Writer.TryWrite(received);
        Reaction?.Invoke(received);
    }
}
