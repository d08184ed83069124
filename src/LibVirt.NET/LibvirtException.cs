using LibVirt.Interop;

namespace LibVirt;

/// <summary>A call of libvirt failed. Carries what libvirt reported (<c>virError</c>, virterror.h).</summary>
public sealed class LibvirtException : Exception
{
    /// <summary>Makes an exception that no call of libvirt caused, for fakes in tests.</summary>
    /// <param name="code">What went wrong.</param>
    /// <param name="message">The sentence for people.</param>
    /// <param name="domain">The part of libvirt that reported the error.</param>
    /// <param name="function">The C function that failed.</param>
    public LibvirtException(LibvirtErrorCode code, string message, LibvirtErrorDomain domain = LibvirtErrorDomain.None, string function = "")
        : base(message)
    {
        Code = code;
        Domain = domain;
        Level = LibvirtErrorLevel.Error;
        Function = function;
    }

    internal LibvirtException(LibvirtError error, string function)
        : base(error.Message)
    {
        Code = error.Code;
        Domain = error.Domain;
        Level = error.Level;
        Function = function;
    }

    /// <summary>What went wrong.</summary>
    public LibvirtErrorCode Code { get; }

    /// <summary>The part of libvirt that reported the error.</summary>
    public LibvirtErrorDomain Domain { get; }

    /// <summary>How serious the report is.</summary>
    public LibvirtErrorLevel Level { get; }

    /// <summary>The C function that failed, such as <c>virDomainCreateWithFlags</c>.</summary>
    public string Function { get; }

    /// <summary>
    /// Whether the same call may well succeed later without anything being corrected: the daemon was not reachable, a lock or
    /// another job was in the way, the guest agent did not answer, or memory was short.
    /// </summary>
    public bool IsTransient => Code
        is LibvirtErrorCode.OperationTimeout
        or LibvirtErrorCode.ResourceBusy
        or LibvirtErrorCode.AgentUnresponsive
        or LibvirtErrorCode.AgentUnsynced
        or LibvirtErrorCode.NoMemory
        or LibvirtErrorCode.NoConnect
        || (Code is LibvirtErrorCode.SystemError or LibvirtErrorCode.InternalError && Domain is LibvirtErrorDomain.Rpc or LibvirtErrorDomain.Remote);
}
