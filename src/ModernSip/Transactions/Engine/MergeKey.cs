using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Transactions.Engine;

/// <summary>What two copies of one request have in common when a proxy forked it to us twice (RFC 3261 §8.2.2.2): Call-ID, From tag and CSeq.</summary>
internal readonly ref struct MergeKey
{
    private MergeKey(ReadOnlySpan<byte> callId, ReadOnlySpan<byte> fromTag, SipCSeq sequence)
    {
        CallId = callId;
        FromTag = fromTag;
        Sequence = sequence;
    }

    public ReadOnlySpan<byte> CallId { get; }

    public ReadOnlySpan<byte> FromTag { get; }

    public SipCSeq Sequence { get; }

    /// <summary>Whether there is none: the request is in a dialog, or has no From tag.</summary>
    public bool IsNone => FromTag.IsEmpty;

    public int Hash
    {
        get
        {
            var hash = default(HashCode);
            hash.AddBytes(CallId);
            hash.AddBytes(FromTag);
            hash.Add(Sequence.Number);
            return hash.ToHashCode();
        }
    }

    /// <summary>The key of a request outside of dialogs.</summary>
    public static MergeKey Of(SipRequest request)
    {
        var headers = request.Headers;
        var isOutside = headers.To!.TagOctets.IsEmpty && request.Method != SipMethod.Cancel;
        return isOutside ? new MergeKey(headers.ValueText(headers.Find(SipHeaderNames.CallId, 0)).Span, headers.From!.TagOctets, headers.CSeq!.Value) : default;
    }
}
