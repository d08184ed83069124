namespace LibVirt;

/// <summary>How a password is given.</summary>
/// <remarks>C: <c>virDomainSetUserPasswordFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainSetUserPasswordFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Encrypted. C: <c>VIR_DOMAIN_PASSWORD_ENCRYPTED</c>.</summary>
    Encrypted = 1,
}
