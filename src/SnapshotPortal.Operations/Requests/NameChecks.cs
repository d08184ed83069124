using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Requests;

/// <summary>The refusals of names and descriptions, wherever they are given; <see langword="null"/> where nothing is wrong.</summary>
internal static class NameChecks
{
    /// <summary>See <see cref="Names.CheckVmName"/>.</summary>
    public static Failure? CheckVm(string? name)
        => Names.CheckVmName(name) is { } wrong ? new Failure(FailureKind.Invalid, FailureCodes.NameInvalid, wrong, "name") : null;

    /// <summary>See <see cref="Names.CheckSnapshotName"/>.</summary>
    public static Failure? CheckSnapshot(string? name)
        => Names.CheckSnapshotName(name) is { } wrong ? new Failure(FailureKind.Invalid, FailureCodes.NameInvalid, wrong, "name") : null;

    /// <summary>See <see cref="Names.CheckDescription"/>.</summary>
    public static Failure? CheckDescription(string? description)
        => Names.CheckDescription(description) is { } wrong ? new Failure(FailureKind.Invalid, FailureCodes.DescriptionInvalid, wrong, "description") : null;

    /// <summary>A machine of the host has the name.</summary>
    public static async Task<Failure?> CheckVmTakenAsync(IPortalDb db, Guid hostId, string name, CancellationToken cancellationToken)
        => await db.Vms.AnyAsync(v => v.HostId == hostId && v.Name == name, cancellationToken) ? VmTaken(name) : null;

    /// <summary>What is said of such a name.</summary>
    public static Failure VmTaken(string name)
        => new(FailureKind.Conflict, FailureCodes.NameTaken, $"A virtual machine named “{name}” exists already. Choose another name.", "name");
}
