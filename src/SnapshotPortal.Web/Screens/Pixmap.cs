using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;

namespace SnapshotPortal.Web.Screens;

/// <summary>QEMU draws displays as portable pixmaps, which no browser shows. This makes PNG pictures of them.</summary>
internal static class Pixmap
{
    // Larger than any display QEMU has; a header that says more is not believed.
    private const int MaxSide = 16_384;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Turns a binary pixmap ("P6", 8 bits a channel) into a PNG; false for anything else.</summary>
    public static bool TryToPng(ReadOnlySpan<byte> pixmap, [NotNullWhen(true)] out byte[]? png)
    {
        png = null;
        if (!pixmap.StartsWith("P6"u8))
        {
            return false;
        }

        var position = 2;
        if (!TryReadNumber(pixmap, ref position, out var width)
            || !TryReadNumber(pixmap, ref position, out var height)
            || !TryReadNumber(pixmap, ref position, out var depth)
            || width is 0 or > MaxSide || height is 0 or > MaxSide || depth != 255)
        {
            return false;
        }

        var pixels = pixmap[(position + 1)..];
        var stride = width * 3;
        if (pixels.Length < (long)stride * height)
        {
            return false;
        }

        using var picture = new MemoryStream();
        picture.Write(Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8; // bits a channel
        header[9] = 2; // red, green, blue
        header[10] = header[11] = header[12] = 0;
        WriteChunk(picture, "IHDR"u8, header);

        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var y = 0; y < height; y++)
            {
                deflate.WriteByte(0); // no filter on this row
                deflate.Write(pixels.Slice(y * stride, stride));
            }
        }

        WriteChunk(picture, "IDAT"u8, packed.GetBuffer().AsSpan(0, (int)packed.Length));
        WriteChunk(picture, "IEND"u8, []);
        png = picture.ToArray();
        return true;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> text, ref int position, out int number)
    {
        number = 0;
        while (position < text.Length && (char.IsWhiteSpace((char)text[position]) || text[position] == '#'))
        {
            if (text[position] == '#')
            {
                while (position < text.Length && text[position] != '\n')
                {
                    position++;
                }
            }
            else
            {
                position++;
            }
        }

        var start = position;
        while (position < text.Length && text[position] is >= (byte)'0' and <= (byte)'9' && position - start < 6)
        {
            number = (number * 10) + (text[position++] - '0');
        }

        return position > start && position < text.Length;
    }

    private static void WriteChunk(MemoryStream picture, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        picture.Write(word);
        picture.Write(type);
        picture.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, Checksum(type, data));
        picture.Write(word);
    }

    // CRC-32 as PNG wants it (ISO 3309), bit by bit over a small table.
    private static uint Checksum(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
        => ~Update(Update(uint.MaxValue, type), data);

    private static uint Update(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            crc = Table[(byte)(crc ^ b)] ^ (crc >> 8);
        }

        return crc;
    }

    private static readonly uint[] Table = MakeTable();

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint n = 0; n < table.Length; n++)
        {
            var c = n;
            for (var k = 0; k < 8; k++)
            {
                c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
            }

            table[n] = c;
        }

        return table;
    }
}
