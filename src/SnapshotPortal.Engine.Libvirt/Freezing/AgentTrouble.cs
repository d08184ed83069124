using LibVirt;

namespace SnapshotPortal.Engine.Libvirt.Freezing;

/// <summary>Tells a guest's failures from its host's.</summary>
internal static class AgentTrouble
{
    /// <summary>The guest or its agent is the trouble, not the host: what is done then is a decision, not a failure.</summary>
    public static bool Is(LibvirtException e) => e.Code
        is LibvirtErrorCode.AgentUnresponsive
        or LibvirtErrorCode.AgentUnsynced
        or LibvirtErrorCode.OperationUnsupported
        or LibvirtErrorCode.OperationInvalid
        or LibvirtErrorCode.OperationTimeout
        or LibvirtErrorCode.ArgumentUnsupported
        or LibvirtErrorCode.ConfigUnsupported
        || (e.Code is LibvirtErrorCode.InternalError or LibvirtErrorCode.SystemError && e.Domain is not (LibvirtErrorDomain.Rpc or LibvirtErrorDomain.Remote));
}
