namespace LibVirt;

/// <summary>What a stream can be waited for.</summary>
/// <remarks>C: <c>virStreamEventType</c>, libvirt-stream.h.</remarks>
[Flags]
public enum VirStreamEvents : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Readable. C: <c>VIR_STREAM_EVENT_READABLE</c>.</summary>
    Readable = 1,

    /// <summary>Writable. C: <c>VIR_STREAM_EVENT_WRITABLE</c>.</summary>
    Writable = 2,

    /// <summary>Error. C: <c>VIR_STREAM_EVENT_ERROR</c>.</summary>
    Error = 4,

    /// <summary>Hang up. C: <c>VIR_STREAM_EVENT_HANGUP</c>.</summary>
    HangUp = 8,
}
