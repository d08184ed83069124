using System.Buffers.Binary;
using System.Globalization;

namespace SnapshotPortal.Domain.Images;

/// <summary>What an image file is.</summary>
public enum ImageKind
{
    /// <summary>The bytes of a disk, one after the other.</summary>
    Raw,

    /// <summary>QEMU's own format.</summary>
    Qcow2,

    /// <summary>A CD or DVD.</summary>
    Iso,
}

/// <summary>What the first bytes of an image tell.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="VirtualSize">Its size as a guest sees it; that of the file for raw and ISO.</param>
/// <param name="Problem">Why it is not taken, in a sentence; <see langword="null"/> = it can be.</param>
public sealed record ImageHeader(ImageKind Kind, long VirtualSize, string? Problem)
{
    /// <summary>How many bytes of the beginning have to be read.</summary>
    public const int BytesNeeded = 64 * 1024;

    /// <summary>One sector: what is smaller is no disk.</summary>
    public const int LeastBytes = 512;

    /// <summary>What is told of less.</summary>
    public const string TooSmall = "It is empty or smaller than one sector of a disk. Choose a disk image.";

    private const int IsoMark = 0x8001;
    private const uint Qcow2Magic = 0x514649fb;
    private const uint DataFileName = 0x44415441;

    // Dirty and lazy refcounts need a repair, corrupt is what it says; compression type and extended L2 entries are harmless.
    private const ulong Dirty = 1, Corrupt = 2, ExternalData = 4, Harmless = 8 | 16;

    private static readonly (byte[] Magic, string Name)[] _others =
    [
        ("KDMV"u8.ToArray(), "a VMDK image"),
        ("COWD"u8.ToArray(), "a VMDK image"),
        ("# Disk DescriptorFile"u8.ToArray(), "the description of a VMDK image"),
        ("vhdxfile"u8.ToArray(), "a VHDX image"),
        ("conectix"u8.ToArray(), "a VHD image"),
        ("QED\0"u8.ToArray(), "a QED image"),
        ("<<< "u8.ToArray(), "a VirtualBox image"),
        ([0x1f, 0x8b], "compressed with gzip"),
        ([0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0], "compressed with xz"),
        ([0x28, 0xb5, 0x2f, 0xfd], "compressed with zstd"),
        ([(byte)'P', (byte)'K', 3, 4], "a ZIP archive"),
        ("BZh"u8.ToArray(), "compressed with bzip2"),
    ];

    /// <summary>Reads the beginning of an image. Whatever it holds, this neither fails nor believes it.</summary>
    /// <param name="start">Its first bytes, as many of <see cref="BytesNeeded"/> as there are.</param>
    /// <param name="fileSize">The size of the file.</param>
    public static ImageHeader Read(ReadOnlySpan<byte> start, long fileSize)
    {
        if (start.Length >= 4 && BinaryPrimitives.ReadUInt32BigEndian(start) == Qcow2Magic)
        {
            return ReadQcow2(start);
        }

        foreach (var (magic, name) in _others)
        {
            if (start.StartsWith(magic))
            {
                return new ImageHeader(ImageKind.Raw, fileSize, $"It is {name}. Only qcow2, raw and ISO images are taken: unpack or convert it first, for example with “qemu-img convert -O qcow2”.");
            }
        }

        if (start.Length >= IsoMark + 5 && start.Slice(IsoMark, 5).SequenceEqual("CD001"u8))
        {
            return new ImageHeader(ImageKind.Iso, fileSize, null);
        }

        return fileSize < LeastBytes
            ? new ImageHeader(ImageKind.Raw, fileSize, TooSmall)
            : new ImageHeader(ImageKind.Raw, fileSize, null);
    }

    private static ImageHeader ReadQcow2(ReadOnlySpan<byte> start)
    {
        if (start.Length < 72)
        {
            return Refuse("It is cut off: a qcow2 image is longer than that. Upload it again.");
        }

        var version = BinaryPrimitives.ReadUInt32BigEndian(start[4..]);
        var size = BinaryPrimitives.ReadUInt64BigEndian(start[24..]);
        if (version is not (2 or 3))
        {
            return Refuse(string.Create(CultureInfo.InvariantCulture, $"It is a qcow image of version {version}. Convert it with “qemu-img convert -O qcow2”."));
        }

        if (size is 0 or > long.MaxValue)
        {
            return Refuse("It claims a size that no disk has.");
        }

        if (BinaryPrimitives.ReadUInt64BigEndian(start[8..]) != 0 || BinaryPrimitives.ReadUInt32BigEndian(start[16..]) != 0)
        {
            return Refuse("It refers to a backing file, and would show that file to its user. Make it stand alone with “qemu-img convert -O qcow2”.", size);
        }

        if (BinaryPrimitives.ReadUInt32BigEndian(start[32..]) != 0)
        {
            return Refuse("It is encrypted. Decrypt it with “qemu-img convert” first.", size);
        }

        if (version == 2)
        {
            return new ImageHeader(ImageKind.Qcow2, (long)size, null);
        }

        if (start.Length < 104)
        {
            return Refuse("It is cut off: a qcow2 image is longer than that. Upload it again.", size);
        }

        var features = BinaryPrimitives.ReadUInt64BigEndian(start[72..]);
        if ((features & ExternalData) != 0 || HasExtension(start, DataFileName))
        {
            return Refuse("It keeps its data in another file, and would show that file to its user. Make it stand alone with “qemu-img convert -O qcow2”.", size);
        }

        if ((features & (Dirty | Corrupt)) != 0)
        {
            return Refuse("It was not closed in order or is damaged. Repair it with “qemu-img check -r all”.", size);
        }

        return (features & ~Harmless) != 0
            ? Refuse("It uses features that this portal does not know, so that it cannot be told what it refers to. Convert it with “qemu-img convert -O qcow2”.", size)
            : new ImageHeader(ImageKind.Qcow2, (long)size, null);
    }

    private static bool HasExtension(ReadOnlySpan<byte> start, uint wanted)
    {
        // The extensions follow the header: type, length, content padded to eight bytes.
        var at = (long)BinaryPrimitives.ReadUInt32BigEndian(start[100..]);
        while (at >= 104 && at + 8 <= start.Length)
        {
            var type = BinaryPrimitives.ReadUInt32BigEndian(start[(int)at..]);
            if (type == wanted)
            {
                return true;
            }

            if (type == 0)
            {
                return false;
            }

            at += 8 + ((BinaryPrimitives.ReadUInt32BigEndian(start[(int)(at + 4)..]) + 7L) & ~7L);
        }

        return false;
    }

    private static ImageHeader Refuse(string problem, ulong size = 0) => new(ImageKind.Qcow2, size > long.MaxValue ? 0 : (long)size, problem);
}
