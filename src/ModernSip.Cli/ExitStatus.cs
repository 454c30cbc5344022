namespace ModernSip.Cli;

/// <summary>What the command tells its caller at its end.</summary>
internal static class ExitStatus
{
    public const int Done = 0;

    /// <summary>The SIP operation failed: a final response that is not 2xx, a time-out, a transport.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>This side failed: address in use, file unreadable.</summary>
    public const int LocalFailure = 3;
}
