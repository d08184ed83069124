namespace LibVirt;

/// <summary>What a virtual CPU count applies to.</summary>
/// <remarks>C: <c>virDomainVcpuFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainVcpuFlags : uint
{
    /// <summary>Current. C: <c>VIR_DOMAIN_VCPU_CURRENT</c>.</summary>
    Current = 0,

    /// <summary>Live. C: <c>VIR_DOMAIN_VCPU_LIVE</c>.</summary>
    Live = 1,

    /// <summary>Config. C: <c>VIR_DOMAIN_VCPU_CONFIG</c>.</summary>
    Config = 2,

    /// <summary>Maximum. C: <c>VIR_DOMAIN_VCPU_MAXIMUM</c>.</summary>
    Maximum = 4,

    /// <summary>Guest. C: <c>VIR_DOMAIN_VCPU_GUEST</c>.</summary>
    Guest = 8,

    /// <summary>Hotpluggable. C: <c>VIR_DOMAIN_VCPU_HOTPLUGGABLE</c>.</summary>
    Hotpluggable = 0x10,
}
