namespace LibVirt;

/// <summary>How to open a display.</summary>
/// <remarks>C: <c>virDomainOpenGraphicsFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainOpenGraphicsFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Skip auth. C: <c>VIR_DOMAIN_OPEN_GRAPHICS_SKIPAUTH</c>.</summary>
    SkipAuth = 1,
}
