using System.Diagnostics.CodeAnalysis;
using System.Text;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Dialogs;

/// <summary>What a message says about its dialog, in octets: finding a dialog makes no text.</summary>
internal readonly ref struct DialogKey
{
    private DialogKey(SipMessage message, SipNameAddress local, SipNameAddress remote)
    {
        CallId = message.Headers.ValueText(message.Headers.Find(SipHeaderNames.CallId, 0)).Span;
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
}

/// <summary>Compares dialogs with keys. Tags are tokens and so ASCII; a Call-ID that is not compares octet for octet.</summary>
internal sealed class DialogComparer : IEqualityComparer<DialogId>, IAlternateEqualityComparer<DialogKey, DialogId>
{
    private const int LongestOnStack = 256;

    public static DialogComparer Instance { get; } = new();

    public bool Equals(DialogId x, DialogId y) => x == y;

    public int GetHashCode([DisallowNull] DialogId obj) => string.GetHashCode(obj.CallId, StringComparison.Ordinal);

    public bool Equals(DialogKey alternate, DialogId other) =>
        AreEqual(alternate.LocalTag, other.LocalTag) && AreEqual(alternate.RemoteTag, other.RemoteTag) && AreEqual(alternate.CallId, other.CallId);

    public int GetHashCode(DialogKey alternate)
    {
        var octets = alternate.CallId;
        if (octets.Length > LongestOnStack) return string.GetHashCode(Encoding.UTF8.GetString(octets), StringComparison.Ordinal);
        Span<char> text = stackalloc char[LongestOnStack];
        return string.GetHashCode(text[..Encoding.UTF8.GetChars(octets, text)], StringComparison.Ordinal);
    }

    public DialogId Create(DialogKey alternate) => throw new NotSupportedException("A key makes no dialog.");

    private static bool AreEqual(ReadOnlySpan<byte> octets, string text) =>
        Ascii.Equals(octets, text) || (!Ascii.IsValid(octets) && Encoding.UTF8.GetString(octets) == text);
}
