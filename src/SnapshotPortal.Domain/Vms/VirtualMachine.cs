namespace SnapshotPortal.Domain.Vms;

/// <summary>What the hypervisor last said of a virtual machine.</summary>
public enum PowerState
{
    /// <summary>Not seen yet, or the host is unreachable.</summary>
    Unknown,
    ShutOff,
    Running,
    Paused,

    /// <summary>On its way down.</summary>
    ShuttingDown,

    /// <summary>The guest crashed and QEMU keeps it for inspection.</summary>
    Crashed,
}

/// <summary>What power states have in common.</summary>
public static class PowerStates
{
    /// <summary>The machine is on: it holds memory and processors of its host, whether its guest runs at this moment or not.</summary>
    public static bool IsOn(this PowerState power) => power is PowerState.Running or PowerState.Paused or PowerState.ShuttingDown;
}

/// <summary>Where a virtual machine is in its life with the portal.</summary>
public enum VmPresence
{
    /// <summary>Its row exists, its domain is being made.</summary>
    Creating,

    /// <summary>The domain exists on the host.</summary>
    Present,

    /// <summary>The domain is gone from the host behind the portal's back; the layers and snapshots are kept.</summary>
    Missing,

    /// <summary>Its owner deleted it; the domain and its layers are being removed.</summary>
    Deleting,
}

/// <summary>How a virtual machine came to the portal.</summary>
public enum VmOrigin
{
    /// <summary>It existed on the host and was given an owner.</summary>
    Adopted,

    /// <summary>Made from a snapshot.</summary>
    Cloned,

    /// <summary>Made from an imported image.</summary>
    Imported,
}

/// <summary>A libvirt domain that the portal manages for an owner. Its id is the domain's UUID.</summary>
public sealed class VirtualMachine
{
    public required Guid Id { get; init; }

    public required Guid HostId { get; init; }

    public required string Name { get; set; }

    public string Description { get; set; } = "";

    /// <summary>The user it belongs to.</summary>
    public required Guid OwnerId { get; set; }

    public required VmOrigin Origin { get; init; }

    /// <summary>The snapshot it was cloned from, if it was.</summary>
    public Guid? OriginSnapshotId { get; init; }

    /// <summary>The edition of the template it was made from, or last reset or moved on to; <see langword="null"/> if from none.</summary>
    public Guid? TemplateVersionId { get; set; }

    /// <summary>The edition that the machine it was made from stood on: what it has on its disks is of that one, and stays so when both are gone.</summary>
    public Guid? OriginVersionId { get; init; }

    /// <summary>The class that the machine it was made from, or one before that, was made for; <see langword="null"/> if none, or if a template lies between.</summary>
    public Guid? OriginClassId { get; init; }

    /// <summary>The class it was made for: whose teachers see it and act on it; <see langword="null"/> if for none.</summary>
    public Guid? ClassId { get; init; }

    /// <summary>The deployment it belongs to; <see langword="null"/> if to none.</summary>
    public Guid? DeploymentId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public VmPresence Presence { get; private set; } = VmPresence.Present;

    public PowerState Power { get; set; }

    /// <summary>The guest agent answers. False whenever the machine does not run.</summary>
    public bool AgentConnected { get; set; }

    /// <summary>When <see cref="Power"/> or <see cref="AgentConnected"/> was last seen to change.</summary>
    public DateTimeOffset ObservedAt { get; set; }

    public int VCpus { get; set; }

    /// <summary>Memory in bytes.</summary>
    public long MemoryBytes { get; set; }

    /// <summary>How long a snapshot of this machine may take, from the request on; <see langword="null"/> = the portal's default.</summary>
    public TimeSpan? FailureDeadline { get; set; }

    /// <summary>The snapshot that the present state descends from: the last one taken or restored.</summary>
    public Guid? CurrentSnapshotId { get; set; }

    /// <summary>
    /// What differs between the database and the host, in a sentence; <see langword="null"/> while they agree.
    /// Operations that touch disks stop while it is set.
    /// </summary>
    public string? Drift { get; set; }

    /// <summary>Grows with every change that the machine's record on its host has to show.</summary>
    public long RecordRevision { get; set; } = 1;

    /// <summary>The revision that was last written to the host; behind <see cref="RecordRevision"/> while the record is stale.</summary>
    public long RecordWritten { get; set; }

    /// <summary>Changes with every write; two writers of one row cannot overwrite one another.</summary>
    public Guid Version { get; set; }

    /// <summary>Marks a machine whose domain is still to be made.</summary>
    public VirtualMachine AsCreating()
    {
        Presence = VmPresence.Creating;
        return this;
    }

    /// <summary>Moves to <paramref name="next"/> if the machine is in <paramref name="expected"/>.</summary>
    /// <returns>False if it was in another state than expected; nothing changed then.</returns>
    /// <exception cref="IllegalTransitionException">No such edge exists.</exception>
    public bool TryTransition(VmPresence expected, VmPresence next)
    {
        var legal = (expected, next) switch
        {
            (VmPresence.Creating, VmPresence.Present or VmPresence.Deleting) => true,
            (VmPresence.Present, VmPresence.Missing or VmPresence.Deleting) => true,
            (VmPresence.Missing, VmPresence.Present or VmPresence.Deleting) => true,
            (VmPresence.Deleting, VmPresence.Present) => true,
            _ => false,
        };
        if (!legal)
        {
            throw IllegalTransitionException.Between("A virtual machine", expected, next);
        }

        if (Presence != expected)
        {
            return false;
        }

        Presence = next;
        return true;
    }
}
