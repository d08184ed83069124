namespace LibVirt;

/// <summary>What to remove, or to keep, together with the definition of a domain.</summary>
/// <remarks>C: <c>virDomainUndefineFlagsValues</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainUndefineFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Remove the managed save image too. C: <c>VIR_DOMAIN_UNDEFINE_MANAGED_SAVE</c>.</summary>
    ManagedSave = 1,

    /// <summary>Remove the records of snapshots too; their files stay. C: <c>VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA</c>.</summary>
    SnapshotsMetadata = 2,

    /// <summary>Remove the NVRAM file too. C: <c>VIR_DOMAIN_UNDEFINE_NVRAM</c>.</summary>
    Nvram = 4,

    /// <summary>Keep the NVRAM file. C: <c>VIR_DOMAIN_UNDEFINE_KEEP_NVRAM</c>.</summary>
    KeepNvram = 8,

    /// <summary>Remove the records of checkpoints too. C: <c>VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA</c>.</summary>
    CheckpointsMetadata = 0x10,

    /// <summary>Remove the state of the TPM too. C: <c>VIR_DOMAIN_UNDEFINE_TPM</c>.</summary>
    Tpm = 0x20,

    /// <summary>Keep the state of the TPM. C: <c>VIR_DOMAIN_UNDEFINE_KEEP_TPM</c>.</summary>
    KeepTpm = 0x40,
}
