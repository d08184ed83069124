using LibVirt.Interop;
using Microsoft.Win32.SafeHandles;

namespace LibVirt.Handles;

/// <summary>One reference to a libvirt object, given back by <c>virConnectClose</c>.</summary>
internal sealed class ConnectionHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <summary>What <c>virConnectClose</c> returned: 0 when this was the last reference; null while the handle is open.</summary>
    internal int? CloseResult { get; private set; }

    protected override bool ReleaseHandle()
    {
        CloseResult = Native.virConnectClose(handle);
        return CloseResult >= 0;
    }
}
