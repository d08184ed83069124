namespace LibVirt;

/// <summary>How to ask the guest to shut down.</summary>
/// <remarks>C: <c>virDomainShutdownFlagValues</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainShutdownFlags : uint
{
    /// <summary>None. C: <c>VIR_DOMAIN_SHUTDOWN_DEFAULT</c>.</summary>
    None = 0,

    /// <summary>Acpi power button. C: <c>VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN</c>.</summary>
    AcpiPowerButton = 1,

    /// <summary>Guest agent. C: <c>VIR_DOMAIN_SHUTDOWN_GUEST_AGENT</c>.</summary>
    GuestAgent = 2,

    /// <summary>Initctl. C: <c>VIR_DOMAIN_SHUTDOWN_INITCTL</c>.</summary>
    Initctl = 4,

    /// <summary>Signal. C: <c>VIR_DOMAIN_SHUTDOWN_SIGNAL</c>.</summary>
    Signal = 8,

    /// <summary>Paravirt. C: <c>VIR_DOMAIN_SHUTDOWN_PARAVIRT</c>.</summary>
    Paravirt = 0x10,
}
