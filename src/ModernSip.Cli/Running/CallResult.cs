namespace ModernSip.Cli.Running;

/// <summary>How one call went.</summary>
/// <param name="IsOk">Whether it went as it was asked for.</param>
/// <param name="Setup">From the INVITE to its 2xx; null where there was none.</param>
/// <param name="Failure">Why it failed: a response, or an error's name; null where it did not.</param>
internal readonly record struct CallResult(bool IsOk, TimeSpan? Setup = null, string? Failure = null);
