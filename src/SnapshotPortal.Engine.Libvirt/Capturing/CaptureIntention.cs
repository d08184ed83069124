using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Capturing;

/// <summary>What a capture is about to do, as the journal keeps it.</summary>
/// <param name="Disks">All disks; for each included one the file that is about to freeze and the overlay that is about to be made.</param>
/// <param name="Configuration">The configuration before.</param>
/// <param name="Memory">The file that is about to get the memory.</param>
/// <param name="Indications">What is known before the freeze.</param>
internal sealed record CaptureIntention(
    IReadOnlyList<CapturedDisk> Disks,
    MachineConfiguration Configuration,
    MemoryImage? Memory,
    IReadOnlyList<Indication> Indications);

/// <summary>The capture is being undone: the files that were to be frozen are written to again.</summary>
/// <param name="StartedPaused">The machine was started, paused, only for that.</param>
internal sealed record UndoIntention(bool StartedPaused);
