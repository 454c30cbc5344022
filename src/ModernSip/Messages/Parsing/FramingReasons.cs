namespace ModernSip.Messages.Parsing;

/// <summary>The fixed phrases that say why octets were refused as a message. Safe in a log and in a status line: nothing of the peer's is in them.</summary>
internal static class FramingReasons
{
    public const string NotSip = "Not a SIP message";
    public const string BareLineFeed = "Bare LF in the header section";
    public const string BareCarriageReturn = "Bare CR in the header section";
    public const string FoldBeforeHeader = "Folded line before any header field";
    public const string HeaderTooLarge = "Header section too large";
    public const string MessageTooLarge = "Message too large";
    public const string ContentLengthMissing = "Content-Length missing";
    public const string ContentLengthInvalid = "Content-Length invalid";
    public const string ContentLengthConflict = "Content-Length given twice with different values";
}
