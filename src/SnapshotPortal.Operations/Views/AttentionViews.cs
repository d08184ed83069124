using SnapshotPortal.Domain.Quotas;

namespace SnapshotPortal.Operations.Views;

/// <summary>Why something needs a person; the most urgent first.</summary>
public enum AttentionKind
{
    /// <summary>Nobody has proved that the guest's file systems are thawed.</summary>
    MayBeFrozen,

    /// <summary>The machine is gone from its host.</summary>
    Missing,

    /// <summary>Its disks are not as the portal left them.</summary>
    Drift,

    OperationFailed,
    ScheduleFailed,

    /// <summary>A limit is reached, or will be soon.</summary>
    Quota,

    /// <summary>A class's machine, or a whole deployment, is shut down, locked and deleted before long.</summary>
    Ending,
}

/// <summary>One thing that needs a person.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Subject">The name of the machine or deployment; empty where it is about the person.</param>
/// <param name="VmId">The machine, where it is about one.</param>
/// <param name="At">Since when, or when it happened.</param>
public sealed record AttentionView(AttentionKind Kind, string Subject, Guid? VmId, DateTimeOffset? At)
{
    /// <summary>What differs, in a sentence (<see cref="AttentionKind.Drift"/>).</summary>
    public string? Drift { get; init; }

    /// <summary>The failed operation (<see cref="AttentionKind.OperationFailed"/>).</summary>
    public OperationView? Operation { get; init; }

    /// <summary>The schedule (<see cref="AttentionKind.ScheduleFailed"/>).</summary>
    public ScheduleStateView? Schedule { get; init; }

    /// <summary>The limit (<see cref="AttentionKind.Quota"/>).</summary>
    public QuotaFill? Quota { get; init; }

    /// <summary>What ends (<see cref="AttentionKind.Ending"/>).</summary>
    public EndingView? Ending { get; init; }
}

/// <summary>The announced end of a deployment.</summary>
/// <param name="DeploymentId">The deployment.</param>
/// <param name="ClassName">Its class.</param>
/// <param name="ExpiresAt">When machines are shut down and locked.</param>
/// <param name="DeletesAt">When they are deleted.</param>
/// <param name="Taught">The actor teaches the class and can move the end; otherwise it is about their machine in it.</param>
public sealed record EndingView(Guid DeploymentId, string ClassName, DateTimeOffset ExpiresAt, DateTimeOffset DeletesAt, bool Taught);
