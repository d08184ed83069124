using System.Runtime.InteropServices;
using LibVirt.Handles;

namespace LibVirt.Interop;

/// <summary>Registers the event callback of a stream.</summary>
internal static unsafe class StreamEvents
{
    internal static void Add(StreamHandle stream, StreamWaiter waiter)
    {
        var state = GCHandle.Alloc(waiter);
        try
        {
            Checked.Check(Native.virStreamEventAddCallback(
                stream, VirStreamEvents.None, &NativeCallbacks.StreamReady, (void*)GCHandle.ToIntPtr(state), &NativeCallbacks.FreeState));
        }
        catch
        {
            state.Free();
            throw;
        }
    }
}
