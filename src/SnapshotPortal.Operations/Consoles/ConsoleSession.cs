using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Consoles;

/// <summary>A person at a console: what they may not send does not reach it.</summary>
internal abstract class ConsoleSession(ConsoleVisit visit, IConsoleChannel channel, Func<ConsoleVisit, Task> leave) : IConsoleSession
{
    private int _left;

    public Guid VmId => visit.VmId;

    public ConsoleKind Kind => visit.Kind;

    public bool WatchOnly => visit.WatchOnly;

    protected IConsoleChannel Channel => channel;

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => channel.ReadAsync(buffer, cancellationToken);

    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _left, 1) == 0)
        {
            await channel.DisposeAsync();
            await leave(visit);
        }
    }
}

/// <summary>At a serial console, everything sent is typed.</summary>
internal sealed class SerialSession(ConsoleVisit visit, IConsoleChannel channel, Func<ConsoleVisit, Task> leave) : ConsoleSession(visit, channel, leave)
{
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        => WatchOnly ? ValueTask.CompletedTask : Channel.WriteAsync(data, cancellationToken);
}

/// <summary>At a display, most of what is sent only asks for the picture.</summary>
internal sealed class DisplaySession(ConsoleVisit visit, IConsoleChannel channel, Func<ConsoleVisit, Task> leave) : ConsoleSession(visit, channel, leave)
{
    private readonly RfbGate _gate = new(visit.WatchOnly);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        var passed = _gate.Pass(data.Span);
        if (passed.Length > 0)
        {
            await Channel.WriteAsync(passed, cancellationToken);
        }
    }
}
