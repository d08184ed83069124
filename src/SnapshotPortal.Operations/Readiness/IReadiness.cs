using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Readiness;

/// <summary>Whether everything is there that the portal needs.</summary>
public interface IReadiness
{
    /// <summary>Administrators: what is ready and what is not, host by host, with the command that mends it.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="again">Try once more what worked and is otherwise believed: that QEMU starts on KVM.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<Outcome<IReadOnlyList<ReadinessSection>>> CheckAsync(Actor actor, bool again, CancellationToken cancellationToken);
}
