namespace LibVirt;

/// <summary>How to define a network.</summary>
/// <remarks>C: <c>virNetworkDefineFlags</c>, libvirt-network.h.</remarks>
[Flags]
public enum NetworkDefineFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Validate. C: <c>VIR_NETWORK_DEFINE_VALIDATE</c>.</summary>
    Validate = 1,
}
