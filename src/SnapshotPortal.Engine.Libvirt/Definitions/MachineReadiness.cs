using LibVirt;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Definitions;

/// <summary>Whether a machine's disks may be worked on now.</summary>
internal static class MachineReadiness
{
    /// <summary>Refuses a machine that somebody else works on, or whose saved memory belongs to its disks as they are.</summary>
    /// <exception cref="EngineException"><see cref="FailureCodes.VmBusy"/> or <see cref="FailureCodes.VmSaved"/>; nothing was touched.</exception>
    public static void Require(VirDomain domain, DomainDefinition current)
    {
        if (WhyNot(domain, current) is var (code, message))
        {
            throw new EngineException(code, message);
        }
    }

    /// <summary>Why not, with the code; <see langword="null"/> if they may.</summary>
    public static (string Code, string Message)? WhyNot(VirDomain domain, DomainDefinition current)
    {
        if (!domain.IsActive)
        {
            // Its memory would go on with disks that have changed under it, or write to a file that is frozen by then.
            return domain.HasManagedSave()
                ? (FailureCodes.VmSaved, "The machine was put to sleep: its memory is saved on the host and belongs to its disks as they are now. Start it, so that it goes on; then ask again.")
                : null;
        }

        var state = domain.GetState();
        if (state.State == DomainState.Paused && (DomainPausedReason)state.Reason is
            DomainPausedReason.StartingUp or DomainPausedReason.Migration or DomainPausedReason.Save or DomainPausedReason.Dump or DomainPausedReason.Snapshot or DomainPausedReason.PostCopy)
        {
            return (FailureCodes.VmBusy, "The machine is just being started, saved or moved by somebody on the host. Ask again when that is over.");
        }

        if (domain.GetJobInfo().Type is DomainJobType.Bounded or DomainJobType.Unbounded)
        {
            return (FailureCodes.VmBusy, "The host is at work on this machine already (a migration, a backup or a save that the portal did not begin). Ask again when that is over.");
        }

        return current.Disks.FirstOrDefault(d => d is { Device: "disk", SourceType: "file" } && domain.GetBlockJobInfo(d.Target) is not null) is { } disk
            ? (FailureCodes.VmBusy, $"Somebody on the host copies or merges the disk {disk.Target}. Ask again when that is over.")
            : null;
    }
}
