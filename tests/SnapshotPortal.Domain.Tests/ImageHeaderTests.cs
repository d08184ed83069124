using System.Buffers.Binary;
using System.Text;
using SnapshotPortal.Domain.Images;

namespace SnapshotPortal.Domain.Tests;

public sealed class ImageHeaderTests
{
    [Theory]
    [InlineData(2u)]
    [InlineData(3u)]
    public void Read_Qcow2ThatStandsAlone_IsTakenWithItsSize(uint version)
        => Assert.Equal(new ImageHeader(ImageKind.Qcow2, 1L << 30, null), ImageHeader.Read(Qcow2(version), 200_000));

    [Fact]
    public void Read_Qcow2WithABackingFile_IsRefused()
        => AssertRefused(Qcow2(3, static h => (BinaryPrimitives.TryWriteUInt64BigEndian(h.AsSpan(8), 512), BinaryPrimitives.TryWriteUInt32BigEndian(h.AsSpan(16), 11))), "backing file");

    [Fact]
    public void Read_Qcow2WithAnExternalDataFile_IsRefused()
        => AssertRefused(Qcow2(3, static h => BinaryPrimitives.TryWriteUInt64BigEndian(h.AsSpan(72), 4)), "data in another file");

    [Fact]
    public void Read_Qcow2WithTheNameOfADataFileOnly_IsRefused()
        => AssertRefused(Qcow2(3, static h => (BinaryPrimitives.TryWriteUInt32BigEndian(h.AsSpan(104), 0x6803f857), BinaryPrimitives.TryWriteUInt32BigEndian(h.AsSpan(108), 3), BinaryPrimitives.TryWriteUInt32BigEndian(h.AsSpan(120), 0x44415441))), "data in another file");

    [Fact]
    public void Read_Qcow2WithUnknownFeatures_IsRefused()
        => AssertRefused(Qcow2(3, static h => BinaryPrimitives.TryWriteUInt64BigEndian(h.AsSpan(72), 1UL << 40)), "does not know");

    [Fact]
    public void Read_Qcow2ThatIsDirty_IsRefusedWithTheRepair()
        => AssertRefused(Qcow2(3, static h => BinaryPrimitives.TryWriteUInt64BigEndian(h.AsSpan(72), 1)), "qemu-img check");

    [Fact]
    public void Read_Qcow2ThatIsEncrypted_IsRefused()
        => AssertRefused(Qcow2(3, static h => BinaryPrimitives.TryWriteUInt32BigEndian(h.AsSpan(32), 2)), "encrypted");

    [Theory]
    [InlineData(1u)]
    [InlineData(4u)]
    [InlineData(uint.MaxValue)]
    public void Read_QcowOfAnotherVersion_IsRefused(uint version) => AssertRefused(Qcow2(version), "version");

    [Fact]
    public void Read_Qcow2ThatClaimsAnImpossibleSize_IsRefused()
        => AssertRefused(Qcow2(3, static h => BinaryPrimitives.TryWriteUInt64BigEndian(h.AsSpan(24), ulong.MaxValue)), "size");

    [Fact]
    public void Read_Qcow2CutOff_IsRefused() => AssertRefused(Qcow2(3)[..60], "cut off");

    [Theory]
    [InlineData("KDMV", "VMDK")]
    [InlineData("vhdxfile", "VHDX")]
    [InlineData("QED\0", "QED")]
    [InlineData("PK\u0003\u0004", "ZIP")]
    public void Read_AnotherFormat_IsNotTakenForADisk(string magic, string name)
        => AssertRefused([.. Encoding.Latin1.GetBytes(magic), .. new byte[600]], name);

    [Fact]
    public void Read_Iso_IsKnownByItsMark()
    {
        var disc = new byte[40_000];
        "CD001"u8.CopyTo(disc.AsSpan(0x8001));

        Assert.Equal(new ImageHeader(ImageKind.Iso, 5_000_000, null), ImageHeader.Read(disc, 5_000_000));
    }

    [Fact]
    public void Read_AnythingElse_IsARawDiskOfTheFilesSize()
        => Assert.Equal(new ImageHeader(ImageKind.Raw, 1 << 20, null), ImageHeader.Read(new byte[1024], 1 << 20));

    [Fact]
    public void Read_Nothing_IsRefused() => AssertRefused([], "empty");

    [Fact]
    public void Read_Noise_NeverFails()
    {
        var random = new Random(4711);
        for (var n = 0; n < 20_000; n++)
        {
            var noise = new byte[random.Next(0, 400)];
            random.NextBytes(noise);
            if (n % 2 == 0)
            {
                "QFI\u00fb"u8[..3].CopyTo(noise.Length >= 8 ? noise : new byte[8]);
                if (noise.Length >= 8)
                {
                    noise[3] = 0xfb;
                    BinaryPrimitives.WriteUInt32BigEndian(noise.AsSpan(4), 3);
                }
            }

            ImageHeader.Read(noise, noise.Length);
        }
    }

    private static void AssertRefused(byte[] image, string why)
        => Assert.Contains(why, ImageHeader.Read(image, image.Length).Problem, StringComparison.Ordinal);

    private static byte[] Qcow2(uint version, Func<byte[], object>? change = null)
    {
        var header = new byte[512];
        BinaryPrimitives.WriteUInt32BigEndian(header, 0x514649fb);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), version);
        BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(24), 1UL << 30);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(100), 104);
        change?.Invoke(header);
        return header;
    }
}
