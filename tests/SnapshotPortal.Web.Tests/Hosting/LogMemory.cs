using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SnapshotPortal.Web.Tests.Hosting;

/// <summary>Remembers what was logged.</summary>
internal sealed class LogMemory : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = [];

    /// <summary>All of it.</summary>
    public string Text => string.Join('\n', _lines);

    public ILogger CreateLogger(string categoryName) => new Memory(_lines);

    public void Dispose()
    {
    }

    private sealed class Memory(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => lines.Enqueue($"{formatter(state, exception)} {exception}");
    }
}
