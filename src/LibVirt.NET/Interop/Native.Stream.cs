using System.Runtime.InteropServices;
using LibVirt.Handles;

namespace LibVirt.Interop;

internal static unsafe partial class Native
{
    // libvirt-stream.h
    [LibraryImport(Library)]
    internal static partial NewHandle<StreamHandle> virStreamNew(ConnectionHandle connection, VirStreamFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virStreamSend(StreamHandle stream, ReadOnlySpan<byte> data, nuint count);

    [LibraryImport(Library)]
    internal static partial Status virStreamRecv(StreamHandle stream, Span<byte> data, nuint count);

    [LibraryImport(Library)]
    internal static partial Status virStreamFinish(StreamHandle stream);

    [LibraryImport(Library)]
    internal static partial Status virStreamAbort(StreamHandle stream);

    [LibraryImport(Library)]
    internal static partial Status virStreamEventAddCallback(
        StreamHandle stream, VirStreamEvents events, delegate* unmanaged[Cdecl]<nint, int, void*, void> callback, void* opaque, delegate* unmanaged[Cdecl]<void*, void> free);

    [LibraryImport(Library)]
    internal static partial Status virStreamEventUpdateCallback(StreamHandle stream, VirStreamEvents events);

    // For the callback itself, which has no handle.
    [LibraryImport(Library)]
    internal static partial int virStreamEventUpdateCallback(nint stream, VirStreamEvents events);

    [LibraryImport(Library)]
    internal static partial Status virStreamEventRemoveCallback(StreamHandle stream);

    [LibraryImport(Library)]
    internal static partial int virStreamFree(nint stream);
}
