namespace LibVirt;

/// <summary>Why a definition was removed.</summary>
/// <remarks>C: <c>virDomainEventUndefinedDetailType</c>, libvirt-domain.h.</remarks>
public enum DomainEventUndefinedDetail
{
    /// <summary>Removed. C: <c>VIR_DOMAIN_EVENT_UNDEFINED_REMOVED</c>.</summary>
    Removed = 0,

    /// <summary>Renamed. C: <c>VIR_DOMAIN_EVENT_UNDEFINED_RENAMED</c>.</summary>
    Renamed = 1,
}
