using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Engine;

/// <summary>The port to the consoles of running machines.</summary>
/// <exception cref="EngineException">Every expected failure: unreachable host, missing or stopped machine, a console that there is not.</exception>
public interface IConsoleEngine
{
    /// <summary>Which consoles a machine has.</summary>
    Task<ConsolesSeen> ListConsolesAsync(HostRef host, Guid vmId, CancellationToken cancellationToken);

    /// <summary>Opens the first serial console of a running machine. The hypervisor gives it to one at a time.</summary>
    /// <param name="host">Where.</param>
    /// <param name="vmId">Of which machine.</param>
    /// <param name="takeOver">Throw out whoever has it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="EngineException"><see cref="FailureCodes.ConsoleBusy"/>: somebody has it, such as a <c>virsh console</c>.</exception>
    Task<IConsoleChannel> OpenSerialAsync(HostRef host, Guid vmId, bool takeOver, CancellationToken cancellationToken);

    /// <summary>Opens the display of a running machine: a connection that speaks RFB (RFC 6143) and asks for no password.</summary>
    Task<IConsoleChannel> OpenDisplayAsync(HostRef host, Guid vmId, CancellationToken cancellationToken);
}

/// <summary>Which consoles a machine has.</summary>
/// <param name="Serial">Why there is no serial console, in a sentence; <see langword="null"/> if there is one.</param>
/// <param name="Display">Why there is no display that can be shown, in a sentence; <see langword="null"/> if there is one.</param>
public sealed record ConsolesSeen(string? Serial, string? Display);

/// <summary>A way into a machine and out of it. One may read while another writes; neither with itself.</summary>
public interface IConsoleChannel : IAsyncDisposable
{
    /// <summary>Reads what has come; waits until there is something.</summary>
    /// <returns>How many bytes; 0 at the end: the machine has stopped.</returns>
    /// <exception cref="EngineException">The connection broke.</exception>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Writes all of <paramref name="data"/>.</summary>
    /// <exception cref="EngineException">The connection broke.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);
}
