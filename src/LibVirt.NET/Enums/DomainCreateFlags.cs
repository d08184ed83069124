namespace LibVirt;

/// <summary>How to start a domain.</summary>
/// <remarks>C: <c>virDomainCreateFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainCreateFlags : uint
{
    /// <summary>None. C: <c>VIR_DOMAIN_NONE</c>.</summary>
    None = 0,

    /// <summary>Start with the virtual CPUs paused. C: <c>VIR_DOMAIN_START_PAUSED</c>.</summary>
    Paused = 1,

    /// <summary>Destroy the domain when this connection closes. C: <c>VIR_DOMAIN_START_AUTODESTROY</c>.</summary>
    AutoDestroy = 2,

    /// <summary>Avoid the file system cache while loading saved memory. C: <c>VIR_DOMAIN_START_BYPASS_CACHE</c>.</summary>
    BypassCache = 4,

    /// <summary>Discard a managed save image and boot. C: <c>VIR_DOMAIN_START_FORCE_BOOT</c>.</summary>
    ForceBoot = 8,

    /// <summary>Check the XML against its schema first. C: <c>VIR_DOMAIN_START_VALIDATE</c>.</summary>
    Validate = 0x10,

    /// <summary>Start with NVRAM made anew from its template. C: <c>VIR_DOMAIN_START_RESET_NVRAM</c>.</summary>
    ResetNvram = 0x20,
}
