namespace ModernSip.Cli.Running;

/// <summary>This side failed before SIP came into it.</summary>
/// <param name="inner">What failed.</param>
internal sealed class LocalFailureException(Exception inner) : Exception(inner.Message, inner);
