namespace LibVirt;

/// <summary>Why a domain was defined.</summary>
/// <remarks>C: <c>virDomainEventDefinedDetailType</c>, libvirt-domain.h.</remarks>
public enum DomainEventDefinedDetail
{
    /// <summary>Added. C: <c>VIR_DOMAIN_EVENT_DEFINED_ADDED</c>.</summary>
    Added = 0,

    /// <summary>Updated. C: <c>VIR_DOMAIN_EVENT_DEFINED_UPDATED</c>.</summary>
    Updated = 1,

    /// <summary>Renamed. C: <c>VIR_DOMAIN_EVENT_DEFINED_RENAMED</c>.</summary>
    Renamed = 2,

    /// <summary>From snapshot. C: <c>VIR_DOMAIN_EVENT_DEFINED_FROM_SNAPSHOT</c>.</summary>
    FromSnapshot = 3,
}
