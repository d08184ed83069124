namespace LibVirt;

/// <summary>How to ask the guest to reboot.</summary>
/// <remarks>C: <c>virDomainRebootFlagValues</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainRebootFlags : uint
{
    /// <summary>None. C: <c>VIR_DOMAIN_REBOOT_DEFAULT</c>.</summary>
    None = 0,

    /// <summary>Acpi power button. C: <c>VIR_DOMAIN_REBOOT_ACPI_POWER_BTN</c>.</summary>
    AcpiPowerButton = 1,

    /// <summary>Guest agent. C: <c>VIR_DOMAIN_REBOOT_GUEST_AGENT</c>.</summary>
    GuestAgent = 2,

    /// <summary>Initctl. C: <c>VIR_DOMAIN_REBOOT_INITCTL</c>.</summary>
    Initctl = 4,

    /// <summary>Signal. C: <c>VIR_DOMAIN_REBOOT_SIGNAL</c>.</summary>
    Signal = 8,

    /// <summary>Paravirt. C: <c>VIR_DOMAIN_REBOOT_PARAVIRT</c>.</summary>
    Paravirt = 0x10,
}
