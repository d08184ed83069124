using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Handlers;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Requests;

/// <summary>Plans changes of what the host keeps of a machine. That the machine may be used has been checked by the caller.</summary>
internal static class SettingsPlans
{
    /// <summary>No machine has as many devices; whoever sends more sends nonsense.</summary>
    private const int MostDevices = 100;

    private const int LongestDevice = 64;

    public static async Task<Outcome<OperationPlan>> ConfigureAsync(IPortalDb db, Actor actor, VirtualMachine vm, ConfigureVmRequest request, CancellationToken cancellationToken)
    {
        if (Enqueuing.Obstacle(vm, touchesDisks: false) is { } obstacle)
        {
            return obstacle;
        }

        var name = string.Equals(request.Name, vm.Name, StringComparison.Ordinal) ? null : request.Name;
        if (name is null && request is { StartsWithHost: null, BootOrder: null })
        {
            return new Failure(FailureKind.Conflict, FailureCodes.NothingToDo, "This would change nothing. Give the machine another name, or say whether it starts with its host or what it boots from.");
        }

        if (name is not null && await CheckNameAsync(db, actor, vm, name, cancellationToken) is { } wrongName)
        {
            return wrongName;
        }

        if (request.StartsWithHost is true && ClassRules.CheckStartWithHost(vm) is { } forbidden)
        {
            return forbidden;
        }

        if (request.BootOrder is { } order && (order.Count is 0 or > MostDevices || order.Any(static d => string.IsNullOrEmpty(d) || d.Length > LongestDevice) || order.Distinct(StringComparer.Ordinal).Count() != order.Count))
        {
            return new Failure(FailureKind.Invalid, FailureCodes.BootOrderInvalid, "A boot order names at least one device, and each once. Ask the machine what it can boot from.", "bootOrder");
        }

        return new OperationPlan(OperationKind.ConfigureVm, vm.Id, vm.HostId, vm.OwnerId) { Parameters = new ConfigureParameters(name, request.StartsWithHost, request.BootOrder) };
    }

    private static async Task<Failure?> CheckNameAsync(IPortalDb db, Actor actor, VirtualMachine vm, string name, CancellationToken cancellationToken)
    {
        if (await ClassRules.CheckRenameAsync(db, actor, vm, cancellationToken) is { } forbidden)
        {
            return forbidden;
        }

        if (NameChecks.CheckVm(name) is { } wrong)
        {
            return wrong;
        }

        if (vm.Power.IsOn())
        {
            return new Failure(FailureKind.Conflict, FailureCodes.VmRunning, $"“{vm.Name}” is on, and a machine can be renamed only while it is off. Shut it down first.", "name");
        }

        // libvirt lets a saved memory go on only in a domain of the name that stands beside it.
        if (await db.Snapshots.AnyAsync(s => s.VmId == vm.Id && s.Memory != null, cancellationToken))
        {
            return new Failure(FailureKind.Conflict, FailureCodes.VmSaved, $"“{vm.Name}” has snapshots with memory, and a memory goes on only under the name that its machine had. Delete those snapshots first, or keep the name.", "name");
        }

        return await NameChecks.CheckVmTakenAsync(db, vm.HostId, name, cancellationToken);
    }
}
