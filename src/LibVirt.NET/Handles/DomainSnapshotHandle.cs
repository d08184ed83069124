using LibVirt.Interop;
using Microsoft.Win32.SafeHandles;

namespace LibVirt.Handles;

/// <summary>One reference to a libvirt object, given back by <c>virDomainSnapshotFree</c>.</summary>
internal sealed class DomainSnapshotHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() => Native.virDomainSnapshotFree(handle) == 0;
}
