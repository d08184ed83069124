using System.Text.Json.Serialization;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Api;

/// <summary>A durable piece of work, from its request to its end.</summary>
public sealed record OperationResource(
    Guid Id,
    OperationKind Kind,
    Guid VmId,
    string VmName,
    Guid? SnapshotId,
    string? SnapshotName,
    OperationState State,
    string? CurrentStep,
    double? Percent,
    string? WaitingFor,
    IReadOnlyList<StepResource> Steps,
    string RequestedBy,
    bool OnBehalf,
    DateTimeOffset RequestedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? CompletedAt,
    DateTimeOffset Deadline,
    bool CancelRequested,
    ErrorResource? Error)
{
    internal static OperationResource From(OperationView view) => new(
        view.Id,
        view.Kind,
        view.VmId,
        view.VmName,
        view.SnapshotId,
        view.SnapshotName,
        view.State,
        view.CurrentStep,
        view.Percent,
        view.WaitingFor,
        [.. view.Steps.Select(static s => new StepResource(s.Name, s.State, s.StartedAt, s.DurationMilliseconds, s.Detail))],
        view.RequestedBy,
        view.OnBehalf,
        view.RequestedAt,
        view.StartedAt,
        view.CompletedAt,
        view.Deadline,
        view.CancelRequested,
        view.ErrorCode is { } code ? new ErrorResource(code, view.ErrorMessage ?? "") : null);
}

/// <summary>One step of an operation.</summary>
public sealed record StepResource(string Name, StepState State, DateTimeOffset StartedAt, double? DurationMilliseconds, string? Detail);

/// <summary>Why an operation failed: a stable code and a sentence for people.</summary>
public sealed record ErrorResource(string Code, string Detail);

/// <summary>Operations, or the events since a sequence number; and where to go on from.</summary>
/// <param name="Operations">Newest first; not there where <c>since</c> was asked for.</param>
/// <param name="Events">Oldest first; only there where <c>since</c> was asked for.</param>
/// <param name="LastSequence">Ask for the events since this number next.</param>
/// <param name="More">There are more events already: ask again at once.</param>
public sealed record OperationListResource(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<OperationResource>? Operations,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<EventResource>? Events,
    long LastSequence,
    bool More);

/// <summary>The events since a sequence number, oldest first.</summary>
/// <param name="Events">Those that you may see.</param>
/// <param name="LastSequence">Ask for the events since this number next.</param>
/// <param name="More">There are more already: ask again at once.</param>
public sealed record EventListResource(IReadOnlyList<EventResource> Events, long LastSequence, bool More);

/// <summary>One change, as the API and the hub tell it.</summary>
/// <param name="Sequence">Grows in the order of the changes.</param>
/// <param name="At">When.</param>
/// <param name="OperationId">The operation it tells of; none for a change of the machine or the host itself.</param>
/// <param name="Kind">The operation's kind, or <c>VmChanged</c>, <c>VmRemoved</c>, <c>SnapshotChanged</c>, <c>ConsoleChanged</c>, <c>HostChanged</c>, <c>ExportChanged</c>, <c>ClassChanged</c>, <c>AttentionChanged</c>.</param>
/// <param name="VmId">The machine.</param>
/// <param name="SnapshotId">The snapshot.</param>
/// <param name="ClassId">The class, for its teachers.</param>
/// <param name="State">The operation's, machine's or host's state.</param>
/// <param name="Phase">The snapshot's phase.</param>
/// <param name="Step">The operation's current step.</param>
/// <param name="Percent">The step's progress, 0 to 100.</param>
/// <param name="Message">A sentence for people.</param>
/// <param name="Error">Why it failed.</param>
public sealed record EventResource(
    long Sequence,
    DateTimeOffset At,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? OperationId,
    string Kind,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? VmId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? SnapshotId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? ClassId,
    string State,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Phase,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Step,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Percent,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ErrorResource? Error)
{
    internal static EventResource From(EventView view) => new(
        view.Sequence,
        view.At,
        view.OperationId,
        view.Kind,
        view.VmId,
        view.SnapshotId,
        view.ClassId,
        view.State,
        view.Phase,
        view.Step,
        view.Percent,
        view.Message,
        view.Error is { } error ? new ErrorResource(error.Code, error.Detail) : null);
}
