using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Domain.Exports;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Exporting;
using SnapshotPortal.Operations.Handlers;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Quotas;
using SnapshotPortal.Operations.Reading;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Requests;

/// <inheritdoc cref="IExports"/>
internal sealed class ExportRequests(
    IHypervisorEngine engine,
    HostRegistry hosts,
    IPortalDbFactory factory,
    Changes changes,
    Enqueuing enqueuing,
    ExportSignal signal,
    QuotaRule quotas,
    TimeProvider time) : IExports
{
    /// <summary>Exports of one machine that may be there at the same time; each is a whole copy.</summary>
    public const int MostPerVm = 5;

    private static readonly TimeSpan _oneDownload = TimeSpan.FromMinutes(10);

    // Copying whole disks takes as long as there is data.
    private static readonly TimeSpan _deadline = TimeSpan.FromHours(24);

    public async Task<Outcome<IReadOnlyList<ExportView>>> ListAsync(Actor actor, Guid? vmId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        var rows = db.Exports.AsNoTracking().Include(static e => e.Disks).AsQueryable();
        if (vmId is { } id)
        {
            if (await Enqueuing.FindVmAsync(db, actor, id, cancellationToken) is null)
            {
                return Enqueuing.NotFound("virtual machine");
            }

            rows = rows.Where(e => e.VmId == id);
        }
        else
        {
            rows = rows.Where(e => e.OwnerId == actor.UserId);
        }

        var list = await rows.OrderByDescending(static e => e.RequestedAt).ThenByDescending(static e => e.Id).ToListAsync(cancellationToken);
        return Outcome.Success(await ExportReader.ViewsAsync(db, list, cancellationToken));
    }

    public async Task<Outcome<ExportView>> GetAsync(Actor actor, Guid exportId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        return await FindAsync(db, actor, exportId, cancellationToken) is { } export
            ? (await ExportReader.ViewsAsync(db, [export], cancellationToken))[0]
            : Enqueuing.NotFound("export");
    }

    public Task<Outcome<OperationView>> ExportSnapshotAsync(Actor actor, Guid snapshotId, ExportRequest request, CancellationToken cancellationToken)
        => enqueuing.EnqueueAsync(
            actor,
            request.IdempotencyKey,
            new { exportSnapshot = snapshotId, request },
            AuditDraft.By(actor, AuditActs.Of(OperationKind.ExportSnapshot), AuditSubject.Snapshot, snapshotId),
            async (db, _) =>
            {
                if (await db.Snapshots.FirstOrDefaultAsync(s => s.Id == snapshotId, cancellationToken) is not { Phase: not SnapshotPhase.Deleting } snapshot
                    || await Enqueuing.FindVmAsync(db, actor, snapshot.VmId, cancellationToken) is not { Presence: not VmPresence.Deleting } vm)
                {
                    return Enqueuing.NotFound("snapshot");
                }

                if (snapshot.Phase != SnapshotPhase.Succeeded)
                {
                    return new Failure(FailureKind.Conflict, FailureCodes.SnapshotNotReady, snapshot.Phase == SnapshotPhase.InProgress
                        ? $"“{snapshot.Name}” is still being taken. Wait until it has succeeded."
                        : $"“{snapshot.Name}” failed and holds nothing to export. Choose another snapshot.");
                }

                return await PlanAsync(db, actor, vm, snapshot, request, cancellationToken);
            },
            cancellationToken);

    public Task<Outcome<OperationView>> ExportVmAsync(Actor actor, Guid vmId, ExportRequest request, CancellationToken cancellationToken)
        => enqueuing.EnqueueAsync(
            actor,
            request.IdempotencyKey,
            new { exportVm = vmId, request },
            AuditDraft.By(actor, AuditActs.Of(OperationKind.ExportVm), AuditSubject.Vm, vmId),
            async (db, _) =>
            {
                if (await Enqueuing.FindVmAsync(db, actor, vmId, cancellationToken) is not { } vm)
                {
                    return Enqueuing.NotFound("virtual machine");
                }

                return Enqueuing.Obstacle(vm, touchesDisks: true) is { } obstacle
                    ? obstacle
                    : await PlanAsync(db, actor, vm, snapshot: null, request, cancellationToken);
            },
            cancellationToken);

    public async Task<Outcome<ExportView>> DeleteAsync(Actor actor, Guid exportId, CancellationToken cancellationToken)
    {
        var outcome = await changes.CommitAsync<ExportView>(
            AuditDraft.By(actor, AuditActs.ExportDeleted, AuditSubject.Export, exportId),
            async (db, drafts) =>
            {
                if (await FindAsync(db, actor, exportId, cancellationToken) is not { State: not ExportState.Removing } export)
                {
                    return Enqueuing.NotFound("export");
                }

                if (export.State == ExportState.InProgress)
                {
                    return new Failure(FailureKind.Conflict, FailureCodes.ExportNotReady, "It is still being made. Cancel its operation; then nothing of it stays.");
                }

                export.BeginRemoval();
                drafts.Add(EventDraft.Of(export));
                return (await ExportReader.ViewsAsync(db, [export], cancellationToken))[0];
            },
            cancellationToken);
        if (outcome.IsSuccess)
        {
            signal.Wake();
        }

        return outcome;
    }

    public async Task<Outcome<ExportDownload>> OpenAsync(Actor actor, Guid exportId, string target, CancellationToken cancellationToken)
    {
        Export? export;
        await using (var db = factory.Create())
        {
            export = await FindAsync(db, actor, exportId, cancellationToken);
        }

        // What has expired is gone, whether its files are removed already or not.
        if (export is null or { State: ExportState.Removing } || export.ExpiresAt <= time.GetUtcNow())
        {
            return Enqueuing.NotFound("export");
        }

        if (export.State != ExportState.Ready)
        {
            return new Failure(FailureKind.Conflict, FailureCodes.ExportNotReady, export.State == ExportState.InProgress
                ? "It is still being made. Wait until it is ready."
                : "It failed and holds no file. Export again.");
        }

        if (export.Disks.Find(d => d.Target == target) is not { } disk)
        {
            return Enqueuing.NotFound("disk in this export");
        }

        if (hosts.Find(export.HostId) is not { IsConnected: true } host)
        {
            return new Failure(FailureKind.Unavailable, FailureCodes.HostUnreachable, "The host does not answer, so its files cannot be read at present. Try again later: a download goes on where it stopped.");
        }

        try
        {
            var content = await engine.OpenExportAsync(host.Reference, ExportRows.ToFile(disk), cancellationToken);
            await NoteDownloadAsync(actor, export, target, cancellationToken);
            return new ExportDownload(content, ExportReader.FileName(export, disk), disk.Id.ToString("N"), export.CompletedAt!.Value);
        }
        catch (EngineException e)
        {
            return new Failure(e.Code == FailureCodes.VolumeMissing ? FailureKind.Conflict : FailureKind.Unavailable, e.Code, e.Message);
        }
    }

    /// <summary>A download that goes on in parts is one download in the log.</summary>
    private async Task NoteDownloadAsync(Actor actor, Export export, string target, CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - _oneDownload;
        await using (var db = factory.Create())
        {
            if (await db.AuditEntries.AnyAsync(e => e.ActorId == actor.UserId && e.SubjectId == export.Id && e.Detail == target && e.Act == AuditActs.ExportDownloaded && e.At > since, cancellationToken))
            {
                return;
            }
        }

        await changes.AuditAsync(AuditDraft.By(actor, AuditActs.ExportDownloaded, AuditSubject.Export, export.Id) with { Detail = target }, cancellationToken);
    }

    private async Task<Outcome<OperationPlan>> PlanAsync(IPortalDb db, Actor actor, VirtualMachine vm, Snapshot? snapshot, ExportRequest request, CancellationToken cancellationToken)
    {
        var lifetime = request.Lifetime ?? Export.DefaultLifetime;
        if (lifetime < Export.ShortestLifetime || lifetime > Export.LongestLifetime)
        {
            return new Failure(FailureKind.Invalid, FailureCodes.LifetimeInvalid, "An export is kept for 1 hour to 30 days. Choose a time in between.", "lifetime");
        }

        if (request.Pool is not null && !actor.IsAdministrator)
        {
            return new Failure(FailureKind.Forbidden, FailureCodes.AdministratorsOnly, "Only administrators choose the storage pool of an export. Leave it out: the files then lie beside the disks.", "pool");
        }

        if (await db.Exports.CountAsync(e => e.VmId == vm.Id && e.State != ExportState.Failed, cancellationToken) >= MostPerVm)
        {
            return new Failure(FailureKind.Conflict, FailureCodes.TooManyExports, $"“{vm.Name}” has {MostPerVm} exports already, each a whole copy of its disks. Delete one that is not needed any more, or wait until one expires.");
        }

        if (await quotas.CheckExportAsync(db, vm, cancellationToken) is { } exceeded)
        {
            return exceeded;
        }

        var operationId = Guid.CreateVersion7();
        db.Exports.Add(new Export
        {
            Id = operationId,
            HostId = vm.HostId,
            VmId = vm.Id,
            VmName = vm.Name,
            SnapshotId = snapshot?.Id,
            SnapshotName = snapshot?.Name,
            OwnerId = vm.OwnerId,
            RequestedByName = actor.Name,
            RequestedAt = time.GetUtcNow(),
            Lifetime = lifetime,
        });
        return new OperationPlan(snapshot is null ? OperationKind.ExportVm : OperationKind.ExportSnapshot, vm.Id, vm.HostId, vm.OwnerId)
        {
            Id = operationId,
            SnapshotId = snapshot?.Id,
            Parameters = new ExportParameters(request.Pool),
            Deadline = _deadline,
        };
    }

    private static async Task<Export?> FindAsync(IPortalDb db, Actor actor, Guid exportId, CancellationToken cancellationToken)
        => await db.Exports.Include(static e => e.Disks).FirstOrDefaultAsync(e => e.Id == exportId, cancellationToken) is { } export && (actor.MayUse(export.OwnerId) || await TeachesAsync(db, actor, export, cancellationToken))
            ? export
            : null;

    private static async Task<bool> TeachesAsync(IPortalDb db, Actor actor, Export export, CancellationToken cancellationToken)
        => await db.Vms.Where(v => v.Id == export.VmId).Select(static v => v.ClassId).SingleOrDefaultAsync(cancellationToken) is { } classId
            && await ClassAccess.TeachesAsync(db, actor, classId, cancellationToken);
}
