namespace LibVirt;

/// <summary>How to end a running domain.</summary>
/// <remarks>C: <c>virDomainDestroyFlagsValues</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainDestroyFlags : uint
{
    /// <summary>None. C: <c>VIR_DOMAIN_DESTROY_DEFAULT</c>.</summary>
    None = 0,

    /// <summary>Only SIGTERM, never SIGKILL. C: <c>VIR_DOMAIN_DESTROY_GRACEFUL</c>.</summary>
    Graceful = 1,

    /// <summary>Remove the logs of the domain too. C: <c>VIR_DOMAIN_DESTROY_REMOVE_LOGS</c>.</summary>
    RemoveLogs = 2,
}
