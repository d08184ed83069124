namespace LibVirt;

/// <summary>What a memory size applies to.</summary>
/// <remarks>C: <c>virDomainMemoryModFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainMemoryFlags : uint
{
    /// <summary>Current. C: <c>VIR_DOMAIN_MEM_CURRENT</c>.</summary>
    Current = 0,

    /// <summary>Live. C: <c>VIR_DOMAIN_MEM_LIVE</c>.</summary>
    Live = 1,

    /// <summary>Config. C: <c>VIR_DOMAIN_MEM_CONFIG</c>.</summary>
    Config = 2,

    /// <summary>Maximum. C: <c>VIR_DOMAIN_MEM_MAXIMUM</c>.</summary>
    Maximum = 4,
}
