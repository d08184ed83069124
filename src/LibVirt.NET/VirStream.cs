using LibVirt.Handles;
using LibVirt.Interop;
using static LibVirt.Interop.Checked;

namespace LibVirt;

/// <summary>
/// A stream of bytes from or to the other end of a connection (<c>virStreamPtr</c>, libvirt-stream.h). With
/// <see cref="VirStreamFlags.NonBlocking"/> nothing blocks, and <see cref="WaitAsync"/> tells when it is worth trying again without
/// occupying a thread. Streams need the daemon; the <c>test</c> driver has none.
/// </summary>
public sealed class VirStream : IDisposable
{
    private const int WouldBlock = -2;
    private const int ChunkSize = 256 * 1024;

    private readonly Lock _gate = new();
    private StreamWaiter? _waiter;
    private bool _ended;

    internal VirStream(StreamHandle handle, VirStreamFlags flags)
    {
        Handle = handle;
        IsNonBlocking = flags.HasFlag(VirStreamFlags.NonBlocking);
    }

    /// <summary>Whether the stream was made with <see cref="VirStreamFlags.NonBlocking"/>.</summary>
    public bool IsNonBlocking { get; }

    internal StreamHandle Handle { get; }

    /// <summary>Sends bytes (virStreamSend, libvirt-stream.h).</summary>
    /// <param name="data">The bytes.</param>
    /// <returns>How many were taken; -1 if a non-blocking stream can take none now.</returns>
    /// <exception cref="LibvirtException">The stream is broken or not connected.</exception>
    public int Send(ReadOnlySpan<byte> data) => Transferred(Native.virStreamSend(Handle, data, (nuint)data.Length), "virStreamSend");

    /// <summary>Receives bytes (virStreamRecv, libvirt-stream.h).</summary>
    /// <param name="buffer">Where to.</param>
    /// <returns>How many came; 0 at the end; -1 if a non-blocking stream has none now.</returns>
    /// <exception cref="LibvirtException">The stream is broken or not connected.</exception>
    public int Recv(Span<byte> buffer) => Transferred(Native.virStreamRecv(Handle, buffer, (nuint)buffer.Length), "virStreamRecv");

    /// <summary>Ends the stream and learns whether everything arrived (virStreamFinish, libvirt-stream.h).</summary>
    /// <exception cref="LibvirtException">Something did not.</exception>
    public void Finish()
    {
        RemoveCallback();
        Check(Native.virStreamFinish(Handle));
        _ended = true;
    }

    /// <summary>Breaks the stream off (virStreamAbort, libvirt-stream.h).</summary>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Abort()
    {
        RemoveCallback();
        Check(Native.virStreamAbort(Handle));
        _ended = true;
    }

    /// <summary>
    /// Waits without a thread until a connected, non-blocking stream can be read from or written to, or has broken
    /// (virStreamEventAddCallback, libvirt-stream.h).
    /// </summary>
    /// <param name="events">What to wait for; errors and hang-ups always count.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What has come.</returns>
    /// <exception cref="LibvirtException">The stream is not connected or broken.</exception>
    public async Task<VirStreamEvents> WaitAsync(VirStreamEvents events, CancellationToken cancellationToken = default)
    {
        if (!IsNonBlocking)
        {
            throw new InvalidOperationException("Only a non-blocking stream can be waited for.");
        }

        cancellationToken.ThrowIfCancellationRequested();
        StreamWaiter waiter;
        lock (_gate)
        {
            if (_waiter is null)
            {
                var fresh = new StreamWaiter();
                StreamEvents.Add(Handle, fresh);
                _waiter = fresh;
            }

            waiter = _waiter;
        }

        var task = waiter.Add(events, wanted => Check(Native.virStreamEventUpdateCallback(Handle, wanted)));
        var registration = cancellationToken.Register(() => waiter.Cancel(task, cancellationToken));
        await using (registration.ConfigureAwait(false))
        {
            return await task.ConfigureAwait(false);
        }
    }

    /// <summary>Writes all that comes to another stream, then finishes this one.</summary>
    /// <param name="destination">Where to; it stays open.</param>
    /// <exception cref="LibvirtException">The stream broke; it is then aborted.</exception>
    public void ReceiveAll(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        Transfer(() =>
        {
            var buffer = new byte[ChunkSize];
            int count;
            while ((count = Recv(buffer)) > 0)
            {
                destination.Write(buffer, 0, count);
            }
        });
    }

    /// <summary>Sends all that another stream holds, then finishes this one.</summary>
    /// <param name="source">Where from; read to its end.</param>
    /// <exception cref="LibvirtException">The stream broke; it is then aborted.</exception>
    public void SendAll(Stream source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Transfer(() =>
        {
            var buffer = new byte[ChunkSize];
            int count;
            while ((count = source.Read(buffer, 0, buffer.Length)) > 0)
            {
                for (var sent = 0; sent < count;)
                {
                    sent += Send(buffer.AsSpan(sent, count - sent));
                }
            }
        });
    }

    /// <summary>
    /// The same stream as a <see cref="Stream"/>. If it is non-blocking, the asynchronous methods wait without a thread; the
    /// synchronous ones need a blocking stream. Disposing it disposes this one.
    /// </summary>
    /// <returns>The stream.</returns>
    public Stream AsStream() => new VirStreamAdapter(this);

    /// <summary>Breaks the stream off if it has not ended, and gives it up (virStreamFree, libvirt-stream.h).</summary>
    public void Dispose()
    {
        if (Handle.IsClosed)
        {
            return;
        }

        RemoveCallback();
        if (!_ended)
        {
            // Fails when it was never connected or is broken already, which is all the same now.
            _ = Native.virStreamAbort(Handle);
            _ended = true;
        }

        Handle.Dispose();
    }

    private static int Transferred(Status status, string function)
    {
        if (status.Value == WouldBlock)
        {
            return -1;
        }

        return Check(status, function);
    }

    private void Transfer(Action copy)
    {
        if (IsNonBlocking)
        {
            throw new InvalidOperationException("Only a blocking stream can be copied at one go; use AsStream.");
        }

        try
        {
            copy();
            Finish();
        }
        catch
        {
            if (!_ended)
            {
                _ = Native.virStreamAbort(Handle);
                _ended = true;
            }

            throw;
        }
    }

    private void RemoveCallback()
    {
        StreamWaiter? waiter;
        lock (_gate)
        {
            waiter = _waiter;
            _waiter = null;
        }

        if (waiter is not null)
        {
            _ = Native.virStreamEventRemoveCallback(Handle);
            waiter.CompleteAll();
        }
    }
}
