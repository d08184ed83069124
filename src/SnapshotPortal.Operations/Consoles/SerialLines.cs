using Microsoft.Extensions.Logging;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Operations.Consoles;

/// <summary>The serial lines that somebody looks at, one for each machine.</summary>
internal sealed class SerialLines(IConsoleEngine engine, ILogger<SerialLines> logger) : IAsyncDisposable
{
    // Opening and closing are rare and quick; one at a time keeps "one line for each machine" true.
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<Guid, SerialLine> _lines = [];

    /// <summary>A place at the machine's line, which is opened if it is not yet. Disposing the place leaves it; the last one out closes the line.</summary>
    /// <exception cref="EngineException">The console cannot be opened.</exception>
    public async Task<IConsoleChannel> AttachAsync(HostRef host, Guid vmId, bool takeOver, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_lines.TryGetValue(vmId, out var line) && line.HasEnded)
            {
                _lines.Remove(vmId);
                await line.DisposeAsync();
                line = null;
            }

            if (line is null)
            {
                line = new SerialLine(await engine.OpenSerialAsync(host, vmId, takeOver, cancellationToken), logger);
                _lines[vmId] = line;
            }

            return new Place(this, vmId, line, line.Attach());
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var line in _lines.Values)
        {
            await line.DisposeAsync();
        }

        _lines.Clear();
        _gate.Dispose();
    }

    private async Task LeaveAsync(Guid vmId, SerialLine line)
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            if (line.ViewerCount == 0 && _lines.TryGetValue(vmId, out var current) && current == line)
            {
                _lines.Remove(vmId);
                await line.DisposeAsync();
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private sealed class Place(SerialLines lines, Guid vmId, SerialLine line, SerialLine.Viewer viewer) : IConsoleChannel
    {
        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => viewer.ReadAsync(buffer, cancellationToken);

        public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => viewer.WriteAsync(data, cancellationToken);

        public async ValueTask DisposeAsync()
        {
            await viewer.DisposeAsync();
            await lines.LeaveAsync(vmId, line);
        }
    }
}
