using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Deployments;

/// <summary>What teachers may ask about and of the machines of a class. Every call authorises by itself.</summary>
public interface IDeployments
{
    /// <summary>What a deployment would make, and what stands in its way; nothing is changed.</summary>
    Task<Outcome<DeploymentPlanView>> PlanAsync(Actor actor, Guid classId, DeployRequest request, CancellationToken cancellationToken);

    /// <summary>Makes a machine for each student, in the background.</summary>
    Task<Outcome<DeploymentView>> DeployAsync(Actor actor, Guid classId, DeployRequest request, CancellationToken cancellationToken);

    /// <summary>A deployment with its machines.</summary>
    Task<Outcome<DeploymentView>> GetAsync(Actor actor, Guid deploymentId, CancellationToken cancellationToken);

    /// <summary>Changes a deployment's name, end and rules.</summary>
    Task<Outcome<DeploymentView>> ChangeAsync(Actor actor, Guid deploymentId, DeploymentFields fields, CancellationToken cancellationToken);

    /// <summary>Does something with all machines of a deployment, or with some of them.</summary>
    Task<Outcome<BatchView>> ActAsync(Actor actor, Guid deploymentId, BatchRequest request, CancellationToken cancellationToken);

    /// <summary>How far an act is.</summary>
    Task<Outcome<BatchView>> GetBatchAsync(Actor actor, Guid batchId, CancellationToken cancellationToken);

    /// <summary>Stops an act: what waits is not begun, what runs is cancelled, what is done stays done.</summary>
    Task<Outcome<BatchView>> CancelAsync(Actor actor, Guid batchId, CancellationToken cancellationToken);
}

/// <summary>Makes machines for a class.</summary>
/// <param name="TemplateId">What they are made from: a template that the asker may use.</param>
/// <param name="Name">What the deployment is called; unique in its class.</param>
/// <param name="NamePattern">What the machines are called; see <see cref="Domain.NamePattern"/>.</param>
/// <param name="StudentIds">For whom; <see langword="null"/> = all students of the class.</param>
/// <param name="VCpus">Processors of each; <see langword="null"/> = as the template recommends.</param>
/// <param name="MemoryBytes">Memory of each; <see langword="null"/> = as the template recommends.</param>
/// <param name="Start">Start them when they are made.</param>
/// <param name="ForLatecomers">Students who join later get one, too.</param>
/// <param name="StudentsMayDelete">Students may delete theirs.</param>
/// <param name="ExpiresAt">When they are shut down and locked; <see langword="null"/> = never.</param>
/// <param name="Grace">How long after that they are deleted, 1 to 365 days; <see langword="null"/> = 14 days.</param>
/// <param name="IdempotencyKey">1 to 200 visible ASCII characters; the same key answers with the same deployment.</param>
public sealed record DeployRequest(
    Guid TemplateId,
    string Name,
    string NamePattern,
    IReadOnlyList<Guid>? StudentIds = null,
    int? VCpus = null,
    long? MemoryBytes = null,
    bool Start = false,
    bool ForLatecomers = true,
    bool StudentsMayDelete = false,
    DateTimeOffset? ExpiresAt = null,
    TimeSpan? Grace = null,
    string? IdempotencyKey = null);

/// <summary>What can be changed of a deployment.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Locked">Students cannot start their machines.</param>
/// <param name="StudentsMayDelete">Students may delete theirs.</param>
/// <param name="ExpiresAt">When the machines are shut down and locked; <see langword="null"/> = never.</param>
/// <param name="Grace">How long after that they are deleted, 1 to 365 days.</param>
public sealed record DeploymentFields(string Name, bool Locked, bool StudentsMayDelete, DateTimeOffset? ExpiresAt, TimeSpan Grace);

/// <summary>An act on the machines of a deployment.</summary>
/// <param name="Kind">What is done. <see cref="BatchKind.Deploy"/> tries again what could not be made.</param>
/// <param name="ItemIds">With which; <see langword="null"/> = all that it fits.</param>
/// <param name="SnapshotName">For snapshots: their name; the time is used where there is none.</param>
/// <param name="IdempotencyKey">1 to 200 visible ASCII characters; the same key answers with the same batch.</param>
public sealed record BatchRequest(BatchKind Kind, IReadOnlyList<Guid>? ItemIds = null, string? SnapshotName = null, string? IdempotencyKey = null);
