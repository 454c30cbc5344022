using ModernSip.Messages;

namespace ModernSip.Transactions.Engine;

/// <summary>What two copies of one request have in common when a proxy forked it to us twice (RFC 3261 §8.2.2.2).</summary>
internal readonly record struct MergeKey(string CallId, string FromTag, SipCSeq CSeq)
{
    /// <summary>The key of a request outside of dialogs; null for others.</summary>
    public static MergeKey? Of(SipRequest request)
    {
        var headers = request.Headers;
        var isOutside = headers.To!.TagOctets.IsEmpty && !headers.From!.TagOctets.IsEmpty && request.Method != SipMethod.Cancel;
        return isOutside ? new MergeKey(headers.CallId!, headers.From!.Tag!, headers.CSeq!.Value) : null;
    }
}
