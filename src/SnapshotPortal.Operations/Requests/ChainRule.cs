using System.Globalization;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Requests;

/// <summary>Refuses what would make a chain of files longer than a guest should have to read through.</summary>
internal static class ChainRule
{
    /// <summary>A new file on a machine's present disks.</summary>
    public static async Task<Failure?> CheckVmAsync(IPortalDb db, Guid hostId, Guid vmId, string name, CancellationToken cancellationToken)
    {
        var heads = await db.Layers.Where(l => l.HeadOfVmId == vmId).Select(static l => l.Id).ToListAsync(cancellationToken);
        return await DeepestAsync(db, hostId, heads, cancellationToken) is var depth && ChainLimits.IsFull(depth)
            ? Refuse($"The disks of “{name}” stand on {Files(depth)} already, and {ChainLimits.RefuseAbove} is the most the portal allows. Flatten the machine, or delete snapshots that are not needed any more, and try again when they are tidied up.")
            : null;
    }

    /// <summary>A new file on a snapshot's disks.</summary>
    public static async Task<Failure?> CheckSnapshotAsync(IPortalDb db, Guid hostId, Guid snapshotId, string name, CancellationToken cancellationToken)
    {
        var layers = await db.SnapshotDisks.Where(d => d.SnapshotId == snapshotId && d.LayerId != null).Select(static d => d.LayerId!.Value).ToListAsync(cancellationToken);
        return await DeepestAsync(db, hostId, layers, cancellationToken) is var depth && ChainLimits.IsFull(depth)
            ? Refuse($"The disks of “{name}” stand on {Files(depth)} already, and {ChainLimits.RefuseAbove} is the most the portal allows. Delete older snapshots that are not needed any more, and try again when they are tidied up; or export the snapshot.")
            : null;
    }

    /// <summary>What the page says before anything is asked for.</summary>
    public static string? WhyNot(int deepest) => ChainLimits.IsFull(deepest)
        ? $"The disks stand on {Files(deepest)} already, and {ChainLimits.RefuseAbove} is the most the portal allows. Flatten the machine, or delete snapshots that are not needed any more."
        : null;

    private static Failure Refuse(string message) => new(FailureKind.Conflict, FailureCodes.ChainTooDeep, message);

    private static string Files(int depth) => string.Create(CultureInfo.InvariantCulture, $"{depth} files");

    private static async Task<int> DeepestAsync(IPortalDb db, Guid hostId, List<Guid> layers, CancellationToken cancellationToken)
    {
        if (layers.Count == 0)
        {
            return 0;
        }

        var parents = await db.Layers.AsNoTracking().Where(l => l.HostId == hostId && l.ParentId != null)
            .Select(static l => new { l.Id, Parent = l.ParentId!.Value }).ToDictionaryAsync(static l => l.Id, static l => l.Parent, cancellationToken);
        return layers.Max(id =>
        {
            var depth = 1;
            for (var at = id; parents.TryGetValue(at, out var parent); at = parent)
            {
                depth++;
            }

            return depth;
        });
    }
}
