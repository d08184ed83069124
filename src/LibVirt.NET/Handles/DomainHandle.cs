using LibVirt.Interop;
using Microsoft.Win32.SafeHandles;

namespace LibVirt.Handles;

/// <summary>One reference to a libvirt object, given back by <c>virDomainFree</c>.</summary>
internal sealed class DomainHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() => Native.virDomainFree(handle) == 0;
}
