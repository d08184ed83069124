using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Capturing;

/// <summary>What a capture is about to do, as the journal keeps it.</summary>
/// <param name="Disks">All disks; for each included one the file that is about to freeze and the overlay that is about to be made.</param>
/// <param name="DomainXml">The inactive definition before.</param>
/// <param name="Indications">What is known before the freeze.</param>
internal sealed record CaptureIntention(IReadOnlyList<CapturedDisk> Disks, string DomainXml, IReadOnlyList<Indication> Indications);
