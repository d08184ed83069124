using LibVirt;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Exporting;

/// <summary>
/// A volume's bytes, from any place on. It asks for a window at a time: libvirt's client takes whatever the daemon sends of a
/// stream into memory, so that a slow reader of one long stream would get the whole volume there.
/// </summary>
internal sealed class VolumeReader(HostLink link, ExportFile file) : Stream
{
    /// <summary>Bytes asked for at a time; what a download holds in memory at the most.</summary>
    public const int WindowBytes = 8 * 1024 * 1024;

    private ReadOnlyMemory<byte> _window;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => file.Size;

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_window.IsEmpty)
        {
            var length = (int)Math.Min(WindowBytes, Length - _position);
            if (length <= 0 || buffer.IsEmpty)
            {
                return 0;
            }

            _window = await link.ControlAsync(connection => Fetch(connection, _position, length));
        }

        var count = Math.Min(buffer.Length, _window.Length);
        _window[..count].CopyTo(buffer);
        _window = _window[count..];
        _position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("It comes over a wire: read it asynchronously.");

    public override long Seek(long offset, SeekOrigin origin)
    {
        var target = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            _ => Length + offset,
        };
        ArgumentOutOfRangeException.ThrowIfNegative(target, nameof(offset));
        if (target != _position)
        {
            _window = default;
            _position = target;
        }

        return _position;
    }

    public override void Flush()
    {
        // Nothing is written.
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private byte[] Fetch(VirConnection connection, long offset, int length)
    {
        using var pool = connection.LookupStoragePoolByName(file.Pool);
        using var volume = pool.LookupVolumeByName(file.Volume);
        var bytes = new byte[length];
        using var target = new MemoryStream(bytes);
        volume.Download(target, (ulong)offset, (ulong)length);
        return target.Position == length
            ? bytes
            : throw new EngineException(FailureCodes.HypervisorError, $"The file {file.Volume} ended at {offset + target.Position} bytes, {file.Size} were expected.");
    }
}
