namespace LibVirt;

/// <summary>Whether the guest agent is connected.</summary>
/// <remarks>C: <c>virConnectDomainEventAgentLifecycleState</c>, libvirt-domain.h.</remarks>
public enum DomainAgentState
{
    /// <summary>Connected. C: <c>VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_CONNECTED</c>.</summary>
    Connected = 1,

    /// <summary>Disconnected. C: <c>VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_DISCONNECTED</c>.</summary>
    Disconnected = 2,
}
