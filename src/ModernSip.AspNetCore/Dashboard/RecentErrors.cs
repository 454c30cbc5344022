using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ModernSip.AspNetCore.Dashboard;

/// <summary>Keeps the last warnings and errors that the library logged.</summary>
internal sealed class RecentErrors(TimeProvider time) : ILoggerProvider
{
    private const int Most = 50;

    private readonly ConcurrentQueue<RecentError> _errors = new();

    /// <summary>The errors, the newest first.</summary>
    public IReadOnlyList<RecentError> All => [.. _errors.Reverse()];

    public ILogger CreateLogger(string categoryName) => new Collector(this, categoryName);

    public void Dispose()
    {
        // Nothing is held.
    }

    private void Add(RecentError error)
    {
        _errors.Enqueue(error);
        while (_errors.Count > Most) _errors.TryDequeue(out _);
    }

    private sealed class Collector(RecentErrors errors, string category) : ILogger
    {
        private readonly bool _isOurs = category.StartsWith("ModernSip", StringComparison.Ordinal);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => _isOurs && logLevel is >= LogLevel.Warning and < LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            var text = formatter(state, exception);
            errors.Add(new RecentError(errors.Now, logLevel, eventId.Name ?? "", exception is null ? text : $"{text}: {exception.Message}"));
        }
    }

    private DateTimeOffset Now => time.GetUtcNow();
}

/// <summary>A warning or an error.</summary>
internal sealed record RecentError(DateTimeOffset At, LogLevel Level, string Name, string Text);
