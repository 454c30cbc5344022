namespace ModernSip.Diagnostics;

/// <summary>One row of a ladder: a message from one column to another, or what was found out or decided at one of them.</summary>
/// <param name="At">When, from the ladder's beginning.</param>
/// <param name="From">The column where it begins.</param>
/// <param name="To">The column where it ends; <paramref name="From"/> once more for what is no message.</param>
/// <param name="Label">What stands on the arrow, for example "180 Ringing (INVITE)"; or the sentence of what is no message.</param>
public sealed record SipLadderRow(TimeSpan At, string From, string To, string Label)
{
    /// <summary>What is to be said of the message, for example that it was sent before; null for nothing.</summary>
    public string? Note { get; init; }

    /// <summary>Whether the message did not arrive. Only a simulated network knows.</summary>
    public bool IsLost { get; init; }

    /// <summary>Whether it is no message, but what was found out or decided at <see cref="From"/>.</summary>
    public bool IsNote => string.Equals(From, To, StringComparison.Ordinal);
}
