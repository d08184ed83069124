using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Quotas;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Handlers;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Quotas;

/// <summary>Who is charged for something: a person for their own machines, a class for those that were made for it.</summary>
internal sealed record QuotaHolder(Guid? UserId, Guid? ClassId)
{
    public static QuotaHolder Of(VirtualMachine vm) => vm.ClassId is { } classId ? new QuotaHolder(null, classId) : new QuotaHolder(vm.OwnerId, null);
}

/// <summary>
/// What somebody may have. Asked inside the transaction that enqueues, which is the only writer while it runs: two requests at
/// once cannot both find room for one.
/// </summary>
internal sealed class QuotaRule(IUserDirectory users)
{
    /// <summary>The refusal to make a machine; <see langword="null"/> if there is room.</summary>
    public Task<Failure?> CheckNewVmAsync(IPortalDb db, VirtualMachine vm, bool start, CancellationToken cancellationToken)
        => CheckAsync(db, QuotaHolder.Of(vm), new QuotaUsage { Vms = 1, RunningVms = start ? 1 : 0, VCpus = vm.VCpus, MemoryBytes = vm.MemoryBytes, UniqueBytes = 1 }, cancellationToken);

    /// <summary>The refusal to start a machine; <see langword="null"/> if there is room.</summary>
    public Task<Failure?> CheckStartAsync(IPortalDb db, VirtualMachine vm, CancellationToken cancellationToken)
        => CheckAsync(db, QuotaHolder.Of(vm), new QuotaUsage { RunningVms = 1 }, cancellationToken);

    /// <summary>The refusal to take a snapshot; <see langword="null"/> if there is room. Safety snapshots are not counted: a restore is always possible.</summary>
    public Task<Failure?> CheckSnapshotAsync(IPortalDb db, VirtualMachine vm, CancellationToken cancellationToken)
        => CheckAsync(db, QuotaHolder.Of(vm), new QuotaUsage { Snapshots = 1, UniqueBytes = 1 }, cancellationToken);

    /// <summary>The refusal to export a machine or a snapshot of it; <see langword="null"/> if there is room.</summary>
    public Task<Failure?> CheckExportAsync(IPortalDb db, VirtualMachine vm, CancellationToken cancellationToken)
        => CheckAsync(db, QuotaHolder.Of(vm), new QuotaUsage { UniqueBytes = 1 }, cancellationToken);

    /// <summary>The refusal of what would go beyond a limit; <see langword="null"/> if nothing does.</summary>
    public async Task<Failure?> CheckAsync(IPortalDb db, QuotaHolder holder, QuotaUsage wanted, CancellationToken cancellationToken)
    {
        var limits = await LimitsAsync(db, holder, cancellationToken);
        return limits == new QuotaLimits() || QuotaCheck.Find(limits, await UsageAsync(db, holder, cancellationToken), wanted) is not { } excess
            ? null
            : new Failure(FailureKind.Conflict, FailureCodes.QuotaExceeded, Describe(holder, excess));
    }

    /// <summary>What holds for somebody: their own limits, where those say nothing their roles', and then everybody's.</summary>
    public async Task<QuotaLimits> LimitsAsync(IPortalDb db, QuotaHolder holder, CancellationToken cancellationToken)
    {
        var all = await db.Quotas.AsNoTracking().Where(q => q.Subject != QuotaSubject.User && q.Subject != QuotaSubject.Class || q.SubjectId == holder.UserId || q.SubjectId == holder.ClassId).ToListAsync(cancellationToken);
        if (all.Count == 0)
        {
            return new QuotaLimits();
        }

        if (holder.ClassId is { } classId)
        {
            return all.Find(q => q.Subject == QuotaSubject.Class && q.SubjectId == classId)?.Limits ?? new QuotaLimits();
        }

        var own = all.Find(q => q.Subject == QuotaSubject.User && q.SubjectId == holder.UserId)?.Limits ?? new QuotaLimits();
        var everybody = all.Find(static q => q.Subject == QuotaSubject.Everybody)?.Limits;
        var byRole = all.Where(static q => q.Subject == QuotaSubject.Role).ToList();
        if (byRole.Count > 0)
        {
            var roles = await users.RolesAsync(holder.UserId!.Value, cancellationToken);
            var mine = byRole.Where(q => roles.Contains(q.Role, StringComparer.Ordinal)).Select(static q => q.Limits).ToList();
            if (mine.Count > 0)
            {
                return own.Or(mine.Aggregate(static (a, b) => a.Wider(b)).Or(everybody));
            }
        }

        return own.Or(everybody);
    }

