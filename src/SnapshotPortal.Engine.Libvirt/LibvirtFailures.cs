using LibVirt;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt;

/// <summary>libvirt's errors in the words of the operation layer.</summary>
internal static class LibvirtFailures
{
    public static EngineException Translate(LibvirtException e) => e.Code switch
    {
        LibvirtErrorCode.NoDomain => new EngineException(FailureCodes.VmMissing, "The machine is not on its host any more: somebody removed it there.", e),
        LibvirtErrorCode.NoConnect or LibvirtErrorCode.AuthFailed => Unreachable(e),
        LibvirtErrorCode.SystemError or LibvirtErrorCode.InternalError when e.Domain is LibvirtErrorDomain.Rpc or LibvirtErrorDomain.Remote => Unreachable(e),
        LibvirtErrorCode.OperationInvalid when e.Message.Contains("not running", StringComparison.Ordinal)
            => new EngineException(FailureCodes.VmNotRunning, "The machine does not run. Start it first.", e),
        LibvirtErrorCode.OperationTimeout => new EngineException(FailureCodes.VmBusy, $"The host is busy with other work on this machine: {e.Message} Try again in a moment.", e),
        LibvirtErrorCode.DomainExist => new EngineException(FailureCodes.NameTaken, "A domain of this name exists on the host already. Choose another name.", e),
        _ => new EngineException(FailureCodes.HypervisorError, $"The hypervisor refused: {e.Message}", e),
    };

    private static EngineException Unreachable(LibvirtException e)
        => new(FailureCodes.HostUnreachable, $"The host does not answer: {e.Message}", e);
}
