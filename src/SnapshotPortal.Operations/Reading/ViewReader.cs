using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Reading;

/// <summary>Turns rows into what people see: a few queries a page, however long it is.</summary>
internal sealed class ViewReader(IUserDirectory users, IOptions<PortalOptions> options)
{
    public async Task<IReadOnlyList<VmView>> VmsAsync(IPortalDb db, IReadOnlyList<VirtualMachine> vms, CancellationToken cancellationToken)
    {
        var ids = vms.Select(static v => v.Id).ToList();
        var hostIds = vms.Select(static v => v.HostId).Distinct().ToList();
        var hosts = await db.Hosts.AsNoTracking().Where(h => hostIds.Contains(h.Id)).ToDictionaryAsync(static h => h.Id, cancellationToken);
        var names = await users.NamesAsync([.. vms.Select(static v => v.OwnerId).Distinct()], cancellationToken);
        var snapshots = await db.Snapshots
            .Where(s => ids.Contains(s.VmId) && s.Phase == SnapshotPhase.Succeeded)
            .GroupBy(static s => s.VmId)
            .Select(static g => new { VmId = g.Key, Count = g.Count(), Last = g.Max(s => s.CapturedAt ?? s.RequestedAt) })
            .ToDictionaryAsync(static x => x.VmId, cancellationToken);
        var debts = await db.FreezeDebts.AsNoTracking().Where(d => ids.Contains(d.VmId)).ToDictionaryAsync(static d => d.VmId, static d => d.Since, cancellationToken);
        var schedules = await db.Schedules.AsNoTracking().Where(s => ids.Contains(s.VmId)).ToDictionaryAsync(static s => s.VmId, cancellationToken);
        var identities = await db.GuestIdentities.AsNoTracking().Where(i => ids.Contains(i.VmId)).ToDictionaryAsync(static i => i.VmId, cancellationToken);
        var active = await ActiveAsync(db, ids, cancellationToken);
        var templates = await TemplateReader.OfVersionsAsync(db, vms.Select(static v => v.TemplateVersionId).OfType<Guid>().ToHashSet(), cancellationToken);
        var deployments = await DeploymentReader.OfDeploymentsAsync(db, vms.Select(static v => v.DeploymentId).OfType<Guid>().ToHashSet(), cancellationToken);
        return
        [
            .. vms.Select(vm =>
            {
                var host = hosts[vm.HostId];
                snapshots.TryGetValue(vm.Id, out var taken);
                return new VmView(
                    vm.Id,
                    vm.Name,
                    vm.Description,
                    vm.OwnerId,
                    names.GetValueOrDefault(vm.OwnerId, "a deleted account"),
                    host.Name,
                    host.State == HostState.Connected,
                    host.StateMessage,
                    host.StateSince,
                    vm.Presence,
                    vm.Power,
                    vm.AgentConnected,
                    vm.VCpus,
                    vm.MemoryBytes,
                    vm.Origin,
                    vm.OriginSnapshotId,
                    vm.CreatedAt,
                    taken?.Count ?? 0,
                    taken?.Last,
                    vm.CurrentSnapshotId,
                    vm.Drift,
                    debts.TryGetValue(vm.Id, out var since) ? since : null,
                    active.GetValueOrDefault(vm.Id))
                {
                    FailureDeadline = vm.FailureDeadline,
                    DefaultFailureDeadline = options.Value.FailureDeadline,
                    Schedule = schedules.TryGetValue(vm.Id, out var schedule) ? ScheduleStateView.Of(schedule) : null,
                    Template = vm.TemplateVersionId is { } version ? templates.GetValueOrDefault(version) : null,
                    Class = vm.DeploymentId is { } deployment ? deployments.GetValueOrDefault(deployment) : null,
                    Identity = identities.TryGetValue(vm.Id, out var identity) ? GuestIdentityView.Of(identity) : null,
                };
            }),
        ];
    }

