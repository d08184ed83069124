namespace LibVirt;

/// <summary>How to begin a backup.</summary>
/// <remarks>C: <c>virDomainBackupBeginFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainBackupBeginFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>The target files exist already. C: <c>VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL</c>.</summary>
    ReuseExternal = 1,
}
