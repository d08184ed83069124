namespace LibVirt;

/// <summary>Shows a <see cref="VirStream"/> as a <see cref="Stream"/>.</summary>
internal sealed class VirStreamAdapter(VirStream stream) : Stream
{
    private bool _atEnd;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_atEnd || buffer.IsEmpty)
        {
            return 0;
        }

        ThrowIfNonBlocking();
        return Note(stream.Recv(buffer));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_atEnd || buffer.IsEmpty)
        {
            return 0;
        }

        if (!stream.IsNonBlocking)
        {
            return Note(await Task.Run(() => stream.Recv(buffer.Span), cancellationToken).ConfigureAwait(false));
        }

        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = stream.Recv(buffer.Span);
            if (count >= 0)
            {
                return Note(count);
            }

            await stream.WaitAsync(VirStreamEvents.Readable, cancellationToken).ConfigureAwait(false);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ThrowIfNonBlocking();
        while (!buffer.IsEmpty)
        {
            buffer = buffer[stream.Send(buffer)..];
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var chunk = buffer;
            var count = stream.IsNonBlocking
                ? stream.Send(chunk.Span)
                : await Task.Run(() => stream.Send(chunk.Span), cancellationToken).ConfigureAwait(false);
            if (count < 0)
            {
                await stream.WaitAsync(VirStreamEvents.Writable, cancellationToken).ConfigureAwait(false);
                continue;
            }

            buffer = buffer[count..];
        }
    }

    public override void Flush()
    {
        // Nothing is kept back.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            stream.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Note(int count)
    {
        _atEnd = count == 0;
        return count;
    }

    private void ThrowIfNonBlocking()
    {
        if (stream.IsNonBlocking)
        {
            throw new InvalidOperationException("A non-blocking stream has asynchronous methods only.");
        }
    }
}
