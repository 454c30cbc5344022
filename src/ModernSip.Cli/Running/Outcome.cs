namespace ModernSip.Cli.Running;

/// <summary>How a command went.</summary>
/// <param name="IsOk">Whether what was asked for was done.</param>
/// <param name="Calls">The calls made or taken; null for a command without calls.</param>
internal sealed record Outcome(bool IsOk, CallTally? Calls = null)
{
    public static Outcome Of(CallTally calls) => new(calls.Failed == 0, calls);
}
