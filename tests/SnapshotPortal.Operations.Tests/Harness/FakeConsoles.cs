using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Tests.Harness;

/// <summary>Consoles by script: a test says what a machine writes and sees what it is sent.</summary>
internal sealed class FakeConsoles : IConsoleEngine
{
    public ConcurrentQueue<FakeChannel> Opened { get; } = new();

    public ConsolesSeen Seen { get; set; } = new(null, null);

    /// <summary>Somebody outside the portal has the serial console.</summary>
    public bool Busy { get; set; }

    public Task<ConsolesSeen> ListConsolesAsync(HostRef host, Guid vmId, CancellationToken cancellationToken) => Task.FromResult(Seen);

    public Task<IConsoleChannel> OpenSerialAsync(HostRef host, Guid vmId, bool takeOver, CancellationToken cancellationToken)
        => Busy && !takeOver ? throw new EngineException(FailureCodes.ConsoleBusy, "Somebody has it.") : Open();

    public Task<IConsoleChannel> OpenDisplayAsync(HostRef host, Guid vmId, CancellationToken cancellationToken) => Open();

    private Task<IConsoleChannel> Open()
    {
        var channel = new FakeChannel();
        Opened.Enqueue(channel);
        return Task.FromResult<IConsoleChannel>(channel);
    }
}

/// <summary>The machine's end of a console.</summary>
internal sealed class FakeChannel : IConsoleChannel
{
    private readonly Channel<byte[]> _output = Channel.CreateUnbounded<byte[]>();
    private readonly MemoryStream _input = new();

    public bool IsClosed { get; private set; }

    public string Received => Encoding.Latin1.GetString(Bytes);

    public byte[] Bytes
    {
        get
        {
            lock (_input)
            {
                return _input.ToArray();
            }
        }
    }

    /// <summary>The machine writes.</summary>
    public void Write(string text) => _output.Writer.TryWrite(Encoding.Latin1.GetBytes(text));

    /// <summary>The machine stops.</summary>
    public void End() => _output.Writer.TryComplete();

    /// <summary>The connection breaks.</summary>
    public void Break() => _output.Writer.TryComplete(new EngineException(FailureCodes.HostUnreachable, "The connection was reset."));

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            var piece = await _output.Reader.ReadAsync(cancellationToken);
            piece.CopyTo(buffer);
            return piece.Length;
        }
        catch (ChannelClosedException e) when (e.InnerException is EngineException)
        {
            throw new EngineException(FailureCodes.HostUnreachable, e.InnerException.Message, e);
        }
        catch (ChannelClosedException)
        {
            return 0;
        }
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        lock (_input)
        {
            _input.Write(data.Span);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        IsClosed = true;
        _output.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }
}
