using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace LibVirt.Interop;

// The return types of the imports. Each says how failure looks in C, and its marshaller copies libvirt's error inside the
// generated stub: after the native call, before the handles that the stub holds are released. `Check` throws later, where
// the name of the C function is at hand.

/// <summary>An <c>int</c> that is negative on failure.</summary>
[NativeMarshalling(typeof(StatusMarshaller))]
internal readonly record struct Status(int Value, LibvirtError? Error);

/// <summary>An <c>unsigned long</c>, where 0 may mean failure or just nothing.</summary>
[NativeMarshalling(typeof(CountMarshaller))]
internal readonly record struct Count(ulong Value, LibvirtError? Error);

/// <summary>A <c>char *</c> that belongs to the caller: copied, then freed. Null on failure.</summary>
[NativeMarshalling(typeof(OwnedStringMarshaller))]
internal readonly record struct OwnedString(string? Value, LibvirtError? Error);

/// <summary>A <c>const char *</c> that stays with libvirt: copied, never freed. Null on failure.</summary>
[NativeMarshalling(typeof(BorrowedStringMarshaller))]
internal readonly record struct BorrowedString(string? Value, LibvirtError? Error);

/// <summary>A new reference to an object of libvirt. Null on failure.</summary>
[NativeMarshalling(typeof(NewHandleMarshaller<>))]
internal readonly record struct NewHandle<T>(T? Value, LibvirtError? Error)
    where T : SafeHandle, new();

[CustomMarshaller(typeof(Status), MarshalMode.ManagedToUnmanagedOut, typeof(StatusMarshaller))]
internal static class StatusMarshaller
{
    public static Status ConvertToManaged(int unmanaged) =>
        new(unmanaged, unmanaged < 0 ? LibvirtError.Capture() : null);
}

[CustomMarshaller(typeof(Count), MarshalMode.ManagedToUnmanagedOut, typeof(CountMarshaller))]
internal static class CountMarshaller
{
    public static Count ConvertToManaged(ulong unmanaged) =>
        new(unmanaged, unmanaged == 0 ? LibvirtError.CaptureIfAny() : null);
}

[CustomMarshaller(typeof(OwnedString), MarshalMode.ManagedToUnmanagedOut, typeof(OwnedStringMarshaller))]
internal static unsafe class OwnedStringMarshaller
{
    public static OwnedString ConvertToManaged(byte* unmanaged) =>
        unmanaged == null ? new(null, LibvirtError.Capture()) : new(Marshal.PtrToStringUTF8((nint)unmanaged), null);

    public static void Free(byte* unmanaged) => NativeMemory.Free(unmanaged);
}

[CustomMarshaller(typeof(BorrowedString), MarshalMode.ManagedToUnmanagedOut, typeof(BorrowedStringMarshaller))]
internal static unsafe class BorrowedStringMarshaller
{
    public static BorrowedString ConvertToManaged(byte* unmanaged) =>
        unmanaged == null ? new(null, LibvirtError.Capture()) : new(Marshal.PtrToStringUTF8((nint)unmanaged), null);
}

/// <summary>For <c>char **</c> results: the string belongs to the caller and is freed.</summary>
[CustomMarshaller(typeof(string), MarshalMode.ManagedToUnmanagedOut, typeof(OwnedOutStringMarshaller))]
internal static unsafe class OwnedOutStringMarshaller
{
    public static string? ConvertToManaged(byte* unmanaged) => Marshal.PtrToStringUTF8((nint)unmanaged);

    public static void Free(byte* unmanaged) => NativeMemory.Free(unmanaged);
}

[CustomMarshaller(typeof(NewHandle<>), MarshalMode.ManagedToUnmanagedOut, typeof(NewHandleMarshaller<>))]
internal static class NewHandleMarshaller<T>
    where T : SafeHandle, new()
{
    public static NewHandle<T> ConvertToManaged(nint unmanaged)
    {
        if (unmanaged == 0)
        {
            return new(null, LibvirtError.Capture());
        }

        var handle = new T();
        Marshal.InitHandle(handle, unmanaged);
        return new(handle, null);
    }
}

/// <summary>Turns captured errors into exceptions that name the C function.</summary>
internal static class Checked
{
    internal static int Check(Status status, [CallerArgumentExpression(nameof(status))] string call = "")
    {
        ThrowOn(status.Error, call);
        return status.Value;
    }

    internal static bool CheckBool(Status status, [CallerArgumentExpression(nameof(status))] string call = "")
    {
        ThrowOn(status.Error, call);
        return status.Value != 0;
    }

    internal static ulong Check(Count count, [CallerArgumentExpression(nameof(count))] string call = "")
    {
        ThrowOn(count.Error, call);
        return count.Value;
    }

    internal static string Check(OwnedString text, [CallerArgumentExpression(nameof(text))] string call = "")
    {
        ThrowOn(text.Error, call);
        return text.Value!;
    }

    internal static string Check(BorrowedString text, [CallerArgumentExpression(nameof(text))] string call = "")
    {
        ThrowOn(text.Error, call);
        return text.Value!;
    }

    internal static T Check<T>(NewHandle<T> handle, [CallerArgumentExpression(nameof(handle))] string call = "")
        where T : SafeHandle, new()
    {
        ThrowOn(handle.Error, call);
        return handle.Value!;
    }

    private static void ThrowOn(LibvirtError? error, string call)
    {
        if (error is not null)
        {
            Throw(error, call);
        }
    }

    [DoesNotReturn]
    private static void Throw(LibvirtError error, string call) => throw new LibvirtException(error, FunctionName(call));

    // "Native.virDomainCreateWithFlags(_handle, flags)" → "virDomainCreateWithFlags"
    private static string FunctionName(string call)
    {
        var end = call.IndexOf('(', StringComparison.Ordinal);
        var name = end < 0 ? call : call[..end];
        return name[(name.LastIndexOf('.') + 1)..];
    }
}
