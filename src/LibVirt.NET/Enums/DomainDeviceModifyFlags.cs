namespace LibVirt;

/// <summary>Whether a device change applies to the running domain, to its definition, or both.</summary>
/// <remarks>C: <c>virDomainDeviceModifyFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainDeviceModifyFlags : uint
{
    /// <summary>Current. C: <c>VIR_DOMAIN_DEVICE_MODIFY_CURRENT</c>.</summary>
    Current = 0,

    /// <summary>Live. C: <c>VIR_DOMAIN_DEVICE_MODIFY_LIVE</c>.</summary>
    Live = 1,

    /// <summary>Config. C: <c>VIR_DOMAIN_DEVICE_MODIFY_CONFIG</c>.</summary>
    Config = 2,

    /// <summary>Force. C: <c>VIR_DOMAIN_DEVICE_MODIFY_FORCE</c>.</summary>
    Force = 4,
}
