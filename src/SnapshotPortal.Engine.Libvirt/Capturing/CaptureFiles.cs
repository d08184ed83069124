using LibVirt;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Capturing;

/// <summary>Names the files that a capture is about to make.</summary>
internal static class CaptureFiles
{
    /// <summary>All disks; for each that can be part of a snapshot the file that is about to freeze and the overlay that is about to be made.</summary>
    /// <param name="look">The machine.</param>
    /// <param name="heads">The files that the database knows of, by disk; a disk that lies elsewhere is refused.</param>
    /// <exception cref="EngineException">No disk can be part of a snapshot, or one was moved.</exception>
    public static List<CapturedDisk> OfDisks(MachineLook look, IReadOnlyDictionary<string, LayerFile>? heads)
        => look.Disks.Any(static d => d.Included)
            ? [.. look.Disks.Select(disk => Planned(disk, heads?.GetValueOrDefault(disk.Target)))]
            : throw new EngineException(FailureCodes.NoEligibleDisk, "No disk of this machine can be part of a snapshot. " + string.Join(' ', look.Disks.Select(static d => $"{d.Target}: {d.Exclusion}")));

    /// <summary>Where the memory will lie: beside the disks.</summary>
    /// <exception cref="EngineException">The machine does not run, or has a state that cannot be saved.</exception>
    public static MemoryImage OfMemory(VirDomain domain, MachineLook look, IEnumerable<CapturedDisk> disks, Guid snapshotId)
    {
        if (look.Power is not (PowerState.Running or PowerState.Paused))
        {
            throw new EngineException(FailureCodes.VmNotRunning, "The machine does not run, so it has no memory to save. Take the snapshot without memory, or start the machine first.");
        }

        if (look.Current.HasHostDevices)
        {
            throw new EngineException(FailureCodes.MemoryImpossible, "A device of the host is passed through to this machine, and its state cannot be saved. Take the snapshot without memory.");
        }

        var beside = disks.First(static d => d.NewHead is not null).NewHead!;
        var volume = $"sp-{snapshotId:N}.memory";
        return new MemoryImage(beside.Pool, volume, $"{Path.GetDirectoryName(beside.Path)}/{volume}", (long)domain.GetInfo().MaxMemoryKiB * 1024);
    }

    private static CapturedDisk Planned(DiskInspection disk, LayerFile? known)
    {
        if (disk.File is not { } file || disk.Exclusion is not null)
        {
            return new CapturedDisk(disk.Target, disk.Exclusion, Frozen: null, NewHead: null, 0);
        }

        if (known is not null)
        {
            if (!string.Equals(known.Path, file.Path, StringComparison.Ordinal))
            {
                throw new EngineException(
                    FailureCodes.Drift,
                    $"The disk {disk.Target} lies in {file.Path}, where the portal left it in {known.Path}. Somebody changed it outside the portal.");
            }

            file = known with { VirtualSize = file.VirtualSize, Allocation = file.Allocation };
        }

        return new CapturedDisk(disk.Target, Exclusion: null, file, Volumes.PlanFile(file), file.VirtualSize);
    }
}
