namespace ModernSip.Diagnostics;

/// <summary>What is kept of a message, or of a decision, until somebody wants its row.</summary>
internal sealed record LadderEntry(DateTimeOffset At, SipTapDirection? Direction, string? Peer, string Label, int Octets)
{
    /// <summary>By which a message is known that goes over the wire once more.</summary>
    public (SipTapDirection?, string, int) Identity => (Direction, Peer + Label, Octets);

    public static LadderEntry OfMessage(DateTimeOffset at, SipTapDirection direction, string peer, ReadOnlySpan<byte> message)
    {
        var hash = default(HashCode);
        hash.AddBytes(message);
        return new LadderEntry(at, direction, peer, LadderLabel.Of(message), hash.ToHashCode());
    }

    public static LadderEntry OfNote(DateTimeOffset at, string sentence) => new(at, null, null, sentence, 0);

    /// <summary>Makes the row.</summary>
    /// <param name="start">When the ladder begins.</param>
    /// <param name="times">How often the message has gone over the wire by now.</param>
    public SipLadderRow ToRow(DateTimeOffset start, int times)
    {
        var (from, to) = (Peer is null || Direction == SipTapDirection.Sent ? SipLadder.ThisSide : Peer, Peer is null || Direction == SipTapDirection.Received ? SipLadder.ThisSide : Peer);
        return new SipLadderRow(At - start, from, to, Label) { Note = times > 1 ? $"again ({times})" : null };
    }
}
