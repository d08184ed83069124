namespace LibVirt;

/// <summary>How to save or restore the memory of a domain.</summary>
/// <remarks>C: <c>virDomainSaveRestoreFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainSaveRestoreFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Bypass cache. C: <c>VIR_DOMAIN_SAVE_BYPASS_CACHE</c>.</summary>
    BypassCache = 1,

    /// <summary>Running. C: <c>VIR_DOMAIN_SAVE_RUNNING</c>.</summary>
    Running = 2,

    /// <summary>Paused. C: <c>VIR_DOMAIN_SAVE_PAUSED</c>.</summary>
    Paused = 4,

    /// <summary>Reset nvram. C: <c>VIR_DOMAIN_SAVE_RESET_NVRAM</c>.</summary>
    ResetNvram = 8,
}
