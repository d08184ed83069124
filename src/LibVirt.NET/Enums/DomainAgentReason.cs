namespace LibVirt;

/// <summary>Why the state of the guest agent changed.</summary>
/// <remarks>C: <c>virConnectDomainEventAgentLifecycleReason</c>, libvirt-domain.h.</remarks>
public enum DomainAgentReason
{
    /// <summary>Unknown. C: <c>VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_REASON_UNKNOWN</c>.</summary>
    Unknown = 0,

    /// <summary>Domain started. C: <c>VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_REASON_DOMAIN_STARTED</c>.</summary>
    DomainStarted = 1,

    /// <summary>Channel. C: <c>VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_REASON_CHANNEL</c>.</summary>
    Channel = 2,
}