    /// <summary>What somebody has now.</summary>
    public static async Task<QuotaUsage> UsageAsync(IPortalDb db, QuotaHolder holder, CancellationToken cancellationToken)
    {
        var vms = await db.Vms.AsNoTracking()
            .Where(v => v.Presence != VmPresence.Deleting)
            .Where(v => holder.ClassId != null ? v.ClassId == holder.ClassId : v.OwnerId == holder.UserId && v.ClassId == null)
            .Select(static v => new { v.Id, v.Power, v.Presence, v.VCpus, v.MemoryBytes })
            .ToListAsync(cancellationToken);
        var ids = vms.Select(static v => v.Id).ToList();

        var starting = await StartingAsync(db, ids, cancellationToken);
        var snapshots = await db.Snapshots.AsNoTracking()
            .Where(s => ids.Contains(s.VmId) && s.Origin != SnapshotOrigin.Safety && (s.Phase == SnapshotPhase.Succeeded || s.Phase == SnapshotPhase.InProgress))
            .CountAsync(cancellationToken);
        var heads = await db.Layers.AsNoTracking()
            .Where(l => l.HeadOfVmId != null && ids.Contains(l.HeadOfVmId.Value))
            .SumAsync(static l => l.Allocation, cancellationToken);
        return new QuotaUsage
        {
            Vms = vms.Count,
            RunningVms = vms.Count(v => v.Presence == VmPresence.Creating || v.Power.IsOn() || starting.Contains(v.Id)),
            VCpus = vms.Sum(static v => v.VCpus),
            MemoryBytes = vms.Sum(static v => v.MemoryBytes),
            Snapshots = snapshots,
            UniqueBytes = heads + await HeldBytesAsync(db, ids, cancellationToken) + await ExportedBytesAsync(db, holder, ids, cancellationToken),
        };
    }

    /// <summary>
    /// The machines that a queued or running operation makes run: a start, or a restore with the memory, which is one by another
    /// name. It takes its place when it is asked for.
    /// </summary>
    private static async Task<HashSet<Guid>> StartingAsync(IPortalDb db, List<Guid> vmIds, CancellationToken cancellationToken)
    {
        var operations = await db.Operations.AsNoTracking()
            .Where(o => vmIds.Contains(o.VmId) && (o.State == OperationState.Queued || o.State == OperationState.Running))
            .Where(o => o.Kind == OperationKind.StartVm
                || (o.Kind == OperationKind.RestoreSnapshot && db.Snapshots.Any(s => s.Id == o.SnapshotId && s.Memory != null)))
            .Select(static o => new { o.VmId, o.Kind, o.Parameters })
            .ToListAsync(cancellationToken);
        return [.. operations
            .Where(static o => o.Kind == OperationKind.StartVm || JsonSerializer.Deserialize<RestoreParameters>(o.Parameters, JsonSerializerOptions.Web) is { DisksOnly: false })
            .Select(static o => o.VmId)];
    }

    /// <summary>
    /// Bytes of the frozen layers that these machines' snapshots hold. A layer that snapshots of several machines hold (they cannot
    /// today) would be charged to the one whose snapshot is the oldest.
    /// </summary>
    private static async Task<long> HeldBytesAsync(IPortalDb db, List<Guid> vmIds, CancellationToken cancellationToken)
    {
        var held = from disk in db.SnapshotDisks
                   join snapshot in db.Snapshots on disk.SnapshotId equals snapshot.Id
                   where vmIds.Contains(snapshot.VmId) && disk.LayerId != null
                   select disk.LayerId!.Value;
        return await db.Layers.AsNoTracking()
            .Where(l => l.State == LayerState.Frozen && held.Contains(l.Id))
            .SumAsync(static l => l.Allocation, cancellationToken);
    }

    /// <summary>Bytes of the exports of these machines, and of those that a person still has of machines that are gone.</summary>
    private static Task<long> ExportedBytesAsync(IPortalDb db, QuotaHolder holder, List<Guid> vmIds, CancellationToken cancellationToken)
        => db.Exports.AsNoTracking()
            .Where(e => vmIds.Contains(e.VmId) || holder.UserId != null && e.OwnerId == holder.UserId && !db.Vms.Any(v => v.Id == e.VmId))
            .SelectMany(static e => e.Disks).SumAsync(static d => d.Size, cancellationToken);

    private static string Describe(QuotaHolder holder, QuotaExcess excess)
    {
        var whose = holder.ClassId is null ? "Your quota" : "The class's quota";
        var (have, room) = excess.What switch
        {
            nameof(QuotaLimits.Vms) => ($"{excess.Limit} virtual machines, and there are {excess.Used}", "Delete one that is not needed any more"),
            nameof(QuotaLimits.RunningVms) => ($"{excess.Limit} running machines, and {excess.Used} run", "Shut one down first"),
            nameof(QuotaLimits.VCpus) => ($"{excess.Limit} processors; {excess.Used} are given out and {excess.Wanted} more are asked for", "Delete a machine, or choose fewer processors"),
            nameof(QuotaLimits.MemoryBytes) => ($"{MiB(excess.Limit)} of memory; {MiB(excess.Used)} are given out and {MiB(excess.Wanted)} more are asked for", "Delete a machine, or choose less memory"),
            nameof(QuotaLimits.Snapshots) => ($"{excess.Limit} snapshots, and there are {excess.Used}", "Delete one that is not needed any more"),
            _ => ($"{MiB(excess.Limit)} on disk, and {MiB(excess.Used)} are used", "Delete snapshots, exports or machines that are not needed any more"),
        };
        return $"{whose} allows {have}. Nothing was changed. {room}, or ask an administrator for more.";
    }

    private static string MiB(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:F0} MiB");
}
