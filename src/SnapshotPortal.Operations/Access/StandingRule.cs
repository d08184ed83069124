using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Domain.Identities;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Access;

/// <summary>
/// Whether whoever asked for something still may when it is its turn: it may have waited for hours. Asked before anything is
/// begun, and never of what has begun: that finishes, or is undone, whoever wanted it.
/// </summary>
internal static class StandingRule
{
    /// <summary>Why a queued operation is not begun; <see langword="null"/> if it may be. What the portal does by itself always may.</summary>
    public static async Task<Failure?> CheckAsync(IPortalDb db, Operation operation, CancellationToken cancellationToken)
    {
        if (operation.RequestedById is not { } userId || await IsOwedAsync(db, operation, cancellationToken))
        {
            return null;
        }

        var name = operation.RequestedByName;
        if (await db.StandingAsync(userId, cancellationToken) is not { } standing)
        {
            // Whoever deletes their account with their machines is gone before the machines are.
            return operation.Kind == OperationKind.DeleteVm && operation.OwnerId == userId ? null : Gone(name);
        }

        if (standing.Locked)
        {
            return Locked(name);
        }

        var actor = new Actor(userId, name, standing.IsAdministrator);
        return actor.IsAdministrator ? null
            : operation.Kind == OperationKind.ImportVm ? NoAdministrator(name)
            : await MayAsync(db, actor, operation, cancellationToken) ? null
            : Ended($"{name} may not act on this machine any more.");
    }

    /// <summary>Why nothing more of a batch is begun; <see langword="null"/> if it may be.</summary>
    public static async Task<Failure?> CheckAsync(IPortalDb db, Batch batch, CancellationToken cancellationToken)
    {
        if (batch.RequestedById is not { } userId)
        {
            return null;
        }

        var name = batch.RequestedByName;
        return await db.StandingAsync(userId, cancellationToken) switch
        {
            null => Gone(name),
            { Locked: true } => Locked(name),
            { } standing when await ClassAccess.IsTaughtByAsync(db, new Actor(userId, name, standing.IsAdministrator), batch.ClassId, cancellationToken) => null,
            _ => batch.ByAdministrator ? NoAdministrator(name) : Ended($"{name} does not teach this class any more."),
        };
    }

    /// <summary>A clone whose guest gets its identity: the start that it follows was begun, and without it two guests are the same.</summary>
    private static async Task<bool> IsOwedAsync(IPortalDb db, Operation operation, CancellationToken cancellationToken)
        => operation.Kind == OperationKind.GiveIdentity
            && await db.GuestIdentities.AnyAsync(i => i.VmId == operation.VmId && i.State == IdentityState.Pending, cancellationToken);

    private static async Task<bool> MayAsync(IPortalDb db, Actor actor, Operation operation, CancellationToken cancellationToken)
    {
        if (await db.Vms.FirstOrDefaultAsync(v => v.Id == operation.VmId, cancellationToken) is not { } vm)
        {
            // That it is gone is for the operation to tell.
            return true;
        }

        if (await Enqueuing.FindVmAsync(db, actor, vm.Id, cancellationToken) is null)
        {
            return false;
        }

        // A clone is one's own; what is on it is of the machine that it is made from. A template was open to them when they asked.
        return operation.Kind != OperationKind.CloneVm
            || vm.TemplateVersionId is not null
            || await db.Snapshots.Where(s => s.Id == operation.SnapshotId).Select(static s => (Guid?)s.VmId).FirstOrDefaultAsync(cancellationToken) is not { } sourceId
            || await Enqueuing.FindVmAsync(db, actor, sourceId, cancellationToken) is not null;
    }

    private static Failure Gone(string name) => Ended($"The account of {name} is gone.");

    private static Failure Locked(string name) => Ended($"The account of {name} is locked.");

    private static Failure NoAdministrator(string name) => Ended($"{name} does not administrate the portal any more.");

    private static Failure Ended(string why)
        => new(FailureKind.Forbidden, FailureCodes.RightEnded, $"{why} So this was not begun, and nothing was changed. Somebody who may can ask for it again.");
}
