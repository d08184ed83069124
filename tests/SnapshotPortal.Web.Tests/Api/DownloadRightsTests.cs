using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using SnapshotPortal.Web.Exporting;

namespace SnapshotPortal.Web.Tests.Api;

/// <summary>Downloads that last longer than the right to them.</summary>
public sealed class DownloadRightsTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("token")]
    [InlineData("account")]
    public async Task Download_WhoseRightEnds_IsCutOffWithinFiveSeconds(string what)
    {
        var user = await host.NewUserAsync($"download-{what}");
        var (tokenId, secret) = await host.TokenAsync(user);
        var file = new DrippingFile();
        host.Exports.File = () => file;
        using var client = host.Client(secret);

        // The headers come with the first bytes.
        file.Drip();
        using var response = await client.GetAsync(new Uri($"/api/v1/exports/{Guid.NewGuid()}/disks/vda", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancel);
        await using var body = await response.Content.ReadAsStreamAsync(Cancel);
        var buffer = new byte[16];
        Assert.True(await body.ReadAsync(buffer, Cancel) > 0);

        if (what == "token")
        {
            await host.RevokeAsync(user, tokenId);
        }
        else
        {
            await host.WithUserAsync(user, static async (users, u) =>
            {
                u.DisabledAt = DateTimeOffset.UnixEpoch;
                await users.UpdateAsync(u);
            });
        }

        host.Time.Advance(TimeSpan.FromSeconds(3));
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            // What was on its way still comes; then the connection breaks, instead of ending as if the file did.
            for (var i = 0; i < 100; i++)
            {
                file.Drip();
                if (await body.ReadAsync(buffer, Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancel) == 0)
                {
                    return;
                }
            }
        });
        Assert.True(file.Handed < 5);
    }

    [Fact]
    public async Task Download_WithARightThatHolds_IsAskedOnlyNowAndThen()
    {
        var time = new FakeTimeProvider();
        var asked = 0;
        await using var stream = new RightsStream(
            new MemoryStream(new byte[1000]),
            _ =>
            {
                asked++;
                return Task.FromResult(true);
            },
            static () => Assert.Fail("Nobody hangs up."),
            time);
        var buffer = new byte[10];

        for (var i = 0; i < 60; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            Assert.Equal(10, await stream.ReadAsync(buffer, Cancel));
        }

        Assert.InRange(asked, 2, 3);
    }

    /// <summary>A long file whose bytes come when the test lets them.</summary>
    private sealed class DrippingFile : Stream
    {
        private readonly Channel<bool> _drops = Channel.CreateUnbounded<bool>();

        public int Handed { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => 1L << 30;

        public override long Position { get; set; }

        public void Drip() => _drops.Writer.TryWrite(true);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await _drops.Reader.ReadAsync(cancellationToken);
            Handed++;
            var count = Math.Min(8, buffer.Length);
            Position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => Position = offset;

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
