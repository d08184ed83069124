namespace LibVirt;

/// <summary>How a stream behaves.</summary>
/// <remarks>C: <c>virStreamFlags</c>, libvirt-stream.h.</remarks>
[Flags]
public enum VirStreamFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Sending and receiving never block. C: <c>VIR_STREAM_NONBLOCK</c>.</summary>
    NonBlocking = 1,
}
