using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Reading;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Requests;

/// <inheritdoc cref="IStorage"/>
internal sealed class StorageRequests(IPortalDbFactory factory, Enqueuing enqueuing, StorageReader reader) : IStorage
{
    // Copying everything behind a disk takes as long as there is data.
    private static readonly TimeSpan _deadline = TimeSpan.FromHours(24);

    public async Task<Outcome<StorageView>> MapAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        return await Enqueuing.FindVmAsync(db, actor, vmId, cancellationToken) is { } vm
            ? await reader.MapAsync(db, actor, vm, cancellationToken)
            : Enqueuing.NotFound("virtual machine");
    }

    public async Task<Outcome<SnapshotReleaseView>> ReleaseAsync(Actor actor, Guid snapshotId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        return await db.Snapshots.AsNoTracking().FirstOrDefaultAsync(s => s.Id == snapshotId, cancellationToken) is { } snapshot
            && await Enqueuing.FindVmAsync(db, actor, snapshot.VmId, cancellationToken) is { } vm
                ? await reader.ReleaseAsync(db, actor, vm, snapshotId, cancellationToken)
                : Enqueuing.NotFound("snapshot");
    }

    public Task<Outcome<OperationView>> FlattenAsync(Actor actor, Guid vmId, string? idempotencyKey, CancellationToken cancellationToken)
        => enqueuing.EnqueueAsync(
            actor,
            idempotencyKey,
            new { flatten = vmId },
            AuditDraft.By(actor, AuditActs.Of(OperationKind.FlattenVm), AuditSubject.Vm, vmId),
            async (db, _) =>
            {
                if (await Enqueuing.FindVmAsync(db, actor, vmId, cancellationToken) is not { } vm)
                {
                    return Enqueuing.NotFound("virtual machine");
                }

                if (Enqueuing.Obstacle(vm, touchesDisks: true) is { } obstacle)
                {
                    return obstacle;
                }

                return new OperationPlan(OperationKind.FlattenVm, vm.Id, vm.HostId, vm.OwnerId) { Deadline = _deadline };
            },
            cancellationToken);
}
