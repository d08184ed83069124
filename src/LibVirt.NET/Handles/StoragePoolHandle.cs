using LibVirt.Interop;
using Microsoft.Win32.SafeHandles;

namespace LibVirt.Handles;

/// <summary>One reference to a libvirt object, given back by <c>virStoragePoolFree</c>.</summary>
internal sealed class StoragePoolHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() => Native.virStoragePoolFree(handle) == 0;
}
