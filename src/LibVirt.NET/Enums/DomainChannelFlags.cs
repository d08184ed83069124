namespace LibVirt;

/// <summary>How to open a channel.</summary>
/// <remarks>C: <c>virDomainChannelFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainChannelFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Force. C: <c>VIR_DOMAIN_CHANNEL_FORCE</c>.</summary>
    Force = 1,
}
