using System.Diagnostics.CodeAnalysis;
using ModernSip.Messages;

namespace ModernSip.Dialogs;

/// <summary>What a message says about its dialog, where it stands in the message: finding a dialog makes no object.</summary>
internal readonly ref struct DialogKey
{
    private DialogKey(SipMessage message, SipNameAddress local, SipNameAddress remote)
    {
        CallId = DialogId.CallIdOf(message).Span;
        LocalTag = local.TagOctets;
        RemoteTag = remote.TagOctets;
    }

    public ReadOnlySpan<byte> CallId { get; }

    public ReadOnlySpan<byte> LocalTag { get; }

    public ReadOnlySpan<byte> RemoteTag { get; }

    /// <summary>The dialog that a request from the peer belongs to.</summary>
    public static DialogKey OfRequest(SipRequest request) => new(request, request.Headers.To!, request.Headers.From!);

    /// <summary>The dialog that a response from the peer belongs to.</summary>
    public static DialogKey OfResponse(SipResponse response) => new(response, response.Headers.From!, response.Headers.To!);

    /// <summary>Of the Call-ID alone, which tells nearly all dialogs apart; another one in each process.</summary>
    public static int HashOf(ReadOnlySpan<byte> callId)
    {
        var hash = default(HashCode);
        hash.AddBytes(callId);
        return hash.ToHashCode();
    }
}

/// <summary>Compares dialogs with keys, octet for octet.</summary>
internal sealed class DialogComparer : IEqualityComparer<DialogId>, IAlternateEqualityComparer<DialogKey, DialogId>
{
    public static DialogComparer Instance { get; } = new();

    public bool Equals(DialogId? x, DialogId? y) => x is null ? y is null : x.Equals(y);

    public int GetHashCode([DisallowNull] DialogId obj) => obj.GetHashCode();

    public bool Equals(DialogKey alternate, DialogId other) =>
        alternate.LocalTag.SequenceEqual(other.LocalTagOctets) && alternate.RemoteTag.SequenceEqual(other.RemoteTagOctets) && alternate.CallId.SequenceEqual(other.CallIdOctets);

    public int GetHashCode(DialogKey alternate) => DialogKey.HashOf(alternate.CallId);

    public DialogId Create(DialogKey alternate) => throw new NotSupportedException("A key makes no dialog.");
}
