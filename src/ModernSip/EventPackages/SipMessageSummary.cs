using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using ModernSip.Messages;

namespace ModernSip.EventPackages;

/// <summary>Whether messages wait in a mailbox: the document of the event package "message-summary" (RFC 3842 §5).</summary>
public sealed record SipMessageSummary
{
    private const int MostLines = 1_000;

    /// <summary>The media type of the document, application/simple-message-summary.</summary>
    public static SipMediaType MediaType { get; } = SipMediaType.Parse("application/simple-message-summary");

    /// <summary>Whether anything waits.</summary>
    public required bool AreMessagesWaiting { get; init; }

    /// <summary>The mailbox's own address, a URI; null where nothing is said.</summary>
    /// <exception cref="ArgumentException">The value holds CR, LF or NUL.</exception>
    public string? Account
    {
        get;
        init => field = value is null ? null : OneLine(value, nameof(Account));
    }

    /// <summary>The counts by kind, for example "voice-message". Kinds are compared without case.</summary>
    /// <exception cref="ArgumentException">The name of a kind holds CR, LF or NUL.</exception>
    public IReadOnlyDictionary<string, SipMessageCounts> Counts
    {
        get;
        init => field = value.ToDictionary(static entry => OneLine(entry.Key, nameof(Counts)), static entry => entry.Value, StringComparer.OrdinalIgnoreCase);
    } = new Dictionary<string, SipMessageCounts>();

    /// <summary>The counts of voice messages; null where nothing is said.</summary>
    public SipMessageCounts? Voice => Counts.TryGetValue("voice-message", out var counts) ? counts : null;

    /// <summary>Reads a document. Lines that are not understood are left out.</summary>
    /// <param name="document">The octets of a body.</param>
    /// <param name="summary">What it says; null when it is not valid.</param>
    /// <param name="error">Why it is not valid; null when it is.</param>
    public static bool TryParse(ReadOnlyMemory<byte> document, [NotNullWhen(true)] out SipMessageSummary? summary, [NotNullWhen(false)] out string? error)
    {
        summary = null;
        bool? waiting = null;
        string? account = null;
        var counts = new Dictionary<string, SipMessageCounts>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in Encoding.UTF8.GetString(document.Span[..Math.Min(document.Length, 65_536)]).Split('\n').Take(MostLines))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0) continue;
            var (name, value) = (line[..colon].Trim(), line[(colon + 1)..].Trim());
            if (name.Equals("Messages-Waiting", StringComparison.OrdinalIgnoreCase)) waiting ??= value.ToUpperInvariant() switch { "YES" => true, "NO" => false, _ => null };
            else if (name.Equals("Message-Account", StringComparison.OrdinalIgnoreCase)) account ??= value;
            else if (SipMessageCounts.TryParse(value) is { } read) counts.TryAdd(name, read);
        }

        error = "The summary does not say whether messages wait.";
        if (waiting is null) return false;
        error = null;
        summary = new SipMessageSummary { AreMessagesWaiting = waiting.Value, Account = account, Counts = counts };
        return true;
    }

    /// <summary>The document as a body to send.</summary>
    public SipContent ToContent()
    {
        var text = new StringBuilder();
        text.Append("Messages-Waiting: ").Append(AreMessagesWaiting ? "yes" : "no").Append("\r\n");
        if (Account is not null) text.Append("Message-Account: ").Append(Account).Append("\r\n");
        foreach (var (kind, counts) in Counts) text.Append(CultureInfo.InvariantCulture, $"{kind}: {counts}\r\n");
        return new SipContent(MediaType, Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static string OneLine(string text, string name) =>
        text.AsSpan().IndexOfAny('\r', '\n', '\0') < 0 ? text : throw new ArgumentException("A line of a message summary holds no line break.", name);
}

/// <summary>How many messages of one kind there are.</summary>
/// <param name="New">Those that were not heard yet.</param>
/// <param name="Old">Those that were.</param>
/// <param name="NewUrgent">How many of the new ones are urgent.</param>
/// <param name="OldUrgent">How many of the old ones are urgent.</param>
public readonly record struct SipMessageCounts(uint New, uint Old, uint NewUrgent = 0, uint OldUrgent = 0)
{
    /// <summary>The counts as they are written, for example "2/8 (0/2)".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{New}/{Old} ({NewUrgent}/{OldUrgent})");

    internal static SipMessageCounts? TryParse(string text)
    {
        var urgent = text.IndexOf('(', StringComparison.Ordinal);
        if (!TryPair(urgent < 0 ? text : text[..urgent], out var fresh, out var old)) return null;
        if (urgent < 0) return new SipMessageCounts(fresh, old);
        return text[^1] == ')' && TryPair(text[(urgent + 1)..^1], out var newUrgent, out var oldUrgent) ? new SipMessageCounts(fresh, old, newUrgent, oldUrgent) : null;
    }

    private static bool TryPair(string text, out uint first, out uint second)
    {
        (first, second) = (0, 0);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0
            && uint.TryParse(text.AsSpan(0, slash).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out first)
            && uint.TryParse(text.AsSpan(slash + 1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out second);
    }
}
