namespace LibVirt;

/// <summary>Whether a change applies to the running domain, to its definition, or both.</summary>
/// <remarks>C: <c>virDomainModificationImpact</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainModificationImpact : uint
{
    /// <summary>The running domain if it runs, else the definition. C: <c>VIR_DOMAIN_AFFECT_CURRENT</c>.</summary>
    Current = 0,

    /// <summary>The running domain. C: <c>VIR_DOMAIN_AFFECT_LIVE</c>.</summary>
    Live = 1,

    /// <summary>The persistent definition. C: <c>VIR_DOMAIN_AFFECT_CONFIG</c>.</summary>
    Config = 2,
}
