using System.Globalization;
using LibVirt;
using Microsoft.Extensions.Options;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Definitions;

/// <summary>Refuses work that a storage pool has no room for, before anything is written: no guest may run out of space because of the portal.</summary>
internal sealed class SpaceCheck(IOptions<EngineOptions> options)
{
    // What a new overlay needs at once: its header and tables. What the guest writes later is the pool's affair as before.
    private const long OverlayBytes = 1024 * 1024;

    /// <summary>Room for empty overlays, and for a memory image beside them.</summary>
    /// <exception cref="EngineException"><see cref="FailureCodes.NotEnoughSpace"/>, with the numbers.</exception>
    public void RequireOverlays(VirConnection connection, IEnumerable<LayerFile> overlays, MemoryImage? memory = null)
    {
        foreach (var pool in overlays.GroupBy(static o => o.Pool, StringComparer.Ordinal))
        {
            Require(connection, pool.Key, (pool.Count() * OverlayBytes) + (memory?.Pool == pool.Key ? memory.Bytes : 0));
        }
    }

    /// <summary>Bytes that must be free in a pool for so many empty overlays.</summary>
    public long NeededBytes(int overlays) => (overlays * OverlayBytes) + options.Value.ReservedBytes;

    /// <summary>Room for <paramref name="bytes"/> more in a pool, beside what stays reserved.</summary>
    /// <exception cref="EngineException"><see cref="FailureCodes.NotEnoughSpace"/>, with the numbers.</exception>
    public void Require(VirConnection connection, string pool, long bytes)
    {
        using var handle = connection.LookupStoragePoolByName(pool);
        var free = (long)handle.GetInfo().Available;
        var needed = bytes + options.Value.ReservedBytes;
        if (free < needed)
        {
            // What libvirt remembers may be old: look again before refusing.
            free = PoolCatalog.FreeBytes(connection, pool);
        }

        if (free < needed)
        {
            throw new EngineException(
                FailureCodes.NotEnoughSpace,
                string.Create(CultureInfo.InvariantCulture, $"The storage pool “{pool}” has {free / 1048576.0:F0} MiB free; {needed / 1048576.0:F0} MiB are needed so that no guest runs out of space. Delete snapshots or exports, or ask an administrator for room."));
        }
    }
}
