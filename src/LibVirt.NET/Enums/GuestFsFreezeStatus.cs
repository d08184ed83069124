namespace LibVirt;

/// <summary>Whether the file systems of a guest are frozen, by its agent's word (GuestFsfreezeStatus, QEMU Guest Agent Protocol).</summary>
public enum GuestFsFreezeStatus
{
    /// <summary>The agent said something else.</summary>
    Unknown = 0,

    /// <summary>No file system is frozen.</summary>
    Thawed = 1,

    /// <summary>Some file system is frozen.</summary>
    Frozen = 2,
}
