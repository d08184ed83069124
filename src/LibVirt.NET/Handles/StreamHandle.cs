using LibVirt.Interop;
using Microsoft.Win32.SafeHandles;

namespace LibVirt.Handles;

/// <summary>One reference to a libvirt object, given back by <c>virStreamFree</c>.</summary>
internal sealed class StreamHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() => Native.virStreamFree(handle) == 0;
}
