using System.Globalization;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Addresses;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Handlers;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Identities;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Reading;
using SnapshotPortal.Operations.Records;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Requests;

/// <inheritdoc cref="IVirtualMachines"/>
internal sealed class VirtualMachineRequests(
    IHypervisorEngine engine,
    HostRegistry hosts,
    IPortalDbFactory factory,
    IUserDirectory users,
    Changes changes,
    Enqueuing enqueuing,
    VmPlans plans,
    MachineAddresses addresses,
    ViewReader reader,
    TimeProvider time) : IVirtualMachines
{
    private const int HistoryLength = 10;

    // Somebody looks at the page.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    public async Task<VmPage> ListAsync(Actor actor, VmQuery query, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        var rows = db.Vms.AsNoTracking();
        if (!(actor.IsAdministrator && query.Everybodys))
        {
            rows = rows.Where(v => v.OwnerId == actor.UserId);
        }

        if (!string.IsNullOrWhiteSpace(query.Search))
        {
            var pattern = LikePattern.Containing(query.Search);
            rows = rows.Where(v => EF.Functions.Like(v.Name, pattern, LikePattern.Escape));
        }

        var total = await rows.CountAsync(cancellationToken);
        var page = await rows.OrderBy(static v => v.Name).ThenBy(static v => v.Id)
            .Skip(Math.Max(query.Skip, 0)).Take(Math.Clamp(query.Take, 1, 500)).ToListAsync(cancellationToken);
        return new VmPage(await reader.VmsAsync(db, page, cancellationToken), total);
    }

    public async Task<Outcome<VmView>> GetAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        return await Enqueuing.FindVmAsync(db, actor, vmId, cancellationToken) is { } vm
            ? (await reader.VmsAsync(db, [vm], cancellationToken))[0]
            : Enqueuing.NotFound("virtual machine");
    }

    public async Task<Outcome<VmInspectionView>> InspectAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        if (await Enqueuing.FindVmAsync(db, actor, vmId, cancellationToken) is not { } vm)
        {
            return Enqueuing.NotFound("virtual machine");
        }

        if (Enqueuing.Obstacle(vm, touchesDisks: false) is { } obstacle)
        {
            return obstacle;
        }

        var seen = await AskAsync(vm.HostId, host => engine.InspectAsync(host, vmId, cancellationToken));
        return seen.IsSuccess
            ? await DescribeAsync(db, vm, seen.Value, cancellationToken)
            : seen.Failure;
    }

    public async Task<Outcome<VmNetworkView>> NetworkAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        if (await Enqueuing.FindVmAsync(db, actor, vmId, cancellationToken) is not { } vm)
        {
            return Enqueuing.NotFound("virtual machine");
        }

        if (Enqueuing.Obstacle(vm, touchesDisks: false) is { } obstacle)
        {
            return obstacle;
        }

        // What begins in this moment waits for the agent's answer, which is bounded in time. Moving files about takes long and needs
        // no agent.
        var busy = await db.Operations.AnyAsync(
            o => o.VmId == vmId && (o.State == OperationState.Queued || o.State == OperationState.Running) && o.Kind != OperationKind.CollectLayers && o.Kind != OperationKind.FlattenVm,
            cancellationToken)
            || await db.FreezeDebts.AnyAsync(d => d.VmId == vmId, cancellationToken);
        return await AskAsync(vm.HostId, host => addresses.ReadAsync(host, vm, !busy).WaitAsync(_patience, time, cancellationToken));
    }

    public Task<Outcome<OperationView>> PowerAsync(Actor actor, Guid vmId, PowerRequest request, CancellationToken cancellationToken)
        => enqueuing.EnqueueAsync(
            actor,
            request.IdempotencyKey,
            new { vmId, request },
            AuditDraft.By(actor, AuditActs.Of(PowerHandler.KindOf(request.Action)), AuditSubject.Vm, vmId),
            async (db, _) =>
            {
                if (await Enqueuing.FindVmAsync(db, actor, vmId, cancellationToken) is not { } vm)
                {
                    return Enqueuing.NotFound("virtual machine");
                }

                return request.Action == PowerAction.Start && await ClassRules.CheckStartAsync(db, actor, vm, cancellationToken) is { } forbidden
                    ? forbidden
                    : await plans.PowerAsync(db, vm, request.Action, cancellationToken);
            },
            cancellationToken);

    public Task<Outcome<OperationView>> GiveIdentityAsync(Actor actor, Guid vmId, GiveIdentityRequest request, CancellationToken cancellationToken)
        => enqueuing.EnqueueAsync(
            actor,
            request.IdempotencyKey,
            new { identity = vmId, request },
            AuditDraft.By(actor, AuditActs.Of(OperationKind.GiveIdentity), AuditSubject.Vm, vmId),
            async (db, _) =>
            {
                if (await Enqueuing.FindVmAsync(db, actor, vmId, cancellationToken) is not { } vm)
                {
                    return Enqueuing.NotFound("virtual machine");
                }

                if (Enqueuing.Obstacle(vm, touchesDisks: false) is { } obstacle)
                {
                    return obstacle;
                }

                return vm.Power == PowerState.Running
                    ? new OperationPlan(OperationKind.GiveIdentity, vm.Id, vm.HostId, vm.OwnerId) { Parameters = new IdentityParameters(request.Change), Deadline = IdentityQueue.Deadline }
                    : new Failure(FailureKind.Conflict, FailureCodes.VmNotRunning, $"“{vm.Name}” does not run, so its guest cannot be asked. Start it first.");
            },
            cancellationToken);

    public async Task<Outcome<VmView>> ChangeAsync(Actor actor, Guid vmId, ChangeVmRequest request, CancellationToken cancellationToken)
        => await changes.CommitAsync<VmView>(
            AuditDraft.By(actor, AuditActs.VmChanged, AuditSubject.Vm, vmId),
            async (db, drafts) =>
            {
                if (await Enqueuing.FindVmAsync(db, actor, vmId, cancellationToken) is not { Presence: not VmPresence.Deleting } vm)
                {
                    return Enqueuing.NotFound("virtual machine");
                }

                if (!request.DeadlineStays && FailureDeadlines.Check(request.FailureDeadline) is { } invalid)
                {
                    return invalid;
                }

                if (NameChecks.CheckDescription(request.Description) is { } wrongDescription)
                {
                    return wrongDescription;
                }

                vm.FailureDeadline = request.DeadlineStays ? vm.FailureDeadline : request.FailureDeadline;
                vm.Description = request.Description?.Trim() ?? vm.Description;
                drafts.Add(EventDraft.Of(vm));
                await db.SaveChangesAsync(cancellationToken);
                return (await reader.VmsAsync(db, [vm], cancellationToken))[0];
            },
            cancellationToken);

    public async Task<Outcome<BootSettings>> BootAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        if (await Enqueuing.FindVmAsync(db, actor, vmId, cancellationToken) is not { } vm)
        {
            return Enqueuing.NotFound("virtual machine");
        }

        return Enqueuing.Obstacle(vm, touchesDisks: false) is { } obstacle
            ? obstacle
            : await AskAsync(vm.HostId, host => engine.ReadBootAsync(host, vmId, cancellationToken).WaitAsync(_patience, time, cancellationToken));
    }

    public Task<Outcome<OperationView>> ConfigureAsync(Actor actor, Guid vmId, ConfigureVmRequest request, CancellationToken cancellationToken)
        => enqueuing.EnqueueAsync(
            actor,
            request.IdempotencyKey,
            new { configure = vmId, request },
            AuditDraft.By(actor, AuditActs.Of(OperationKind.ConfigureVm), AuditSubject.Vm, vmId),
            async (db, _) => await Enqueuing.FindVmAsync(db, actor, vmId, cancellationToken) is { } vm
                ? await SettingsPlans.ConfigureAsync(db, actor, vm, request, cancellationToken)
                : Enqueuing.NotFound("virtual machine"),
            cancellationToken);

    public Task<Outcome<OperationView>> DeleteAsync(Actor actor, Guid vmId, string? idempotencyKey, CancellationToken cancellationToken)
        => enqueuing.EnqueueAsync(
            actor,
            idempotencyKey,
            new { delete = vmId },
            AuditDraft.By(actor, AuditActs.Of(OperationKind.DeleteVm), AuditSubject.Vm, vmId),
            async (db, drafts) =>
            {
                if (await Enqueuing.FindVmAsync(db, actor, vmId, cancellationToken) is not { Presence: not VmPresence.Deleting } vm)
                {
                    return Enqueuing.NotFound("virtual machine");
                }

                return await ClassRules.CheckDeleteAsync(db, actor, vm, cancellationToken) is { } forbidden
                    ? forbidden
                    : await VmPlans.DeleteAsync(db, drafts, vm, cancellationToken);
            },
            cancellationToken);

    public Task<Outcome<OperationView>> ResetAsync(Actor actor, Guid vmId, ResetVmRequest request, CancellationToken cancellationToken)
        => enqueuing.EnqueueAsync(
            actor,
            request.IdempotencyKey,
            new { reset = vmId, request },
            AuditDraft.By(actor, AuditActs.Of(OperationKind.ResetVm), AuditSubject.Vm, vmId),
            async (db, _) =>
            {
                if (await Enqueuing.FindVmAsync(db, actor, vmId, cancellationToken) is not { Presence: not VmPresence.Deleting } vm)
                {
                    return Enqueuing.NotFound("virtual machine");
                }

                return await TemplateVersions.OfAsync(db, vm, request.ToNewest, cancellationToken) is { } version
                    ? await VmPlans.ResetAsync(db, vm, version, cancellationToken)
                    : new Failure(FailureKind.Conflict, FailureCodes.NoTemplate, $"“{vm.Name}” was not made from a template, so there is none to go back to. Restore one of its snapshots instead.");
            },
            cancellationToken);

    public async Task<Outcome<ScreenshotView>> ScreenshotAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        if (await Enqueuing.FindVmAsync(db, actor, vmId, cancellationToken) is not { } vm)
        {
            return Enqueuing.NotFound("virtual machine");
        }

        if (vm.Power is not (PowerState.Running or PowerState.Paused))
        {
            return new Failure(FailureKind.Conflict, FailureCodes.VmNotRunning, $"“{vm.Name}” does not run, so it shows nothing. Start it first.");
        }

        var shot = await AskAsync(vm.HostId, host => engine.ScreenshotAsync(host, vmId, cancellationToken));
        return shot.IsSuccess ? new ScreenshotView(shot.Value.Content, shot.Value.MediaType) : shot.Failure;
    }

    public async Task<Outcome<VmView>> GiveAsync(Actor actor, Guid vmId, Guid ownerId, CancellationToken cancellationToken)
    {
        if (!actor.IsAdministrator)
        {
            return AdministratorsOnly();
        }

        var names = await users.NamesAsync([ownerId], cancellationToken);
        return await changes.CommitAsync<VmView>(
            AuditDraft.By(actor, AuditActs.VmGiven, AuditSubject.Vm, vmId) with { Detail = names.TryGetValue(ownerId, out var name) ? $"to {name}" : null },
            async (db, drafts) =>
            {
                if (await Enqueuing.FindVmAsync(db, actor, vmId, cancellationToken) is not { Presence: not VmPresence.Deleting } vm)
                {
                    return Enqueuing.NotFound("virtual machine");
                }

                if (!names.ContainsKey(ownerId))
                {
                    return new Failure(FailureKind.Invalid, FailureCodes.UserUnknown, "There is no such user. Choose an existing account as the owner.", "ownerId");
                }

                if (await MachineGift.GiveAsync(db, drafts, vm, ownerId, cancellationToken) is { } refused)
                {
                    return refused;
                }

                await db.SaveChangesAsync(cancellationToken);
                return (await reader.VmsAsync(db, [vm], cancellationToken))[0];
            },
            cancellationToken);
    }

    public async Task<Outcome<IReadOnlyList<UnmanagedVmView>>> ListUnmanagedAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.IsAdministrator)
        {
            return AdministratorsOnly();
        }

        await using var db = factory.Create();
        var managed = (await db.Vms.Select(static v => v.Id).ToListAsync(cancellationToken)).ToHashSet();
        var list = new List<UnmanagedVmView>();
        foreach (var host in hosts.All.Where(static h => h.IsConnected).OrderBy(static h => h.Reference.Name, StringComparer.Ordinal))
        {
            var domains = await AskAsync(host.Reference.Id, h => engine.ListDomainsAsync(h, cancellationToken));
            if (!domains.IsSuccess)
            {
                return domains.Failure;
            }

            foreach (var domain in domains.Value.Where(d => !managed.Contains(d.VmId)).OrderBy(static d => d.Name, StringComparer.Ordinal))
            {
                var seen = await AskAsync(host.Reference.Id, h => engine.InspectAsync(h, domain.VmId, cancellationToken));
                if (seen.IsSuccess)
                {
                    list.Add(new UnmanagedVmView(host.Reference.Id, host.Reference.Name, domain.VmId, domain.Name, domain.Power, ToViews(seen.Value)));
                }
            }
        }

        return Outcome.Success<IReadOnlyList<UnmanagedVmView>>(list);
    }

    public async Task<Outcome<VmView>> AdoptAsync(Actor actor, AdoptRequest request, CancellationToken cancellationToken)
    {
        if (!actor.IsAdministrator)
        {
            return AdministratorsOnly();
        }

        if (!(await users.NamesAsync([request.OwnerId], cancellationToken)).ContainsKey(request.OwnerId))
        {
            return new Failure(FailureKind.Invalid, FailureCodes.UserUnknown, "There is no such user. Choose an existing account as the owner.", "ownerId");
        }

        var seen = await AskAsync(request.HostId, host => engine.InspectAsync(host, request.VmId, cancellationToken));
        if (!seen.IsSuccess)
        {
            return seen.Failure;
        }

        var truth = await AskAsync(request.HostId, host => engine.ExamineAsync(host, request.VmId, [], cancellationToken));
        if (!truth.IsSuccess)
        {
            return truth.Failure;
        }

        return await changes.CommitAsync<VmView>(
            AuditDraft.By(actor, AuditActs.VmAdopted, AuditSubject.Vm, request.VmId),
            async (db, drafts) =>
            {
                if (await db.Vms.AnyAsync(v => v.Id == request.VmId, cancellationToken))
                {
                    return new Failure(FailureKind.Conflict, FailureCodes.NameTaken, $"“{seen.Value.Vm.Name}” is managed by the portal already.");
                }

                var disks = seen.Value.Disks.Where(static d => d.Included).ToList();
                var leftOver = new List<DiskLayer>();
                foreach (var disk in disks)
                {
                    if (await db.Layers.FirstOrDefaultAsync(l => l.HostId == request.HostId && l.Path == disk.File!.Path, cancellationToken) is not { } known)
                    {
                        continue;
                    }

                    // A machine on this file was deleted here before, and the file was kept because the portal had not made it.
                    if (known is not { State: LayerState.Released, CreatedByPortal: false } || await db.Layers.AnyAsync(l => l.ParentId == known.Id, cancellationToken))
                    {
                        return new Failure(FailureKind.Conflict, FailureCodes.Drift, $"The disk {disk.Target} of “{seen.Value.Vm.Name}” is a file that another machine or snapshot of the portal needs. Nothing was changed. Give the machine a disk of its own.");
                    }

                    leftOver.Add(known);
                }

                db.Layers.RemoveRange(leftOver);
                await db.SaveChangesAsync(cancellationToken);
                var now = time.GetUtcNow();
                var vm = new VirtualMachine
                {
                    Id = request.VmId,
                    HostId = request.HostId,
                    Name = seen.Value.Vm.Name,
                    OwnerId = request.OwnerId,
                    Origin = VmOrigin.Adopted,
                    CreatedAt = now,
                    Power = seen.Value.Vm.Power,
                    AgentConnected = seen.Value.Vm.AgentConnected,
                    VCpus = seen.Value.Vm.VCpus,
                    MemoryBytes = seen.Value.Vm.MemoryBytes,
                    ObservedAt = now,

                    // A record that an earlier portal left here is replaced, not taken for a newer one.
                    RecordRevision = RecordAge.Revision(truth.Value.Record, request.VmId) + 1,
                };
                db.Vms.Add(vm);
                foreach (var disk in disks)
                {
                    // A chain that exists already stays as it is: its base files are nobody's layer, so nothing ever merges into them.
                    db.Layers.Add(LayerRows.ToRow(disk.File!, request.HostId, LayerState.Head, null, createdByPortal: false, operationId: null, headOfVmId: vm.Id));
                }

                drafts.Add(EventDraft.Of(vm));
                await db.SaveChangesAsync(cancellationToken);
                return (await reader.VmsAsync(db, [vm], cancellationToken))[0];
            },
            cancellationToken);
    }

    private static async Task<VmInspectionView> DescribeAsync(IPortalDb db, VirtualMachine vm, VmInspection seen, CancellationToken cancellationToken)
    {
        var history = await db.Snapshots.AsNoTracking()
            .Where(s => s.VmId == vm.Id && s.Phase == SnapshotPhase.Succeeded && s.Origin != SnapshotOrigin.Safety && s.CompletedAt != null)
            .OrderByDescending(static s => s.RequestedAt).Take(HistoryLength)
            .Select(static s => new { s.FreezeWindow, s.RequestedAt, s.CompletedAt })
            .ToListAsync(cancellationToken);
        var window = Median([.. history.Where(static h => h.FreezeWindow is not null).Select(static h => h.FreezeWindow!.Value)]);
        var duration = Median([.. history.Select(static h => h.CompletedAt!.Value - h.RequestedAt)]);
        var disks = ToViews(seen);
        var warnings = new List<string>();
        warnings.AddRange(seen.Disks.Where(static d => d.CouldBeIncluded).Select(static d => $"The disk {d.Target} is left out: {d.Exclusion}"));
        warnings.AddRange(disks.Where(static d => d.Included && d.ChainDepth > ChainLimits.WarnAbove)
            .Select(static d => string.Create(CultureInfo.InvariantCulture, $"The disk {d.Target} has a chain of {d.ChainDepth} files, which slows the guest down. Flatten the machine, or delete snapshots that are not needed any more.")));
        var whyNot = seen.Disks.Any(static d => d.Included)
            ? Enqueuing.Obstacle(vm, touchesDisks: true)?.Message ?? seen.Busy ?? ChainRule.WhyNot(disks.Where(static d => d.Included).Max(static d => d.ChainDepth)) ?? ShortSpace(seen.Space)
            : "No disk of this machine can be part of a snapshot. " + string.Join(' ', seen.Disks.Select(static d => $"{d.Target}: {d.Exclusion}"));
        return new VmInspectionView(
            seen.Vm.Power,
            seen.AgentAnswers,
            disks,
            whyNot is null,
            whyNot,
            Expectation(seen, window),
            window,
            duration,
            seen.Space?.Free,
            seen.Space?.Needed,
            seen.Vm.Power is PowerState.Running or PowerState.Paused ? seen.Vm.MemoryBytes : null,
            warnings);
    }

    private static string? ShortSpace(PoolSpace? space) => space is { } pool && pool.Free < pool.Needed
        ? string.Create(CultureInfo.InvariantCulture, $"The storage pool has {pool.Free / 1048576.0:F0} MiB free; {pool.Needed / 1048576.0:F0} MiB are needed so that no guest runs out of space. Delete snapshots, or ask an administrator for room.")
        : null;

    private static string Expectation(VmInspection seen, TimeSpan? window) => seen switch
    {
        { Vm.Power: PowerState.Running, AgentAnswers: true } when window is { } typical
            => string.Create(CultureInfo.InvariantCulture, $"Guest agent connected: file systems will be frozen for about {typical.TotalMilliseconds:F0} ms."),
        { Vm.Power: PowerState.Running, AgentAnswers: true } => "Guest agent connected: file systems will be frozen for a fraction of a second.",
        { Vm.Power: PowerState.Running } => "No guest agent answers: the disks will be as after a power cut at that instant. Wait a moment if the guest is starting; otherwise install qemu-guest-agent in it.",
        { Vm.Power: PowerState.Paused } => "The machine is paused: the disks will be as after a power cut at that instant.",
        _ => "The machine is off: the snapshot is exact.",
    };

    private async Task<Outcome<T>> AskAsync<T>(Guid hostId, Func<HostRef, Task<T>> ask)
    {
        var unreachable = new Failure(FailureKind.Unavailable, FailureCodes.HostUnreachable, "The host does not answer. What the portal knows is still shown; it comes back by itself when the host does.");
        if (hosts.Find(hostId) is not { IsConnected: true } host)
        {
            return unreachable;
        }

        try
        {
            return Outcome.Success(await ask(host.Reference));
        }
        catch (EngineException e)
        {
            var kind = e.Code switch
            {
                FailureCodes.VmMissing => FailureKind.Conflict,
                FailureCodes.VmNotRunning => FailureKind.Conflict,
                _ => FailureKind.Unavailable,
            };
            return new Failure(kind, e.Code, e.Message);
        }
        catch (TimeoutException)
        {
            return unreachable;
        }
    }

    private static List<DiskView> ToViews(VmInspection seen) =>
    [
        .. seen.Disks.Select(static d => new DiskView(
            d.Target,
            d.Device,
            d.File?.Format ?? "",
            d.Included,
            d.Exclusion,
            d.File?.VirtualSize ?? 0,
            d.File?.Allocation ?? 0,
            d.File is null ? 0 : d.BackingChain.Count + 1)),
    ];

    private static TimeSpan? Median(List<TimeSpan> values)
    {
        values.Sort();
        return values.Count == 0 ? null : values[values.Count / 2];
    }

    private static Failure AdministratorsOnly() => new(FailureKind.Forbidden, FailureCodes.AdministratorsOnly, "Only administrators can do this.");
}
