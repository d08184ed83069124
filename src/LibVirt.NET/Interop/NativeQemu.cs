using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using LibVirt.Handles;

namespace LibVirt.Interop;

/// <summary>The functions of libvirt-qemu.so.</summary>
internal static partial class NativeQemu
{
    private const string Library = "libvirt-qemu.so.0";

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial OwnedString virDomainQemuAgentCommand(DomainHandle domain, string command, int timeout, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainQemuMonitorCommand(
        DomainHandle domain, string command, [MarshalUsing(typeof(OwnedOutStringMarshaller))] out string? result, QemuMonitorCommandFlags flags);
}
