namespace LibVirt;

/// <summary>What to ask the guest agent; none means all it knows.</summary>
/// <remarks>C: <c>virDomainGuestInfoTypes</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainGuestInfoTypes : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Users. C: <c>VIR_DOMAIN_GUEST_INFO_USERS</c>.</summary>
    Users = 1,

    /// <summary>Operating system. C: <c>VIR_DOMAIN_GUEST_INFO_OS</c>.</summary>
    OperatingSystem = 2,

    /// <summary>Time zone. C: <c>VIR_DOMAIN_GUEST_INFO_TIMEZONE</c>.</summary>
    TimeZone = 4,

    /// <summary>Hostname. C: <c>VIR_DOMAIN_GUEST_INFO_HOSTNAME</c>.</summary>
    Hostname = 8,

    /// <summary>File system. C: <c>VIR_DOMAIN_GUEST_INFO_FILESYSTEM</c>.</summary>
    FileSystem = 0x10,

    /// <summary>Disks. C: <c>VIR_DOMAIN_GUEST_INFO_DISKS</c>.</summary>
    Disks = 0x20,

    /// <summary>Interfaces. C: <c>VIR_DOMAIN_GUEST_INFO_INTERFACES</c>.</summary>
    Interfaces = 0x40,
}