    public static async Task<IReadOnlyList<SnapshotView>> SnapshotsAsync(IPortalDb db, VirtualMachine vm, IReadOnlyList<Snapshot> snapshots, CancellationToken cancellationToken)
    {
        var layerIds = snapshots.SelectMany(static s => s.Disks).Where(static d => d.LayerId is not null).Select(static d => d.LayerId!.Value).ToList();
        var sizes = await db.Layers.AsNoTracking().Where(l => layerIds.Contains(l.Id)).ToDictionaryAsync(static l => l.Id, static l => new { l.Allocation, l.ParentId }, cancellationToken);
        var ids = snapshots.Select(static s => (Guid?)s.Id).ToList();
        var rows = await db.Operations.AsNoTracking().Include(static o => o.Steps)
            .Where(o => ids.Contains(o.SnapshotId) && (o.State == OperationState.Queued || o.State == OperationState.Running))
            .OrderBy(static o => o.RequestedAt).ToListAsync(cancellationToken);
        var active = (await OperationsAsync(db, rows, cancellationToken)).ToLookup(static o => o.SnapshotId);
        return
        [
            .. snapshots.Select(s => new SnapshotView(
                s.Id,
                s.VmId,
                s.ParentId,
                s.Name,
                s.Description,
                s.Origin,
                s.Phase,
                s.Indications,
                s.RequestedAt,
                s.CompletedAt,
                s.FreezeWindow,
                [.. s.Disks.OrderBy(static d => d.Target, StringComparer.Ordinal).Select(static d => new SnapshotDiskView(d.Target, d.Included, d.ExclusionReason, d.VirtualSize))],
                s.Disks.Sum(d => d.LayerId is { } layer ? sizes.GetValueOrDefault(layer)?.Allocation ?? 0 : 0) + (s.Memory?.Bytes ?? 0),
                s.Disks.Exists(static d => d.LayerId is not null) && s.Disks.TrueForAll(d => d.LayerId is not { } layer || sizes.GetValueOrDefault(layer) is { ParentId: null }),
                vm.CurrentSnapshotId == s.Id,
                s.Protected,
                s.Memory is not null,
                s.FailureCode,
                s.FailureMessage,
                s.FailureStep,
                active[s.Id].FirstOrDefault())),
        ];
    }

    public static async Task<IReadOnlyList<OperationView>> OperationsAsync(IPortalDb db, IReadOnlyList<Operation> operations, CancellationToken cancellationToken)
    {
        var vmIds = operations.Select(static o => o.VmId).Distinct().ToList();
        var vms = await db.Vms.AsNoTracking().Where(v => vmIds.Contains(v.Id)).ToDictionaryAsync(static v => v.Id, static v => v.Name, cancellationToken);
        var snapshotIds = operations.Where(static o => o.SnapshotId is not null).Select(static o => o.SnapshotId!.Value).Distinct().ToList();
        var snapshots = await db.Snapshots.AsNoTracking().Where(s => snapshotIds.Contains(s.Id)).ToDictionaryAsync(static s => s.Id, static s => s.Name, cancellationToken);
        return
        [
            .. operations.Select(o => new OperationView(
                o.Id,
                o.Kind,
                o.VmId,
                vms.GetValueOrDefault(o.VmId, ""),
                o.SnapshotId,
                o.SnapshotId is { } snapshot ? snapshots.GetValueOrDefault(snapshot) : null,
                o.State,
                o.CurrentStep,
                o.Percent,
                o.WaitingFor,
                [.. o.Steps.OrderBy(static s => s.Ordinal).Select(static s => new StepView(s.Name, s.State, s.StartedAt, s.Duration?.TotalMilliseconds, s.Detail))],
                o.RequestedByName,
                o.OnBehalf,
                o.RequestedAt,
                o.StartedAt,
                o.CompletedAt,
                o.Deadline,
                o.CancelRequestedAt is not null,
                o.ErrorCode,
                o.ErrorMessage)
            {
                OwnerId = o.OwnerId,
            }),
        ];
    }

    public static async Task<OperationView> OperationAsync(IPortalDb db, Operation operation, CancellationToken cancellationToken)
        => (await OperationsAsync(db, [operation], cancellationToken))[0];

    private static async Task<Dictionary<Guid, OperationView>> ActiveAsync(IPortalDb db, List<Guid> vmIds, CancellationToken cancellationToken)
    {
        var rows = await db.Operations.AsNoTracking().Include(static o => o.Steps)
            .Where(o => vmIds.Contains(o.VmId) && (o.State == OperationState.Queued || o.State == OperationState.Running))
            .ToListAsync(cancellationToken);
        var views = await OperationsAsync(db, rows, cancellationToken);
        return views.GroupBy(static o => o.VmId)
            .ToDictionary(static g => g.Key, static g => g.OrderByDescending(static o => o.State == OperationState.Running).ThenBy(static o => o.RequestedAt).First());
    }
}
