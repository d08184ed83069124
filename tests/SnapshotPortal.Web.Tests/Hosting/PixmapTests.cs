using System.Buffers.Binary;
using System.IO.Compression;
using SnapshotPortal.Web.Screens;

namespace SnapshotPortal.Web.Tests.Hosting;

public sealed class PixmapTests
{
    [Fact]
    public void Pixmap_OfQemu_BecomesAPngWithTheSamePixels()
    {
        byte[] pixels = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

        Assert.True(Pixmap.TryToPng([.. "P6\n# made by a test\n2 2\n255\n"u8, .. pixels], out var png));

        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        Assert.Equal(2, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
        Assert.Equal(2, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
        var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(33));
        using var rows = new ZLibStream(new MemoryStream(png, 41, length), CompressionMode.Decompress);
        var unpacked = new byte[14];
        rows.ReadExactly(unpacked);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 0, 7, 8, 9, 10, 11, 12], unpacked);

        // The checksum of an empty IEND chunk is the same in every PNG.
        Assert.Equal([0xAE, 0x42, 0x60, 0x82], png[^4..]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("P6")]
    [InlineData("P6\n2 2\n255\nshort")]
    [InlineData("P6\n99999 99999\n255\n")]
    [InlineData("P6\n0 2\n255\n")]
    [InlineData("P3\n1 1\n255\n1 2 3")]
    [InlineData("<html>")]
    public void Pixmap_AnythingElse_IsNoPicture(string content)
        => Assert.False(Pixmap.TryToPng(System.Text.Encoding.ASCII.GetBytes(content), out _));
}
