using System.Net.Sockets;
using LibVirt;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Consoles;

/// <summary>A stream of libvirt or of the system as a console's channel: its errors in the words of the operation layer.</summary>
internal sealed class StreamChannel(Stream stream) : IConsoleChannel
{
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (IsBreak(e))
        {
            throw Translate(e);
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(data, cancellationToken);
        }
        catch (Exception e) when (IsBreak(e))
        {
            throw Translate(e);
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private static bool IsBreak(Exception e) => e is LibvirtException or IOException or SocketException or ObjectDisposedException;

    private static EngineException Translate(Exception e) => e is LibvirtException libvirt
        ? LibvirtFailures.Translate(libvirt)
        : new EngineException(FailureCodes.HypervisorError, $"The connection to the console broke: {e.Message}", e);
}
