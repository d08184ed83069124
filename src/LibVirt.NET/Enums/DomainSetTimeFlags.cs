namespace LibVirt;

/// <summary>How to set the clock of a guest.</summary>
/// <remarks>C: <c>virDomainSetTimeFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainSetTimeFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Sync. C: <c>VIR_DOMAIN_TIME_SYNC</c>.</summary>
    Sync = 1,
}
