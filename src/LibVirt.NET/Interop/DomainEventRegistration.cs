using System.Runtime.InteropServices;
using LibVirt.Handles;

namespace LibVirt.Interop;

/// <summary>Registers the callbacks of domain events and takes them back.</summary>
internal static unsafe class DomainEventRegistration
{
    /// <summary>Registers all the events that have a record.</summary>
    /// <returns>The ids for <see cref="Remove"/>.</returns>
    internal static IReadOnlyList<int> Add(ConnectionHandle connection, DomainEventHub hub)
    {
        (int Event, nint Callback)[] wanted =
        [
            (0, (nint)(delegate* unmanaged[Cdecl]<nint, nint, int, int, void*, int>)&NativeCallbacks.DomainLifecycle),
            (1, (nint)(delegate* unmanaged[Cdecl]<nint, nint, void*, void>)&NativeCallbacks.DomainReboot),
            (6, (nint)(delegate* unmanaged[Cdecl]<nint, nint, byte*, byte*, int, byte*, void*, void>)&NativeCallbacks.DomainIoError),
            (15, (nint)(delegate* unmanaged[Cdecl]<nint, nint, byte*, void*, void>)&NativeCallbacks.DomainDeviceRemoved),
            (16, (nint)(delegate* unmanaged[Cdecl]<nint, nint, byte*, int, int, void*, void>)&NativeCallbacks.DomainBlockJob),
            (18, (nint)(delegate* unmanaged[Cdecl]<nint, nint, int, int, void*, void>)&NativeCallbacks.DomainAgentLifecycle),
            (21, (nint)(delegate* unmanaged[Cdecl]<nint, nint, VirTypedParameter*, int, void*, void>)&NativeCallbacks.DomainJobCompleted),
            (23, (nint)(delegate* unmanaged[Cdecl]<nint, nint, int, byte*, void*, void>)&NativeCallbacks.DomainMetadataChange),
        ];

        var ids = new List<int>(wanted.Length);
        try
        {
            foreach (var (id, callback) in wanted)
            {
                ids.Add(Register(connection, id, callback, hub));
            }

            return ids;
        }
        catch
        {
            Remove(connection, ids);
            throw;
        }
    }

    internal static void Remove(ConnectionHandle connection, IReadOnlyList<int> ids)
    {
        foreach (var id in ids)
        {
            // On a broken connection the daemon cannot be told, but libvirt forgets the callback all the same.
            _ = Native.virConnectDomainEventDeregisterAny(connection, id);
        }
    }

    private static int Register(ConnectionHandle connection, int eventId, nint callback, DomainEventHub hub)
    {
        var state = GCHandle.Alloc(hub);
        try
        {
            return Checked.Check(Native.virConnectDomainEventRegisterAny(
                connection, 0, eventId, (void*)callback, (void*)GCHandle.ToIntPtr(state), &NativeCallbacks.FreeState));
        }
        catch
        {
            // libvirt calls the free function only for callbacks it has taken.
            state.Free();
            throw;
        }
    }
}
