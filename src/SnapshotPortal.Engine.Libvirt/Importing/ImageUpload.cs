using System.Buffers;
using System.Globalization;
using System.Xml.Linq;
using LibVirt;
using Microsoft.Extensions.Logging;
using SnapshotPortal.Domain.Images;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Importing;

/// <summary>Writes an image into a volume as it comes over the wire, a piece at a time.</summary>
internal sealed class ImageUpload(HostLinks links, SpaceCheck space, ILogger<ImageUpload> logger)
{
    private const int PieceBytes = 1024 * 1024;

    // So often it is looked whether the pool still has room.
    private const long CheckEvery = 256L << 20;

    public async Task<ImageSeen> RunAsync(HostRef host, string pool, string volume, Stream content, ImageLimits limits, CancellationToken cancellationToken)
    {
        var link = links[host];
        await link.WorkAsync(connection => Begin(connection, link, pool, volume));
        try
        {
            await SendAsync(link, pool, volume, content, limits, cancellationToken);
            return await link.WorkAsync(connection => ImageCheck.Require(connection, pool, volume, limits));
        }
        catch
        {
            await link.ControlAsync(connection => Volumes.RemoveQuietly(connection, [(pool, volume)], logger));
            throw;
        }
    }

    private bool Begin(VirConnection connection, HostLink link, string poolName, string volumeName)
    {
        _ = link.Pools.FolderOf(connection, poolName)
            ?? throw new EngineException(FailureCodes.PoolUnknown, $"The host has no active storage pool “{poolName}” that keeps its volumes as files. Choose another pool.");
        space.Require(connection, poolName, PieceBytes);
        using var pool = connection.LookupStoragePoolByName(poolName);
        if (Volumes.TryLookUp(pool, volumeName) is { } there)
        {
            there.Dispose();
            throw new EngineException(FailureCodes.NameTaken, $"The storage pool “{poolName}” has a volume “{volumeName}” already. Choose another name.");
        }

        using var made = pool.CreateVolume(new XElement(
            "volume",
            new XElement("name", volumeName),
            new XElement("capacity", new XAttribute("unit", "bytes"), 0),
            new XElement("target", new XElement("format", new XAttribute("type", "raw")))).ToString(SaveOptions.DisableFormatting));
        return true;
    }

    /// <summary>On a connection of its own: a slow sender must not hold anybody's work back.</summary>
    private async Task SendAsync(HostLink link, string poolName, string volumeName, Stream content, ImageLimits limits, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            using var connection = await Task.Run(link.OpenNew, cancellationToken);
            using var pool = connection.LookupStoragePoolByName(poolName);
            using var volume = pool.LookupVolumeByName(volumeName);
            using var stream = connection.CreateStream();
            volume.Upload(stream);
            var (sent, next) = (0L, CheckEvery);
            while (await content.ReadAtLeastAsync(buffer.AsMemory(0, PieceBytes), PieceBytes, throwOnEndOfStream: false, cancellationToken) is var count and > 0)
            {
                if (sent == 0 && count < ImageHeader.LeastBytes)
                {
                    // Not a byte of it gets into the pool: libvirt 9.0 takes the whole pool down over the first bytes of a qcow2, and
                    // cannot start it again while they lie there.
                    throw new EngineException(FailureCodes.ImageRefused, $"The image “{volumeName}” is not taken. {ImageHeader.TooSmall}");
                }

                sent += count;
                if (sent > limits.FileBytes)
                {
                    throw new EngineException(FailureCodes.ImageRefused, string.Create(CultureInfo.InvariantCulture, $"The file is larger than {limits.FileBytes / 1073741824.0:F1} GiB, which is the most that is uploaded. An administrator can raise SnapshotPortal:Images:LargestFile, or copy the file into a storage pool by other means."));
                }

                if (sent >= next)
                {
                    next = sent + CheckEvery;
                    await link.ControlAsync(control =>
                    {
                        space.Require(control, poolName, CheckEvery);
                        return true;
                    });
                }

                await Task.Run(() => SendAll(stream, buffer.AsSpan(0, count)), cancellationToken);
            }

            await Task.Run(stream.Finish, CancellationToken.None);
        }
        catch (LibvirtException e)
        {
            throw LibvirtFailures.Translate(e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void SendAll(VirStream stream, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            data = data[stream.Send(data)..];
        }
    }
}
