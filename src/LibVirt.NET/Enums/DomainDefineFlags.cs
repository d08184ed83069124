namespace LibVirt;

/// <summary>How to define a domain.</summary>
/// <remarks>C: <c>virDomainDefineFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainDefineFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Validate. C: <c>VIR_DOMAIN_DEFINE_VALIDATE</c>.</summary>
    Validate = 1,
}
