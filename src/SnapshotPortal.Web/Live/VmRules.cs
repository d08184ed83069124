using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Live;

/// <summary>What the pages can tell beforehand of what a machine allows. Hints only: every request decides by itself.</summary>
public static class VmRules
{
    /// <summary>Why nothing that needs the host can be asked of the machine now; <see langword="null"/> where it can.</summary>
    public static string? WhyNotUsable(VmView vm) => vm switch
    {
        { HostReachable: false } => WordTexts.FormatHostNameDoesNotAnswerThisHas(vm.HostName),
        { Presence: VmPresence.Creating } => WordTexts.TheMachineIsStillBeingMade,
        { Presence: VmPresence.Deleting } => WordTexts.TheMachineIsBeingDeleted,
        { Presence: VmPresence.Missing } => WordTexts.TheMachineIsGoneFromIts,
        { Drift: { } drift } => drift,
        _ => null,
    };

    /// <summary>Why the person cannot start it now, apart from its state.</summary>
    public static string? WhyNotStart(VmView vm, Actor? actor) => IsBound(vm, actor) && vm.Class is { Locked: true } taught
        ? WordTexts.FormatYourTeachersInClassNameHaveLocked(taught.ClassName)
        : null;

    /// <summary>Why the person cannot delete it, apart from its state.</summary>
    public static string? WhyNotDelete(VmView vm, Actor? actor) => IsBound(vm, actor) && vm.Class is { StudentMayDelete: false } taught
        ? (vm.Template is null ? WordTexts.FormatOnlyTeachersDelete(taught.ClassName) : WordTexts.FormatOnlyTeachersDeleteReset(taught.ClassName))
        : null;

    /// <summary>Why nobody can change what the host keeps of it now.</summary>
    public static string? WhyNotConfigure(VmView vm) => WhyNotUsable(vm with { Drift = null });

    /// <summary>Why the person cannot rename it now.</summary>
    public static string? WhyNotRename(VmView vm, Actor? actor) => IsBound(vm, actor)
        ? WordTexts.FormatOnlyTeachersRename(vm.Class!.ClassName)
        : WhyNotConfigure(vm) ?? (vm.Power.IsOn() ? WordTexts.ItIsOnShutItDownToRenameIt : null);

    /// <summary>Why the person cannot publish from it.</summary>
    public static string? WhyNotPublish(VmView vm, Actor? actor) => IsBound(vm, actor)
        ? WordTexts.FormatItWasMadeForTheClass(vm.Class!.ClassName)
        : null;

    // Teachers who look at a student's machine do not own it; its student does.
    private static bool IsBound(VmView vm, Actor? actor) => vm.Class is not null && actor is { IsAdministrator: false } && vm.OwnerId == actor.UserId;
}
