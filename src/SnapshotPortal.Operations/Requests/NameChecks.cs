using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Handlers;
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

    /// <summary>A machine of the host has the name, or is about to get it.</summary>
    public static async Task<Failure?> CheckVmTakenAsync(IPortalDb db, Guid hostId, string name, CancellationToken cancellationToken)
        => await db.Vms.AnyAsync(v => v.HostId == hostId && v.Name == name, cancellationToken) || (await PromisedAsync(db, hostId, cancellationToken)).Contains(name)
            ? new Failure(FailureKind.Conflict, FailureCodes.NameTaken, $"A virtual machine named “{name}” exists already. Choose another name.", "name")
            : null;

    /// <summary>The names that machines of the host have, or are about to get.</summary>
    public static async Task<HashSet<string>> TakenAsync(IPortalDb db, Guid? hostId, CancellationToken cancellationToken)
        => [.. await db.Vms.Where(v => v.HostId == hostId).Select(static v => v.Name).ToListAsync(cancellationToken), .. await PromisedAsync(db, hostId, cancellationToken)];

    /// <summary>The names that renames under way will give: their machines have other names until then.</summary>
    private static async Task<HashSet<string>> PromisedAsync(IPortalDb db, Guid? hostId, CancellationToken cancellationToken)
    {
        var underWay = await db.Operations
            .Where(o => o.HostId == hostId && o.Kind == OperationKind.ConfigureVm && (o.State == OperationState.Queued || o.State == OperationState.Running))
            .Select(static o => o.Parameters).ToListAsync(cancellationToken);
        return [.. underWay.Select(static p => JsonSerializer.Deserialize<ConfigureParameters>(p, JsonSerializerOptions.Web)?.Name).OfType<string>()];
    }
}
