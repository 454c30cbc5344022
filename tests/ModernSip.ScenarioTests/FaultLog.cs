using Microsoft.Extensions.Logging;

namespace ModernSip.ScenarioTests;

/// <summary>Keeps what a stack logs as an error: a defect that the protocol's repeats would hide from a test.</summary>
public sealed class FaultLog : ILoggerFactory, ILogger
{
    // Errors of the application or of a registrar, which the tests that provoke them see by other means as well.
    private static readonly string[] NotOurs = ["RegistrationEnded", "CredentialsProviderFailed", "ClosingCallbackFailed", "CancelCallbackFailed"];

    public List<string> Errors { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel) && !NotOurs.Contains(eventId.Name)) Errors.Add($"{formatter(state, exception)} {exception}");
    }

    public void Dispose()
    {
        // Nothing to release.
    }
}
