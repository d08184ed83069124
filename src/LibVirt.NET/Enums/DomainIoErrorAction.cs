namespace LibVirt;

/// <summary>What the hypervisor did about an I/O error.</summary>
/// <remarks>C: <c>virDomainEventIOErrorAction</c>, libvirt-domain.h.</remarks>
public enum DomainIoErrorAction
{
    /// <summary>None. C: <c>VIR_DOMAIN_EVENT_IO_ERROR_NONE</c>.</summary>
    None = 0,

    /// <summary>Pause. C: <c>VIR_DOMAIN_EVENT_IO_ERROR_PAUSE</c>.</summary>
    Pause = 1,

    /// <summary>Report. C: <c>VIR_DOMAIN_EVENT_IO_ERROR_REPORT</c>.</summary>
    Report = 2,
}
