using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Readiness;

/// <summary>Whether everything is there that the portal needs.</summary>
public interface IReadiness
{
    /// <summary>Administrators: what is ready and what is not, host by host, with the command that mends it.</summary>
    Task<Outcome<IReadOnlyList<ReadinessSection>>> CheckAsync(Actor actor, CancellationToken cancellationToken);
}
