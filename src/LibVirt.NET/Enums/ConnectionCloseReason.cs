namespace LibVirt;

/// <summary>Why a connection came to its end.</summary>
/// <remarks>C: <c>virConnectCloseReason</c>, libvirt-common.h.</remarks>
public enum ConnectionCloseReason
{
    /// <summary>Error. C: <c>VIR_CONNECT_CLOSE_REASON_ERROR</c>.</summary>
    Error = 0,

    /// <summary>End of file. C: <c>VIR_CONNECT_CLOSE_REASON_EOF</c>.</summary>
    EndOfFile = 1,

    /// <summary>Keep alive. C: <c>VIR_CONNECT_CLOSE_REASON_KEEPALIVE</c>.</summary>
    KeepAlive = 2,

    /// <summary>Client. C: <c>VIR_CONNECT_CLOSE_REASON_CLIENT</c>.</summary>
    Client = 3,
}
