namespace LibVirt;

/// <summary>How to open a console.</summary>
/// <remarks>C: <c>virDomainConsoleFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainConsoleFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Throw out another client of the same console. C: <c>VIR_DOMAIN_CONSOLE_FORCE</c>.</summary>
    Force = 1,

    /// <summary>Only open it if the hypervisor guarantees a single client. C: <c>VIR_DOMAIN_CONSOLE_SAFE</c>.</summary>
    Safe = 2,
}
