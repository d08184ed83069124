using System.Runtime.InteropServices;

namespace LibVirt.Interop;

/// <summary>A copy of <c>virError</c>, taken in the transition that failed.</summary>
internal sealed record LibvirtError(LibvirtErrorCode Code, LibvirtErrorDomain Domain, LibvirtErrorLevel Level, string Message)
{
    private static readonly LibvirtError Unreported = new(
        LibvirtErrorCode.InternalError, LibvirtErrorDomain.None, LibvirtErrorLevel.Error, "libvirt failed without reporting an error.");

    /// <summary>
    /// Copies the error of the calling thread. Only the return marshallers call this: they run on the thread of the call,
    /// before the generated stub releases its handles, and releasing one may call a free function that resets the error.
    /// </summary>
    internal static LibvirtError Capture() => CaptureIfAny() ?? Unreported;

    /// <summary>For results that may mean success as well as failure.</summary>
    internal static unsafe LibvirtError? CaptureIfAny()
    {
        var error = Native.virGetLastError();
        if (error == null || error->Code == 0)
        {
            return null;
        }

        return new LibvirtError(
            (LibvirtErrorCode)error->Code,
            (LibvirtErrorDomain)error->Domain,
            (LibvirtErrorLevel)error->Level,
            Marshal.PtrToStringUTF8((nint)error->Message) ?? Unreported.Message);
    }
}
