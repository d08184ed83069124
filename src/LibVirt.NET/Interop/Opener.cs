using System.Runtime.InteropServices;
using LibVirt.Handles;

namespace LibVirt.Interop;

/// <summary>Opens connections and watches for their end.</summary>
internal static unsafe class Opener
{
    private const uint ReadOnly = 1;

    internal static ConnectionHandle Open(string uri, ConnectOptions options)
    {
        LibraryRuntime.EnsureStarted();
        var flags = options.ReadOnly ? ReadOnly : 0;
        if (options.Authenticate is null)
        {
            return Checked.Check(Native.virConnectOpenAuth(uri, null, flags));
        }

        var types = stackalloc int[9];
        for (var i = 0; i < 9; i++)
        {
            types[i] = i + 1;
        }

        var state = GCHandle.Alloc(options.Authenticate);
        try
        {
            var auth = new VirConnectAuth
            {
                CredentialTypes = types,
                CredentialTypeCount = 9,
                Callback = &NativeCallbacks.Authenticate,
                CallbackData = (void*)GCHandle.ToIntPtr(state),
            };
            return Checked.Check(Native.virConnectOpenAuth(uri, &auth, flags));
        }
        finally
        {
            // libvirt uses the callback only while opening.
            state.Free();
        }
    }

    /// <summary>Has the source completed when the server goes away.</summary>
    /// <returns>Whether the driver can tell.</returns>
    internal static bool WatchClose(ConnectionHandle connection, TaskCompletionSource<ConnectionCloseReason> closed)
    {
        var state = GCHandle.Alloc(closed);
        var status = Native.virConnectRegisterCloseCallback(
            connection, &NativeCallbacks.ConnectionClosed, (void*)GCHandle.ToIntPtr(state), &NativeCallbacks.FreeState);
        if (status.Error is null)
        {
            return true;
        }

        // A driver that runs within this process has nobody who could go away.
        state.Free();
        return false;
    }

    internal static void UnwatchClose(ConnectionHandle connection) =>
        _ = Native.virConnectUnregisterCloseCallback(connection, &NativeCallbacks.ConnectionClosed);
}
