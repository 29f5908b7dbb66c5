using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Peak.Testing;

/// <summary>Keeps what is logged.</summary>
public sealed class LogRecorder : ILoggerProvider, ILogger
{
    public ConcurrentQueue<(LogLevel Level, int Event, string Text)> Entries { get; } = new();

    public IEnumerable<string> Texts => Entries.Select(e => e.Text);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Entries.Enqueue((logLevel, eventId.Id, formatter(state, exception)));

    public void Dispose()
    {
    }
}
