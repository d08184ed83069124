namespace LibVirt;

/// <summary>Who shut a domain down.</summary>
/// <remarks>C: <c>virDomainEventShutdownDetailType</c>, libvirt-domain.h.</remarks>
public enum DomainEventShutdownDetail
{
    /// <summary>Finished. C: <c>VIR_DOMAIN_EVENT_SHUTDOWN_FINISHED</c>.</summary>
    Finished = 0,

    /// <summary>Guest. C: <c>VIR_DOMAIN_EVENT_SHUTDOWN_GUEST</c>.</summary>
    Guest = 1,

    /// <summary>Host. C: <c>VIR_DOMAIN_EVENT_SHUTDOWN_HOST</c>.</summary>
    Host = 2,
}
