using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Exporting;

/// <summary>What an export is about to make, as the journal keeps it.</summary>
/// <param name="Files">The volumes.</param>
/// <param name="HelperId">The domain that reads the disks for it; <see langword="null"/> where the machine itself does.</param>
/// <param name="VmId">The machine.</param>
internal sealed record ExportIntention(IReadOnlyList<ExportFile> Files, Guid? HelperId, Guid VmId);

/// <summary>One disk on its way: from where QEMU knows it to the new volume.</summary>
/// <param name="Disk">The disk's name in the domain that does the work.</param>
/// <param name="Source">The file whose content it is.</param>
/// <param name="File">The new volume.</param>
internal sealed record ExportedDisk(string Disk, LayerFile Source, ExportFile File);
