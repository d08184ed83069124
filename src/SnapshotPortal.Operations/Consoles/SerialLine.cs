using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Operations.Consoles;

/// <summary>
/// One machine's serial console, shared by all who look at it: the hypervisor gives it to one client only, and a teacher's
/// visit must not throw the student out. Whoever comes gets the last output first.
/// </summary>
internal sealed class SerialLine : IAsyncDisposable
{
    /// <summary>How much of the past a new viewer gets: some screens full.</summary>
    public const int ReplayBytes = 32 * 1024;

    // What one viewer may be behind. The machine writes as fast as it likes; a viewer that cannot follow loses the middle.
    private const int PiecesBehind = 256;
    private const int PieceBytes = 4 * 1024;

    private static readonly byte[] _skipped = "\r\n[the portal left out some output here: it came faster than this connection]\r\n"u8.ToArray();

    private readonly Lock _gate = new();
    private readonly List<Viewer> _viewers = [];
    private readonly Queue<byte[]> _past = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private readonly IConsoleChannel _channel;
    private readonly ILogger _logger;
    private readonly Task _reading;
    private int _pastBytes;
    private bool _ended;

    public SerialLine(IConsoleChannel channel, ILogger logger)
    {
        _channel = channel;
        _logger = logger;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>The machine's end is closed; a new line is needed.</summary>
    public bool HasEnded => Volatile.Read(ref _ended);

    public int ViewerCount
    {
        get
        {
            lock (_gate)
            {
                return _viewers.Count;
            }
        }
    }

    /// <summary>Adds a viewer, who begins with what came last.</summary>
    public Viewer Attach()
    {
        lock (_gate)
        {
            var viewer = new Viewer(this);
            foreach (var piece in _past)
            {
                viewer.Offer(piece);
            }

            if (_ended)
            {
                viewer.End();
            }
            else
            {
                _viewers.Add(viewer);
            }

            return viewer;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _reading;
        await _channel.DisposeAsync();
        _closing.Dispose();
        _writing.Dispose();
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        // Two people's keys may mingle, but not the bytes of one key.
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await _channel.WriteAsync(data, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[PieceBytes];
        try
        {
            int count;
            while ((count = await _channel.ReadAsync(buffer, _closing.Token)) > 0)
            {
                Tell(buffer.AsSpan(0, count).ToArray());
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The last viewer has left.
        }
        catch (EngineException e)
        {
            // As good as an end: the viewers are told, and open a new line if the machine runs.
            ConsoleLog.LineBroke(_logger, e.Message);
        }
        finally
        {
            End();
        }
    }

    private void Tell(byte[] piece)
    {
        lock (_gate)
        {
            _past.Enqueue(piece);
            _pastBytes += piece.Length;
            while (_pastBytes > ReplayBytes)
            {
                _pastBytes -= _past.Dequeue().Length;
            }

            foreach (var viewer in _viewers)
            {
                viewer.Offer(piece);
            }
        }
    }

    private void End()
    {
        lock (_gate)
        {
            Volatile.Write(ref _ended, true);
            foreach (var viewer in _viewers)
            {
                viewer.End();
            }

            _viewers.Clear();
        }
    }

    private void Detach(Viewer viewer)
    {
        lock (_gate)
        {
            _viewers.Remove(viewer);
        }
    }

    /// <summary>One viewer's place at the line.</summary>
    internal sealed class Viewer(SerialLine line) : IConsoleChannel
    {
        private readonly Channel<byte[]> _pieces = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(PiecesBehind) { SingleReader = true });
        private ReadOnlyMemory<byte> _rest;
        private int _lost;

        public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            while (_rest.IsEmpty)
            {
                if (_pieces.Reader.TryRead(out var piece))
                {
                    _rest = piece;
                }
                else if (Interlocked.Exchange(ref _lost, 0) == 1)
                {
                    _rest = _skipped;
                }
                else if (!await _pieces.Reader.WaitToReadAsync(cancellationToken))
                {
                    return 0;
                }
            }

            var count = Math.Min(buffer.Length, _rest.Length);
            _rest[..count].CopyTo(buffer);
            _rest = _rest[count..];
            return count;
        }

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => await line.WriteAsync(data, cancellationToken);

        public ValueTask DisposeAsync()
        {
            line.Detach(this);
            _pieces.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }

        /// <summary>Under the line's lock.</summary>
        internal void Offer(byte[] piece)
        {
            if (!_pieces.Writer.TryWrite(piece))
            {
                Interlocked.Exchange(ref _lost, 1);
            }
        }

        /// <summary>Under the line's lock.</summary>
        internal void End() => _pieces.Writer.TryComplete();
    }
}
