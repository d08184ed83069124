using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Board;

/// <summary>What is going on now, on everything that somebody may see. Every call authorises by itself.</summary>
public interface IBoard
{
    /// <summary>
    /// What waits, runs or ended within <see cref="BoardQuery.Recent"/>, newest first: of one's own machines, of those of the classes
    /// that one teaches, and for administrators of all.
    /// </summary>
    Task<BoardView> ListAsync(Actor actor, BoardQuery query, CancellationToken cancellationToken);
}

/// <summary>What of it to show.</summary>
/// <param name="Kind">Only of one kind.</param>
/// <param name="State">Only in one state.</param>
/// <param name="Host">Only on the host with this name.</param>
/// <param name="ClassId">Only on machines that were made for this class.</param>
/// <param name="Text">Only where the machine's or a person's name contains it.</param>
public sealed record BoardQuery(OperationKind? Kind = null, OperationState? State = null, string? Host = null, Guid? ClassId = null, string? Text = null)
{
    /// <summary>How long what has ended stays.</summary>
    public static readonly TimeSpan Recent = TimeSpan.FromMinutes(15);

    /// <summary>Only those of these operations that belong on the board, without what there is to choose from.</summary>
    public IReadOnlyCollection<Guid>? OperationIds { get; init; }
}
