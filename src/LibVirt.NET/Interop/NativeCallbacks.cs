using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LibVirt.Interop;

/// <summary>
/// The functions that libvirt calls. All of them run on the thread of the event loop (the authentication callback on the
/// thread that opens), copy what they are given and hand it on. None throws: an exception must not cross into C.
/// </summary>
internal static unsafe class NativeCallbacks
{
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static void IgnoreError(void* userData, VirError* error)
    {
        // libvirt prints errors on standard error unless somebody else takes them; they are read where they happen.
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static void Tick(int timer, void* opaque)
    {
        // Only wakes the loop.
    }

    /// <summary>libvirt lets go of the state of a callback.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static void FreeState(void* opaque) => GCHandle.FromIntPtr((nint)opaque).Free();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static void ConnectionClosed(nint connection, int reason, void* opaque) =>
        State<TaskCompletionSource<ConnectionCloseReason>>(opaque)?.TrySetResult((ConnectionCloseReason)reason);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static int Authenticate(VirConnectCredential* credentials, uint count, void* opaque)
    {
        var callback = State<Func<IReadOnlyList<CredentialRequest>, bool>>(opaque);
        if (callback is null)
        {
            return -1;
        }

        try
        {
            var requests = new CredentialRequest[count];
            for (var i = 0; i < count; i++)
            {
                requests[i] = new CredentialRequest(
                    (CredentialType)credentials[i].Type,
                    NativeReader.Text(credentials[i].Prompt),
                    NativeReader.Text(credentials[i].Challenge),
                    NativeReader.Text(credentials[i].DefaultResult));
            }

            if (!callback(requests))
            {
                return -1;
            }

            for (var i = 0; i < count; i++)
            {
                if (requests[i].Result is { } answer)
                {
                    // libvirt frees the answer.
                    credentials[i].Result = (byte*)TypedParameterInterop.Malloc(answer);
                    credentials[i].ResultLength = (uint)System.Text.Encoding.UTF8.GetByteCount(answer);
                }
            }

            return 0;
        }
#pragma warning disable CA1031 // An exception must not cross into C; libvirt reports the refusal.
        catch (Exception)
#pragma warning restore CA1031
        {
            return -1;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static void StreamReady(nint stream, int events, void* opaque) =>
        State<StreamWaiter>(opaque)?.Ready(stream, (VirStreamEvents)events);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static int DomainLifecycle(nint connection, nint domain, int type, int detail, void* opaque)
    {
        var (uuid, name) = NativeReader.Identity(domain);
        Post(opaque, new DomainLifecycleEvent(uuid, name, (DomainLifecycleEventType)type, detail));
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static void DomainReboot(nint connection, nint domain, void* opaque)
    {
        var (uuid, name) = NativeReader.Identity(domain);
        Post(opaque, new DomainRebootEvent(uuid, name));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static void DomainIoError(nint connection, nint domain, byte* path, byte* alias, int action, byte* reason, void* opaque)
    {
        var (uuid, name) = NativeReader.Identity(domain);
        Post(opaque, new DomainIoErrorEvent(
            uuid, name, NativeReader.Text(path) ?? "", NativeReader.Text(alias) ?? "", (DomainIoErrorAction)action, NativeReader.Text(reason) ?? ""));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static void DomainBlockJob(nint connection, nint domain, byte* disk, int type, int status, void* opaque)
    {
        var (uuid, name) = NativeReader.Identity(domain);
        Post(opaque, new DomainBlockJobEvent(
            uuid, name, NativeReader.Text(disk) ?? "", (DomainBlockJobType)type, (DomainBlockJobStatus)status));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static void DomainDeviceRemoved(nint connection, nint domain, byte* alias, void* opaque)
    {
        var (uuid, name) = NativeReader.Identity(domain);
        Post(opaque, new DomainDeviceRemovedEvent(uuid, name, NativeReader.Text(alias) ?? ""));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static void DomainAgentLifecycle(nint connection, nint domain, int state, int reason, void* opaque)
    {
        var (uuid, name) = NativeReader.Identity(domain);
        Post(opaque, new DomainAgentLifecycleEvent(uuid, name, (DomainAgentState)state, (DomainAgentReason)reason));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static void DomainJobCompleted(nint connection, nint domain, VirTypedParameter* parameters, int count, void* opaque)
    {
        var (uuid, name) = NativeReader.Identity(domain);
        Post(opaque, new DomainJobCompletedEvent(uuid, name, TypedParameterInterop.Read(parameters, count)));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static void DomainMetadataChange(nint connection, nint domain, int type, byte* uri, void* opaque)
    {
        var (uuid, name) = NativeReader.Identity(domain);
        Post(opaque, new DomainMetadataChangeEvent(uuid, name, (DomainMetadataType)type, NativeReader.Text(uri)));
    }

    private static void Post(void* opaque, DomainEvent domainEvent) =>
        State<DomainEventHub>(opaque)?.Publish(domainEvent);

    private static T? State<T>(void* opaque)
        where T : class => GCHandle.FromIntPtr((nint)opaque).Target as T;
}
