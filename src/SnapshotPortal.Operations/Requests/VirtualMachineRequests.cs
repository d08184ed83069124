using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Addresses;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Handlers;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Identities;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Reading;
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
            ? await InspectionReader.DescribeAsync(db, vm, seen.Value, cancellationToken)
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
                    list.Add(new UnmanagedVmView(host.Reference.Id, host.Reference.Name, domain.VmId, domain.Name, domain.Power, InspectionReader.Disks(seen.Value)));
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
                var adopted = await Adoption.WriteAsync(db, request, seen.Value, truth.Value, time.GetUtcNow(), cancellationToken);
                if (!adopted.IsSuccess)
                {
                    return adopted.Failure;
                }

                drafts.Add(EventDraft.Of(adopted.Value));
                await db.SaveChangesAsync(cancellationToken);
                return (await reader.VmsAsync(db, [adopted.Value], cancellationToken))[0];
            },
            cancellationToken);
    }

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

    private static Failure AdministratorsOnly() => new(FailureKind.Forbidden, FailureCodes.AdministratorsOnly, "Only administrators can do this.");
}
