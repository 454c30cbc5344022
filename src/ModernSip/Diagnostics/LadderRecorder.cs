using System.Collections.Concurrent;
using System.Net;

namespace ModernSip.Diagnostics;

/// <summary>Keeps the ladders of the last calls and requests, each by its Call-ID; the oldest makes room. From any thread.</summary>
/// <param name="time">The clock.</param>
/// <param name="capacity">How many are kept; 0 for none, and then it costs the test of a flag.</param>
internal sealed class LadderRecorder(TimeProvider time, int capacity)
{
    private readonly ConcurrentDictionary<string, LadderLog> _logs = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _order = new();

    /// <summary>Records nothing.</summary>
    public static LadderRecorder Off { get; } = new(TimeProvider.System, 0);

    /// <summary>Whether anything is recorded.</summary>
    public bool IsOn => capacity > 0;

    /// <summary>What is kept, the oldest first.</summary>
    public IReadOnlyList<SipLadder> All => [.. _order.Select(Find).OfType<SipLadder>()];

    /// <summary>A message goes out or came in.</summary>
    public void Show(SipTapDirection direction, string protocol, IPEndPoint remote, ReadOnlySpan<byte> message)
    {
        if (LadderLabel.CallIdOf(message) is { } callId) LogOf(callId).Add(LadderEntry.OfMessage(time.GetUtcNow(), direction, $"{TappedMessage.Unmapped(remote)} {protocol}", message));
    }

    /// <summary>Something was found out or decided. Ask <see cref="IsOn"/> before making the sentence.</summary>
    public void Note(string? callId, string sentence)
    {
        if (IsOn && callId is not null) LogOf(callId).Add(LadderEntry.OfNote(time.GetUtcNow(), LadderLabel.Printable(sentence)));
    }

    /// <summary>The ladder of a call; null where it is not kept.</summary>
    public SipLadder? Find(string callId) => _logs.TryGetValue(callId, out var log) ? log.Draw(callId) : null;

    private LadderLog LogOf(string callId)
    {
        if (_logs.TryGetValue(callId, out var known)) return known;
        var made = new LadderLog();
        if (!_logs.TryAdd(callId, made)) return _logs.GetValueOrDefault(callId, made);
        _order.Enqueue(callId);
        while (_logs.Count > capacity && _order.TryDequeue(out var oldest)) _logs.TryRemove(oldest, out _);
        return made;
    }
}
