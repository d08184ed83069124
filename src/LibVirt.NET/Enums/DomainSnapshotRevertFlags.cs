namespace LibVirt;

/// <summary>How to go back to a snapshot.</summary>
/// <remarks>C: <c>virDomainSnapshotRevertFlags</c>, libvirt-domain-snapshot.h.</remarks>
[Flags]
public enum DomainSnapshotRevertFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Running. C: <c>VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING</c>.</summary>
    Running = 1,

    /// <summary>Paused. C: <c>VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED</c>.</summary>
    Paused = 2,

    /// <summary>Force. C: <c>VIR_DOMAIN_SNAPSHOT_REVERT_FORCE</c>.</summary>
    Force = 4,

    /// <summary>Reset nvram. C: <c>VIR_DOMAIN_SNAPSHOT_REVERT_RESET_NVRAM</c>.</summary>
    ResetNvram = 8,
}
