using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Attention;

/// <summary>What needs a person. Every call authorises by itself.</summary>
public interface IAttention
{
    /// <summary>
    /// What is owed to the actor, the most urgent first: of their own machines, and of the classes that they teach the deployments
    /// that end soon. Nothing of anybody else's, for administrators neither: a home page is one's own.
    /// </summary>
    Task<IReadOnlyList<AttentionView>> ListAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>Hears no more of a failed operation on a machine of one's own.</summary>
    Task<Outcome<OperationView>> DismissAsync(Actor actor, Guid operationId, CancellationToken cancellationToken);
}
