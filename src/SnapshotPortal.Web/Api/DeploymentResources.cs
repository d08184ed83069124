using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Api;

/// <summary>What a deployment would make.</summary>
public sealed record DeploymentPlanResource(
    IReadOnlyList<PlannedMachineView> Machines,
    IReadOnlyList<string> Problems,
    IReadOnlyList<string> Warnings,
    long? PoolFreeBytes,
    double? EstimatedSeconds)
{
    internal static DeploymentPlanResource From(DeploymentPlanView view)
        => new(view.Machines, view.Problems, view.Warnings, view.PoolFreeBytes, view.EstimatedTime?.TotalSeconds);
}

/// <summary>A deployment with its machines.</summary>
public sealed record DeploymentResource(
    DeploymentSummaryView Deployment,
    Guid ClassId,
    string ClassName,
    string NamePattern,
    bool StudentsMayDelete,
    double GraceDays,
    bool ForLatecomers,
    IReadOnlyList<DeploymentItemResource> Items,
    IReadOnlyList<BatchView> Batches)
{
    internal static DeploymentResource From(DeploymentView view) => new(
        view.Deployment,
        view.ClassId,
        view.ClassName,
        view.NamePattern,
        view.StudentsMayDelete,
        view.Grace.TotalDays,
        view.ForLatecomers,
        [.. view.Items.Select(DeploymentItemResource.From)],
        view.Batches);
}

/// <summary>A student's machine in a deployment.</summary>
public sealed record DeploymentItemResource(
    Guid Id,
    Guid StudentId,
    string StudentName,
    bool LeftClass,
    int Number,
    string VmName,
    DeploymentItemState State,
    VmResource? Vm,
    string? FailureMessage,
    DateTimeOffset? LastActivityAt)
{
    internal static DeploymentItemResource From(DeploymentItemView view) => new(
        view.Id,
        view.StudentId,
        view.StudentName,
        view.LeftClass,
        view.Number,
        view.VmName,
        view.State,
        view.Vm is { } vm ? VmResource.From(vm) : null,
        view.FailureMessage,
        view.LastActivityAt);
}

/// <summary>Makes machines for a class.</summary>
public sealed record DeployBody
{
    /// <summary>The template.</summary>
    public required Guid TemplateId { get; init; }

    /// <summary>What the deployment is called.</summary>
    public required string Name { get; init; }

    /// <summary>What the machines are called, with {n}, {n:00}, {user} and {template}.</summary>
    public required string NamePattern { get; init; }

    /// <summary>For whom; all students where it is left out.</summary>
    public IReadOnlyList<Guid>? StudentIds { get; init; }

    /// <summary>Processors of each.</summary>
    public int? VCpus { get; init; }

    /// <summary>Memory of each in bytes.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Start them when they are made.</summary>
    public bool Start { get; init; }

    /// <summary>Students who join later get one, too.</summary>
    public bool ForLatecomers { get; init; } = true;

    /// <summary>Students may delete theirs.</summary>
    public bool StudentsMayDelete { get; init; }

    /// <summary>When they are shut down and locked.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>How many days after that they are deleted, 1 to 365; 14 where it is left out.</summary>
    public int? GraceDays { get; init; }

    internal DeployRequest ToRequest(string? idempotencyKey) => new(
        TemplateId,
        Name,
        NamePattern,
        StudentIds,
        VCpus,
        MemoryBytes,
        Start,
        ForLatecomers,
        StudentsMayDelete,
        ExpiresAt,
        DeploymentBody.Days(GraceDays),
        idempotencyKey);
}

/// <summary>Changes a deployment.</summary>
public sealed record DeploymentBody
{
    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>Students cannot start their machines.</summary>
    public required bool Locked { get; init; }

    /// <summary>Students may delete theirs.</summary>
    public required bool StudentsMayDelete { get; init; }

    /// <summary>When the machines are shut down and locked; null = never.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>How many days after that they are deleted, 1 to 365.</summary>
    public required int GraceDays { get; init; }

    internal DeploymentFields ToFields() => new(Name, Locked, StudentsMayDelete, ExpiresAt, Days(GraceDays)!.Value);

    // Out of range it is refused with a sentence further down, not by an overflow here.
    internal static TimeSpan? Days(int? days) => days is { } d ? TimeSpan.FromDays(Math.Clamp(d, -1, 10_000)) : null;
}

/// <summary>An act on the machines of a deployment.</summary>
public sealed record BatchBody
{
    /// <summary>What is done; Deploy tries again what could not be made.</summary>
    public required BatchKind Kind { get; init; }

    /// <summary>With which of its items; all that it fits where it is left out.</summary>
    public IReadOnlyList<Guid>? ItemIds { get; init; }

    /// <summary>The name of the snapshots that it takes.</summary>
    public string? SnapshotName { get; init; }

    internal BatchRequest ToRequest(string? idempotencyKey) => new(Kind, ItemIds, SnapshotName, idempotencyKey);
}
