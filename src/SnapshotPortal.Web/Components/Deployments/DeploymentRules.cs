using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Deployments;

/// <summary>What the pages say of deployments, and which machines an act fits. Hints only: every request decides by itself.</summary>
public static class DeploymentRules
{
    /// <summary>How a deployment stands, in a word or two.</summary>
    public static string State(DeploymentSummaryView deployment) => deployment switch
    {
        { EndedAt: not null } => DeploymentTexts.OverDeleted,
        { ExpiredAt: not null } => CommonTexts.Ended,
        { Locked: true } => DeploymentTexts.Locked,
        _ => DeploymentTexts.IsOpen,
    };

    /// <summary>The tiles a filter shows.</summary>
    public static bool Fits(DeploymentItemView item, TileFilter filter) => filter switch
    {
        TileFilter.Running => item.Vm?.Power.IsOn() is true,
        TileFilter.Off => item is { State: DeploymentItemState.Ready, Vm.Power: PowerState.ShutOff or PowerState.Crashed },
        TileFilter.Busy => item.State is DeploymentItemState.Planned or DeploymentItemState.Creating || item.Vm?.ActiveOperation is { IsActive: true },
        TileFilter.Failed => item.State is DeploymentItemState.Failed,
        _ => true,
    };
}

/// <summary>Which machines of a deployment are shown.</summary>
public enum TileFilter
{
    All,
    Running,
    Off,

    /// <summary>Being made, or with something going on.</summary>
    Busy,
    Failed,
}
