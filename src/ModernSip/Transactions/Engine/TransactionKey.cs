using ModernSip.Messages;
using ModernSip.Messages.Parsing;

namespace ModernSip.Transactions.Engine;

/// <summary>What a message is matched to its transaction by (RFC 3261 §17.1.3, §17.2.3): octets compared in place, no text is made.</summary>
internal readonly ref struct TransactionKey
{
    private TransactionKey(ReadOnlySpan<byte> branch, ReadOnlySpan<byte> sentBy, SipMethod method)
    {
        Branch = branch;
        SentBy = sentBy;
        Method = method;
        var hash = default(HashCode);
        hash.AddBytes(branch);
        hash.Add(method);
        Hash = hash.ToHashCode();
    }

    public ReadOnlySpan<byte> Branch { get; }

    public ReadOnlySpan<byte> SentBy { get; }

    public SipMethod Method { get; }

    public int Hash { get; }

    /// <summary>Key of a client transaction: our own branch, which nobody else can have made, and the method.</summary>
    public static TransactionKey OfClient(SipVia via, SipMethod method) => OfClient(via.BranchOctets, method);

    /// <summary>The same for a branch alone.</summary>
    public static TransactionKey OfClient(ReadOnlySpan<byte> branch, SipMethod method) => new(branch, default, method);

    /// <summary>Key of a server transaction. An ACK looks for its INVITE, and so does a CANCEL when told to.</summary>
    public static TransactionKey OfServer(SipRequest request, SipMethod method)
    {
        var via = request.Headers.Via!; // checked by the parser
        return via.HasMagicCookie ? new TransactionKey(via.BranchOctets, via.SentByText.Span, method) : OfOldServer(request, via, method);
    }

    /// <summary>
    /// RFC 2543 elements make no unique branch: topmost Via, Request-URI, From tag, Call-ID and CSeq number stand in for it (RFC 3261 §17.2.3).
    /// The To tag is left out, since that of an ACK is the response's.
    /// </summary>
    private static TransactionKey OfOldServer(SipRequest request, SipVia via, SipMethod method)
    {
        var headers = request.Headers;
        var writer = new ValueWriter(stackalloc byte[512]);
        writer.Raw(via.Text.Span);
        writer.Octet(' ');
        writer.Raw(request.RequestUri.Text.Span);
        writer.Octet(' ');
        writer.Raw(headers.From!.TagOctets);
        writer.Octet(' ');
        writer.Text(headers.CallId);
        writer.Octet(' ');
        writer.Number(headers.CSeq!.Value.Number);
        return new TransactionKey(writer.ToOctets().Span, default, method);
    }
}
