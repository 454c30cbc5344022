using System.Diagnostics.CodeAnalysis;
using ModernSip.Messages;
using ModernSip.Messages.Parsing;

namespace ModernSip.Transactions.Engine;

/// <summary>What a message is matched to its transaction by (RFC 3261 §17.1.3, §17.2.3): octets compared in place, no text is made.</summary>
internal readonly struct TransactionKey : IEquatable<TransactionKey>
{
    private readonly Octets _branch;
    private readonly Octets _sentBy;
    private readonly SipMethod _method;
    private readonly int _hash;

    private TransactionKey(Octets branch, Octets sentBy, SipMethod method, int hash) => (_branch, _sentBy, _method, _hash) = (branch, sentBy, method, hash);

    private TransactionKey(Octets branch, Octets sentBy, SipMethod method)
    {
        _branch = branch;
        _sentBy = sentBy;
        _method = method;
        var hash = new HashCode();
        hash.AddBytes(branch.Span);
        hash.Add(method);
        _hash = hash.ToHashCode();
    }

    /// <summary>Key of a client transaction: our own branch, which nobody else can have made, and the method.</summary>
    public static TransactionKey OfClient(SipVia via, SipMethod method) => new(via.BranchText, default, method);

    /// <summary>Key of a server transaction. An ACK looks for its INVITE, and so does a CANCEL when told to.</summary>
    public static TransactionKey OfServer(SipRequest request, SipMethod method)
    {
        var via = request.Headers.Via!; // checked by the parser
        return via.HasMagicCookie ? new TransactionKey(via.BranchText, via.SentByText, method) : OfOldServer(request, via, method);
    }

    public bool Equals(TransactionKey other) =>
        _hash == other._hash
        && _method == other._method
        && _branch.Span.SequenceEqual(other._branch.Span)
        && SentByEquals(other);

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is TransactionKey other && Equals(other);

    public override int GetHashCode() => _hash;

    /// <summary>The same key in an array of its own, so that it does not keep a whole message.</summary>
    public TransactionKey Detach()
    {
        if (_sentBy.Length == 0) return new TransactionKey(_branch.Detach(), default, _method, _hash);
        var both = new byte[_branch.Length + _sentBy.Length];
        _branch.Span.CopyTo(both);
        _sentBy.Span.CopyTo(both.AsSpan(_branch.Length));
        var octets = new Octets(both, 0, both.Length);
        return new TransactionKey(octets.Slice(0, _branch.Length), octets.Slice(_branch.Length, _sentBy.Length), _method, _hash);
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
        return new TransactionKey(writer.ToOctets(), default, method);
    }

    private bool SentByEquals(TransactionKey other) =>
        _sentBy.Length == other._sentBy.Length && (_sentBy.Length == 0 || Grammar.EqualsIgnoreCase(_sentBy.Span, other._sentBy.Span));
}
