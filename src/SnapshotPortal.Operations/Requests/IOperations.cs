using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Requests;

/// <summary>What a person may ask about and of operations. Every call authorises by itself.</summary>
public interface IOperations
{
    /// <summary>Operations, newest first.</summary>
    Task<IReadOnlyList<OperationView>> ListAsync(Actor actor, OperationQuery query, CancellationToken cancellationToken);

    Task<Outcome<OperationView>> GetAsync(Actor actor, Guid operationId, CancellationToken cancellationToken);

    /// <summary>Asks to cancel. A queued operation ends at once; a running one as soon as its step allows.</summary>
    Task<Outcome<OperationView>> CancelAsync(Actor actor, Guid operationId, CancellationToken cancellationToken);

    /// <summary>The events after <paramref name="sinceSequence"/> that the actor may see, oldest first, at most <paramref name="take"/>.</summary>
    Task<IReadOnlyList<EventView>> EventsSinceAsync(Actor actor, long sinceSequence, int take, CancellationToken cancellationToken);

    /// <summary>The newest sequence number there is; where a newcomer begins to listen.</summary>
    Task<long> LastSequenceAsync(CancellationToken cancellationToken);
}

/// <summary>Which operations to list.</summary>
/// <param name="VmId">Only those of one machine.</param>
/// <param name="ActiveOnly">Only queued and running ones.</param>
/// <param name="Everybodys">Administrators: not only one's own. Ignored for anybody else.</param>
/// <param name="Take">How many at the most, 1 to 500.</param>
/// <param name="Kind">Only of one kind.</param>
public sealed record OperationQuery(Guid? VmId = null, bool ActiveOnly = false, bool Everybodys = false, int Take = 100, OperationKind? Kind = null);
