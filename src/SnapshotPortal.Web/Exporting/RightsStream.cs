namespace SnapshotPortal.Web.Exporting;

/// <summary>
/// A file on its way to somebody, for as long as they may have it. Asked before bytes are handed out, at most every two seconds:
/// a download that lasts for hours ends within seconds of its right.
/// </summary>
internal sealed class RightsStream(Stream content, Func<CancellationToken, Task<bool>> mayGoOn, Action abort, TimeProvider time) : Stream
{
    /// <summary>How often. Twice within the five seconds that are promised.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private long _asked = time.GetTimestamp();

    public override bool CanRead => content.CanRead;

    public override bool CanSeek => content.CanSeek;

    public override bool CanWrite => false;

    public override long Length => content.Length;

    public override long Position
    {
        get => content.Position;
        set => content.Position = value;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (time.GetElapsedTime(_asked) >= Interval)
        {
            if (!await mayGoOn(cancellationToken))
            {
                // The status was sent long ago; all that is left is to hang up, so that nobody takes the part for the whole.
                abort();
                throw new OperationCanceledException("The right to this download has ended.");
            }

            _asked = time.GetTimestamp();
        }

        return await content.ReadAsync(buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only asynchronous reads ask for the right.");

    public override long Seek(long offset, SeekOrigin origin) => content.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await content.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            content.Dispose();
        }

        base.Dispose(disposing);
    }
}
