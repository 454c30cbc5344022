namespace ModernSip.Diagnostics;

/// <summary>Who sent what to whom, and what was decided in between: a column for each end point, a row for each message and each decision. Printed, it is a picture.</summary>
/// <remarks>Immutable. <see cref="SipStackOptions.KeptLadders"/> has the stack keep those of the last calls; simulated networks draw what they captured.</remarks>
public sealed class SipLadder
{
    /// <summary>The column of this side in a ladder that the stack kept.</summary>
    public const string ThisSide = "this side";

    /// <summary>Makes a ladder of rows.</summary>
    /// <param name="rows">The rows in their order.</param>
    /// <param name="start">When the ladder begins, which the times of the rows count from; null where that is not known.</param>
    public SipLadder(IEnumerable<SipLadderRow> rows, DateTimeOffset? start = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Rows = [.. rows];
        Columns = [.. Rows.SelectMany(static row => new[] { row.From, row.To }).Distinct(StringComparer.Ordinal)];
        Start = start;
    }

    /// <summary>The ladder without a row.</summary>
    public static SipLadder Empty { get; } = new([]);

    /// <summary>The rows in their order.</summary>
    public IReadOnlyList<SipLadderRow> Rows { get; }

    /// <summary>The columns, those first that are named first.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>When the ladder begins; null where that is not known.</summary>
    public DateTimeOffset? Start { get; }

    /// <summary>The Call-ID that all of its messages have; null where they have several.</summary>
    public string? CallId { get; init; }

    /// <summary>A short name for a message: the method of a request, "200 OK (INVITE)" for a response. Only the start line and CSeq are looked at.</summary>
    /// <param name="message">The octets.</param>
    public static string Label(ReadOnlySpan<byte> message) => LadderLabel.Of(message);

    /// <summary>Joins ladders into one, the rows in the order of time.</summary>
    /// <param name="ladders">The ladders; those without a <see cref="Start"/> count as begun with the earliest.</param>
    public static SipLadder Join(params IEnumerable<SipLadder> ladders)
    {
        ArgumentNullException.ThrowIfNull(ladders);
        SipLadder[] all = [.. ladders];
        if (all.Length == 1) return all[0];
        var start = all.Min(static ladder => ladder.Start);
        return new SipLadder(all.SelectMany(ladder => ladder.Rows.Select(row => ladder.Start is { } begun ? row with { At = row.At + (begun - start!.Value) } : row)).OrderBy(static row => row.At), start);
    }

    /// <summary>The same ladder with a column called otherwise.</summary>
    /// <param name="column">The column, for example <see cref="ThisSide"/>.</param>
    /// <param name="name">Its new name; that of another column makes the two one.</param>
    public SipLadder Rename(string column, string name)
    {
        ArgumentNullException.ThrowIfNull(column);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new SipLadder(Rows.Select(row => row with { From = NameOf(row.From), To = NameOf(row.To) }), Start) { CallId = CallId };

        string NameOf(string known) => string.Equals(known, column, StringComparison.Ordinal) ? name : known;
    }

    /// <summary>Draws it as text: lines that end with a line feed, none where there is no row.</summary>
    public override string ToString() => new LadderText(this).Draw();

    /// <summary>Writes it as a sequence diagram in the notation of Mermaid, which many trackers of issues and wikis draw.</summary>
    public string ToMermaid() => LadderMermaid.Write(this);
}
