using System.Collections.Concurrent;
using System.Net;
using ModernSip.Diagnostics;
using ModernSip.Testing;

namespace QuickStart;

/// <summary>Remembers who sent what, for a ladder.</summary>
internal sealed class Recorder(TimeProvider time) : ISipMessageTap
{
    private readonly ConcurrentQueue<SipLadderEntry> _entries = new();
    private readonly long _start = time.GetTimestamp();

    public IEnumerable<SipLadderEntry> Entries => _entries;

    public void OnMessage(SipTapDirection direction, string protocol, IPEndPoint local, IPEndPoint remote, ReadOnlySpan<byte> message)
    {
        var (from, to) = direction == SipTapDirection.Sent ? ("alice", "server") : ("server", "alice");
        _entries.Enqueue(new SipLadderEntry(time.GetElapsedTime(_start), from, to, SipLadder.Label(message)));
    }
}
