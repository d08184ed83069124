using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Live;

/// <summary>What the pages can tell beforehand of what a machine allows. Hints only: every request decides by itself.</summary>
public static class VmRules
{
    /// <summary>Why nothing that needs the host can be asked of the machine now; <see langword="null"/> where it can.</summary>
    public static string? WhyNotUsable(VmView vm) => vm switch
    {
        { HostReachable: false } => $"{vm.HostName} does not answer: this has to wait until it does.",
        { Presence: VmPresence.Creating } => "The machine is still being made.",
        { Presence: VmPresence.Deleting } => "The machine is being deleted.",
        { Presence: VmPresence.Missing } => "The machine is gone from its host.",
        { Drift: { } drift } => drift,
        _ => null,
    };

    /// <summary>Why the person cannot start it now, apart from its state.</summary>
    public static string? WhyNotStart(VmView vm, Actor? actor) => IsBound(vm, actor) && vm.Class is { Locked: true } taught
        ? $"Your teachers in {taught.ClassName} have locked it, so it cannot be started now. What is on it is safe."
        : null;

    /// <summary>Why the person cannot delete it, apart from its state.</summary>
    public static string? WhyNotDelete(VmView vm, Actor? actor) => IsBound(vm, actor) && vm.Class is { StudentMayDelete: false } taught
        ? $"It was made for the class {taught.ClassName}, so only its teachers can delete it.{(vm.Template is null ? "" : " Reset it to the template to start afresh.")}"
        : null;

    /// <summary>Why the person cannot publish from it.</summary>
    public static string? WhyNotPublish(VmView vm, Actor? actor) => IsBound(vm, actor)
        ? $"It was made for the class {vm.Class!.ClassName}, so only its teachers can publish from it."
        : null;

    // Teachers who look at a student's machine do not own it; its student does.
    private static bool IsBound(VmView vm, Actor? actor) => vm.Class is not null && actor is { IsAdministrator: false } && vm.OwnerId == actor.UserId;
}
