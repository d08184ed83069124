using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Classes;

/// <summary>What students may not do with the machines that were made for them; teachers and administrators may.</summary>
internal static class ClassRules
{
    /// <summary>The refusal to start the machine; <see langword="null"/> if the actor may.</summary>
    public static async Task<Failure?> CheckStartAsync(IPortalDb db, Actor actor, VirtualMachine vm, CancellationToken cancellationToken)
        => await FindAsync(db, actor, vm, cancellationToken) is { Locked: true } deployment
            ? new Failure(FailureKind.Forbidden, FailureCodes.ClassForbids, deployment.ExpiredAt is null
                ? $"“{vm.Name}” is locked by your teacher at present, so it cannot be started. What is on it is safe."
                : $"The time of “{deployment.Name}” is over, so “{vm.Name}” cannot be started. What is on it is kept until {deployment.DeletesAt:yyyy-MM-dd}; ask your teacher if you need longer.")
            : null;

    /// <summary>The refusal to make another machine from one that is locked: it would run in the first one's place; <see langword="null"/> if the actor may.</summary>
    public static async Task<Failure?> CheckCloneAsync(IPortalDb db, Actor actor, VirtualMachine source, CancellationToken cancellationToken)
        => await FindAsync(db, actor, source, cancellationToken) is { Locked: true, ExpiredAt: null }
            ? new Failure(FailureKind.Forbidden, FailureCodes.ClassForbids, $"“{source.Name}” is locked by your teacher at present, so no other machine can be made from it. What is on it is safe.")
            : null;

    /// <summary>The refusal to delete the machine; <see langword="null"/> if the actor may.</summary>
    public static async Task<Failure?> CheckDeleteAsync(IPortalDb db, Actor actor, VirtualMachine vm, CancellationToken cancellationToken)
        => await FindAsync(db, actor, vm, cancellationToken) is { StudentsMayDelete: false }
            ? new Failure(FailureKind.Forbidden, FailureCodes.ClassForbids, $"“{vm.Name}” belongs to your class, so only your teacher can delete it. Reset it to start afresh.")
            : null;

    /// <summary>The refusal to rename the machine; <see langword="null"/> if the actor may.</summary>
    public static async Task<Failure?> CheckRenameAsync(IPortalDb db, Actor actor, VirtualMachine vm, CancellationToken cancellationToken)
        => await FindAsync(db, actor, vm, cancellationToken) is not null
            ? new Failure(FailureKind.Forbidden, FailureCodes.ClassForbids, $"“{vm.Name}” belongs to your class, so only your teacher can rename it. Say what it is for in its description.", "name")
            : null;

    /// <summary>The refusal to have the machine start with its host, whoever asks; <see langword="null"/> if it may.</summary>
    public static Failure? CheckStartWithHost(VirtualMachine vm)
        => vm.ClassId is not null
            ? new Failure(FailureKind.Forbidden, FailureCodes.ClassForbids, $"“{vm.Name}” was made for a class. People start such machines, within the limits and locks of the class; their host does not.", "startsWithHost")
            : null;

    /// <summary>The refusal to publish a snapshot of the machine; <see langword="null"/> if the actor may.</summary>
    /// <remarks>A copy is no way around it. Where the class is gone, the template that its machines were made from says who may get it.</remarks>
    public static async Task<Failure?> CheckPublishAsync(IPortalDb db, Actor actor, VirtualMachine vm, CancellationToken cancellationToken)
        => await FindAsync(db, actor, vm, cancellationToken) is not null
            ? new Failure(FailureKind.Forbidden, FailureCodes.ClassForbids, $"“{vm.Name}” belongs to your class, so only your teacher can publish from it.")
            : vm.OriginClassId is { } classId
                && !await ClassAccess.IsTaughtByAsync(db, actor, classId, cancellationToken)
                && await db.Classes.AnyAsync(c => c.Id == classId, cancellationToken)
                ? new Failure(FailureKind.Forbidden, FailureCodes.ClassForbids, $"“{vm.Name}” is a copy of a machine that belongs to a class, so only a teacher of that class can publish from it. Ask your teacher.")
                : null;

    /// <summary>The deployment whose rules bind the actor; <see langword="null"/> if none does.</summary>
    private static async Task<Deployment?> FindAsync(IPortalDb db, Actor actor, VirtualMachine vm, CancellationToken cancellationToken)
        => vm.DeploymentId is { } id && !actor.IsAdministrator && !await ClassAccess.TeachesAsync(db, actor, vm.ClassId, cancellationToken)
            ? await db.Deployments.AsNoTracking().FirstOrDefaultAsync(d => d.Id == id, cancellationToken)
            : null;
}
