using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Handlers;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Reading;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Requests;

/// <inheritdoc cref="ISnapshots"/>
internal sealed class SnapshotRequests(IPortalDbFactory factory, Changes changes, Enqueuing enqueuing, ClonePlanning clones, ClonePreviews previews, VmPlans plans, SnapshotComparison comparison, HostRegistry hosts, IHypervisorEngine engine) : ISnapshots
{
    public async Task<Outcome<IReadOnlyList<SnapshotView>>> ListAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        if (await Enqueuing.FindVmAsync(db, actor, vmId, cancellationToken) is not { } vm)
        {
            return Enqueuing.NotFound("virtual machine");
        }

        var rows = await db.Snapshots.AsNoTracking().Include(static s => s.Disks)
            .Where(s => s.VmId == vmId).OrderByDescending(static s => s.CapturedAt ?? s.RequestedAt).ThenByDescending(static s => s.Id)
            .ToListAsync(cancellationToken);
        return Outcome.Success(await ViewReader.SnapshotsAsync(db, vm, rows, cancellationToken));
    }

    public async Task<Outcome<SnapshotView>> GetAsync(Actor actor, Guid snapshotId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        return await FindAsync(db, actor, snapshotId, cancellationToken) is var (snapshot, vm)
            ? (await ViewReader.SnapshotsAsync(db, vm, [snapshot], cancellationToken))[0]
            : Enqueuing.NotFound("snapshot");
    }

    public async Task<Outcome<ComparisonView>> CompareAsync(Actor actor, Guid snapshotId, Guid? withId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        if (await FindAsync(db, actor, snapshotId, cancellationToken) is not var (snapshot, vm))
        {
            return Enqueuing.NotFound("snapshot");
        }

        if (withId is not { } otherId)
        {
            return await comparison.WithNowAsync(db, snapshot, vm, cancellationToken);
        }

        return await FindAsync(db, actor, otherId, cancellationToken) is var (other, otherVm)
            ? await comparison.BetweenAsync(db, (snapshot, vm), (other, otherVm), cancellationToken)
            : Enqueuing.NotFound("snapshot to compare with") with { Field = "with" };
    }

    public Task<Outcome<OperationView>> TakeAsync(Actor actor, Guid vmId, TakeSnapshotRequest request, CancellationToken cancellationToken)
        => TakeAsync(actor, vmId, request, note: null, cancellationToken);

    /// <summary>Takes a snapshot for the machine's schedule, with the same checks as for a person.</summary>
    /// <param name="actor">The owner, under the schedule's name.</param>
    /// <param name="vmId">The machine.</param>
    /// <param name="request">What to take.</param>
    /// <param name="note">Writes the run down in the same transaction, or refuses.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    internal Task<Outcome<OperationView>> TakeScheduledAsync(
        Actor actor,
        Guid vmId,
        TakeSnapshotRequest request,
        Func<IPortalDb, List<EventDraft>, Snapshot, Task<Failure?>> note,
        CancellationToken cancellationToken)
        => TakeAsync(actor, vmId, request, note, cancellationToken);

    private async Task<Outcome<OperationView>> TakeAsync(
        Actor actor,
        Guid vmId,
        TakeSnapshotRequest request,
        Func<IPortalDb, List<EventDraft>, Snapshot, Task<Failure?>>? note,
        CancellationToken cancellationToken)
    {
        var (hopeless, look) = await LookAtHostAsync(actor, vmId, request.WithMemory, cancellationToken);
        return await enqueuing.EnqueueAsync(
            actor,
            request.IdempotencyKey,
            new { vmId, request },
            AuditDraft.By(actor, AuditActs.Of(OperationKind.TakeSnapshot), AuditSubject.Vm, vmId),
            async (db, drafts) =>
            {
                if (await Enqueuing.FindVmAsync(db, actor, vmId, cancellationToken) is not { } vm)
                {
                    return Enqueuing.NotFound("virtual machine");
                }

                if (CheckTake(request) is { } invalid)
                {
                    return invalid;
                }

                if (await plans.CheckTakeAsync(db, vm, request.Name, request.WithMemory, cancellationToken) is { } impossible)
                {
                    return impossible;
                }

                if (hopeless is not null)
                {
                    return hopeless;
                }

                var snapshot = plans.NewSnapshot(vm, request.Name, request.Description, note is null ? SnapshotOrigin.Manual : SnapshotOrigin.Schedule);
                if (note is not null && await note(db, drafts, snapshot) is { } refused)
                {
                    return refused;
                }

                return plans.Take(db, vm, snapshot, request) with { ByPortal = note is not null, Look = look };
            },
            cancellationToken);
    }

    public Task<Outcome<OperationView>> RestoreAsync(Actor actor, Guid snapshotId, RestoreSnapshotRequest request, CancellationToken cancellationToken)
        => enqueuing.EnqueueAsync(
            actor,
            request.IdempotencyKey,
            new { snapshotId, request },
            AuditDraft.By(actor, AuditActs.Of(OperationKind.RestoreSnapshot), AuditSubject.Snapshot, snapshotId),
            async (db, _) =>
            {
                if (await FindAsync(db, actor, snapshotId, cancellationToken) is not var (snapshot, vm))
                {
                    return Enqueuing.NotFound("snapshot");
                }

                if (!Enum.IsDefined(request.Policy))
                {
                    return new Failure(FailureKind.Invalid, FailureCodes.PolicyInvalid, "The policy is one of WaitGracePeriod, StopTarget and FailImmediate.", "policy");
                }

                if (NotReady(snapshot) is { } notReady)
                {
                    return notReady;
                }

                if (Enqueuing.Obstacle(vm, touchesDisks: true) is { } obstacle)
                {
                    return obstacle;
                }

                if (await ChainRule.CheckSnapshotAsync(db, vm.HostId, snapshot.Id, snapshot.Name, cancellationToken) is { } tooDeep)
                {
                    return tooDeep;
                }

                // With its memory a machine runs afterwards, whatever it did before: a start by another name.
                if (snapshot.Memory is not null && !request.DisksOnly
                    && (await ClassRules.CheckStartAsync(db, actor, vm, cancellationToken) ?? await plans.CheckStartAsync(db, vm, cancellationToken)) is { } mayNotRun)
                {
                    return mayNotRun;
                }

                return new OperationPlan(OperationKind.RestoreSnapshot, vm.Id, vm.HostId, vm.OwnerId)
                {
                    SnapshotId = snapshot.Id,
                    Parameters = new RestoreParameters(request.Policy, request.KeepPresent, request.DisksOnly, Guid.CreateVersion7()),
                };
            },
            cancellationToken);

    public async Task<Outcome<ClonePreviewView>> PreviewCloneAsync(Actor actor, Guid snapshotId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        return await FindAsync(db, actor, snapshotId, cancellationToken) is var (snapshot, source)
            ? await previews.MakeAsync(db, actor, snapshot, source, cancellationToken)
            : Enqueuing.NotFound("snapshot");
    }

    public async Task<Outcome<IReadOnlyList<string>>> TakenNamesAsync(Actor actor, Guid snapshotId, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        if (await FindAsync(db, actor, snapshotId, cancellationToken) is not var (_, source))
        {
            return Enqueuing.NotFound("snapshot");
        }

        var taken = await NameChecks.TakenAsync(db, source.HostId, cancellationToken);
        return Outcome.Success<IReadOnlyList<string>>([.. names.Where(taken.Contains).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }

    public async Task<Outcome<OperationView>> CloneAsync(Actor actor, Guid snapshotId, CloneVmRequest request, CancellationToken cancellationToken)
    {
        // Asked before the transaction, told in it: whose snapshot it is comes first, and so does a key that was used before.
        Failure? refused;
        await using (var look = factory.Create())
        {
            refused = await FindAsync(look, actor, snapshotId, cancellationToken) is var (wanted, from)
                ? await previews.CheckAsync(look, actor, wanted, from, request, cancellationToken)
                : null;
        }

        return await enqueuing.EnqueueAsync(
            actor,
            request.IdempotencyKey,
            new { snapshotId, request },
            AuditDraft.By(actor, AuditActs.Of(OperationKind.CloneVm), AuditSubject.Snapshot, snapshotId),
            async (db, drafts) =>
            {
                if (await FindAsync(db, actor, snapshotId, cancellationToken) is not var (snapshot, source))
                {
                    return Enqueuing.NotFound("snapshot");
                }

                return (refused ?? await ClassRules.CheckCloneAsync(db, actor, source, cancellationToken)) is { } forbidden
                    ? forbidden
                    : await clones.PlanAsync(db, drafts, new CloneOwner(actor.UserId) { AnyNetwork = actor.IsAdministrator }, snapshot, source, request, cancellationToken);
            },
            cancellationToken);
    }

    public Task<Outcome<OperationView>> DeleteAsync(Actor actor, Guid snapshotId, string? idempotencyKey, CancellationToken cancellationToken)
        => DeleteAsync(actor, snapshotId, idempotencyKey, byPortal: false, cancellationToken);

    /// <summary>Deletes a snapshot that a rule of the portal keeps no longer; not one that somebody stands on or works with.</summary>
    internal Task<Outcome<OperationView>> TidyAsync(Actor actor, Guid snapshotId, CancellationToken cancellationToken)
        => DeleteAsync(actor, snapshotId, idempotencyKey: null, byPortal: true, cancellationToken);

    private Task<Outcome<OperationView>> DeleteAsync(Actor actor, Guid snapshotId, string? idempotencyKey, bool byPortal, CancellationToken cancellationToken)
        => enqueuing.EnqueueAsync(
            actor,
            idempotencyKey,
            new { delete = snapshotId },
            AuditDraft.By(actor, AuditActs.Of(OperationKind.DeleteSnapshot), AuditSubject.Snapshot, snapshotId),
            async (db, _) =>
            {
                if (await FindAsync(db, actor, snapshotId, cancellationToken) is not var (snapshot, vm))
                {
                    return Enqueuing.NotFound("snapshot");
                }

                if (snapshot.Phase == SnapshotPhase.InProgress)
                {
                    return new Failure(FailureKind.Conflict, FailureCodes.SnapshotInProgress, $"“{snapshot.Name}” is being taken. Cancel it, or wait until it is done.");
                }

                if (snapshot.Protected)
                {
                    return new Failure(FailureKind.Conflict, FailureCodes.SnapshotProtected, $"“{snapshot.Name}” is protected. Take its protection away first, then delete it.");
                }

                if (byPortal && (vm.CurrentSnapshotId == snapshotId
                    || await db.Operations.AnyAsync(o => o.SnapshotId == snapshotId && (o.State == OperationState.Queued || o.State == OperationState.Running), cancellationToken)))
                {
                    return new Failure(FailureKind.Conflict, FailureCodes.VmBusy, $"“{snapshot.Name}” is in use.");
                }

                // One whose deletion gave up (its host was away for a day) may be asked for again.
                if (snapshot.Phase == SnapshotPhase.Deleting
                    && await db.Operations.AnyAsync(o => o.SnapshotId == snapshotId && o.Kind == OperationKind.DeleteSnapshot && (o.State == OperationState.Queued || o.State == OperationState.Running), cancellationToken))
                {
                    return Enqueuing.NotFound("snapshot");
                }

                if (await PublishedRule.CheckAsync(db, [snapshot.Id], cancellationToken) is { } published)
                {
                    return published;
                }

                snapshot.BeginDelete();
                return new OperationPlan(OperationKind.DeleteSnapshot, vm.Id, vm.HostId, vm.OwnerId)
                {
                    SnapshotId = snapshot.Id,
                    Phase = nameof(SnapshotPhase.Deleting),
                    ByPortal = byPortal,

                    // A delete does not give up because the machine was busy for a while.
                    Deadline = FailureDeadlines.Longest,
                };
            },
            cancellationToken);

    public async Task<Outcome<SnapshotView>> ChangeAsync(Actor actor, Guid snapshotId, ChangeSnapshotRequest request, CancellationToken cancellationToken)
        => ((request.Name is { } newName ? NameChecks.CheckSnapshot(newName) : null) ?? NameChecks.CheckDescription(request.Description)) is { } invalid
            ? invalid
            : await changes.CommitAsync<SnapshotView>(
                AuditDraft.By(actor, AuditActs.SnapshotChanged, AuditSubject.Snapshot, snapshotId),
                async (db, drafts) =>
                {
                    if (await FindAsync(db, actor, snapshotId, cancellationToken) is not var (snapshot, vm) || snapshot.Phase == SnapshotPhase.Deleting)
                    {
                        return Enqueuing.NotFound("snapshot");
                    }

                    var name = request.Name?.Trim() ?? snapshot.Name;
                    if (name != snapshot.Name && await VmPlans.CheckNameAsync(db, vm, name, cancellationToken) is { } taken)
                    {
                        return taken;
                    }

                    (snapshot.Name, snapshot.Description) = (name, request.Description?.Trim() ?? snapshot.Description);
                    drafts.Add(EventDraft.Of(snapshot, vm));
                    await db.SaveChangesAsync(cancellationToken);
                    return (await ViewReader.SnapshotsAsync(db, vm, [snapshot], cancellationToken))[0];
                },
                cancellationToken);

    public Task<Outcome<SnapshotView>> ProtectAsync(Actor actor, Guid snapshotId, bool isProtected, CancellationToken cancellationToken)
        => changes.CommitAsync<SnapshotView>(
            AuditDraft.By(actor, isProtected ? AuditActs.SnapshotProtected : AuditActs.SnapshotUnprotected, AuditSubject.Snapshot, snapshotId),
            async (db, drafts) =>
            {
                if (await FindAsync(db, actor, snapshotId, cancellationToken) is not var (snapshot, vm) || snapshot.Phase == SnapshotPhase.Deleting)
                {
                    return Enqueuing.NotFound("snapshot");
                }

                if (isProtected && NotReady(snapshot) is { } notReady)
                {
                    return notReady;
                }

                if (snapshot.Protected != isProtected)
                {
                    snapshot.Protected = isProtected;
                    drafts.Add(EventDraft.Of(snapshot, vm));
                    await db.SaveChangesAsync(cancellationToken);
                }

                return (await ViewReader.SnapshotsAsync(db, vm, [snapshot], cancellationToken))[0];
            },
            cancellationToken);

    /// <summary>
    /// Asks the host whether the snapshot can succeed, before anything is queued. Where the host cannot be asked, or is busy
    /// with this machine, the operation itself waits and finds out.
    /// </summary>
    private async Task<(Failure? Refusal, EarlyLook? Look)> LookAtHostAsync(Actor actor, Guid vmId, bool withMemory, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        if (await Enqueuing.FindVmAsync(db, actor, vmId, cancellationToken) is not { Presence: VmPresence.Present } vm
            || hosts.Find(vm.HostId) is not { IsConnected: true } host)
        {
            return default;
        }

        try
        {
            return (null, await engine.CheckTakeAsync(host.Reference, vmId, withMemory, cancellationToken));
        }
        catch (EngineException e) when (e.Code is FailureCodes.NoEligibleDisk or FailureCodes.NotEnoughSpace or FailureCodes.MemoryImpossible)
        {
            return (new Failure(FailureKind.Conflict, e.Code, e.Message), null);
        }
        catch (EngineException)
        {
            // The operation itself waits for the host, or finds out and says so.
            return default;
        }
    }

    private static async Task<(Snapshot Snapshot, VirtualMachine Vm)?> FindAsync(IPortalDb db, Actor actor, Guid snapshotId, CancellationToken cancellationToken)
    {
        if (await db.SnapshotAsync(snapshotId, cancellationToken) is not { } snapshot
            || await Enqueuing.FindVmAsync(db, actor, snapshot.VmId, cancellationToken) is not { } vm)
        {
            return null;
        }

        return (snapshot, vm);
    }

    private static Failure? CheckTake(TakeSnapshotRequest request)
        => NameChecks.CheckSnapshot(request.Name) ?? NameChecks.CheckDescription(request.Description) ?? FailureDeadlines.Check(request.FailureDeadline);

    /// <summary>Why the snapshot cannot be built on; <see langword="null"/> if it can.</summary>
    internal static Failure? NotReady(Snapshot snapshot) => snapshot.Phase switch
    {
        SnapshotPhase.Succeeded => null,
        SnapshotPhase.InProgress => new Failure(FailureKind.Conflict, FailureCodes.SnapshotNotReady, $"“{snapshot.Name}” is still being taken. Wait until it has succeeded."),
        SnapshotPhase.Failed => new Failure(FailureKind.Conflict, FailureCodes.SnapshotNotReady, $"“{snapshot.Name}” failed and holds nothing to go back to. Choose another snapshot."),
        _ => Enqueuing.NotFound("snapshot"),
    };
}
