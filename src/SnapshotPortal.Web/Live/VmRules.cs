using SnapshotPortal.Domain.Vms;
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
}
