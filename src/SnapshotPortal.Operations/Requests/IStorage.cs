using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Requests;

/// <summary>What a person may ask about the bytes behind their machines. Every call authorises by itself.</summary>
public interface IStorage
{
    /// <summary>
    /// Who holds which bytes of a machine and its snapshots. Measured on the host where it answers, otherwise as last known
    /// (<see cref="StorageView.MeasuredNow"/>).
    /// </summary>
    Task<Outcome<StorageView>> MapAsync(Actor actor, Guid vmId, CancellationToken cancellationToken);

    /// <summary>What the deletion of a snapshot would free, and what would stay for whom.</summary>
    Task<Outcome<SnapshotReleaseView>> ReleaseAsync(Actor actor, Guid snapshotId, CancellationToken cancellationToken);

    /// <summary>Makes the machine's present disks independent of every other file. Its snapshots stay as they are.</summary>
    Task<Outcome<OperationView>> FlattenAsync(Actor actor, Guid vmId, string? idempotencyKey, CancellationToken cancellationToken);
}
