namespace LibVirt;

/// <summary>How to take a snapshot.</summary>
/// <remarks>C: <c>virDomainSnapshotCreateFlags</c>, libvirt-domain-snapshot.h.</remarks>
[Flags]
public enum DomainSnapshotCreateFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Restore the record of a snapshot that exists already. C: <c>VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE</c>.</summary>
    Redefine = 1,

    /// <summary>Together with redefining: make it the current one. C: <c>VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT</c>.</summary>
    Current = 2,

    /// <summary>libvirt keeps no record of the snapshot; the caller does. C: <c>VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA</c>.</summary>
    NoMetadata = 4,

    /// <summary>Stop the guest after the snapshot. C: <c>VIR_DOMAIN_SNAPSHOT_CREATE_HALT</c>.</summary>
    Halt = 8,

    /// <summary>Disks only: no memory is saved, and the guest goes on running. C: <c>VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY</c>.</summary>
    DiskOnly = 0x10,

    /// <summary>Use overlay files that exist already, with the right backing file written in them. C: <c>VIR_DOMAIN_SNAPSHOT_CREATE_REUSE_EXT</c>.</summary>
    ReuseExternal = 0x20,

    /// <summary>Freeze the file systems through the guest agent around the snapshot. C: <c>VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE</c>.</summary>
    Quiesce = 0x40,

    /// <summary>All disks or none. C: <c>VIR_DOMAIN_SNAPSHOT_CREATE_ATOMIC</c>.</summary>
    Atomic = 0x80,

    /// <summary>Keep the guest running while its memory is saved. C: <c>VIR_DOMAIN_SNAPSHOT_CREATE_LIVE</c>.</summary>
    Live = 0x100,

    /// <summary>Check the XML against its schema first. C: <c>VIR_DOMAIN_SNAPSHOT_CREATE_VALIDATE</c>.</summary>
    Validate = 0x200,
}
