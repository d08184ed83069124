namespace LibVirt;

/// <summary>How to start a transient network.</summary>
/// <remarks>C: <c>virNetworkCreateFlags</c>, libvirt-network.h.</remarks>
[Flags]
public enum NetworkCreateFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Validate. C: <c>VIR_NETWORK_CREATE_VALIDATE</c>.</summary>
    Validate = 1,
}
