using System.Buffers.Binary;
using System.Text;

namespace SnapshotPortal.Engine.Libvirt.Cloning;

/// <summary>
/// Writes a small ISO 9660 disc with a few files in its root, with Joliet names beside the short ones. Just what a seed for
/// cloud-init needs: no folders, no dates, nothing larger than memory.
/// </summary>
internal static class IsoImage
{
    private const int Sector = 2048;
    private const int PrimarySector = 16;
    private const int RootSector = 23;
    private const int FilesSector = 25;

    /// <summary>The disc.</summary>
    /// <param name="label">Its label: at most 16 characters A–Z, 0–9 and underscore.</param>
    /// <param name="files">Names and contents.</param>
    public static byte[] Make(string label, IReadOnlyList<(string Name, byte[] Content)> files)
    {
        var at = FilesSector;
        var places = new List<(string Name, int Sector, int Length)>();
        foreach (var (name, content) in files)
        {
            places.Add((name, at, content.Length));
            at += Math.Max(1, (content.Length + Sector - 1) / Sector);
        }

        var disc = new byte[at * Sector];
        WriteDescriptor(disc.AsSpan(PrimarySector * Sector), 1, label, at, pathTable: 19, RootSector, Encoding.ASCII);
        WriteDescriptor(disc.AsSpan((PrimarySector + 1) * Sector), 2, label, at, pathTable: 21, RootSector + 1, Encoding.BigEndianUnicode);
        WriteHead(disc.AsSpan((PrimarySector + 2) * Sector), 255);
        WritePathTables(disc, 19, RootSector);
        WritePathTables(disc, 21, RootSector + 1);
        WriteRoot(disc.AsSpan(RootSector * Sector, Sector), RootSector, places.OrderBy(static p => p.Name, StringComparer.Ordinal).Select(static p => (Encoding.ASCII.GetBytes($"{p.Name.ToUpperInvariant()}.;1"), p.Sector, p.Length)));
        WriteRoot(disc.AsSpan((RootSector + 1) * Sector, Sector), RootSector + 1, places.OrderBy(static p => p.Name, StringComparer.Ordinal).Select(static p => (Encoding.BigEndianUnicode.GetBytes(p.Name), p.Sector, p.Length)));
        foreach (var (place, file) in places.Zip(files))
        {
            file.Content.CopyTo(disc, place.Sector * Sector);
        }

        return disc;
    }

    private static void WriteHead(Span<byte> at, byte type)
    {
        at[0] = type;
        "CD001"u8.CopyTo(at[1..]);
        at[6] = 1;
    }

    private static void WriteDescriptor(Span<byte> at, byte type, string label, int sectors, int pathTable, int root, Encoding encoding)
    {
        WriteHead(at, type);
        WriteText(at.Slice(8, 32), "LINUX", encoding);
        WriteText(at.Slice(40, 32), label, encoding);
        WriteBoth32(at[80..], sectors);
        if (type == 2)
        {
            "%/E"u8.CopyTo(at[88..]); // The mark of Joliet.
        }

        WriteBoth16(at[120..], 1);
        WriteBoth16(at[124..], 1);
        WriteBoth16(at[128..], Sector);
        WriteBoth32(at[132..], 10);
        BinaryPrimitives.WriteInt32LittleEndian(at[140..], pathTable);
        BinaryPrimitives.WriteInt32BigEndian(at[148..], pathTable + 1);
        WriteRecord(at.Slice(156, 34), [0], root, Sector, isFolder: true);
        WriteText(at.Slice(190, 128 * 4), "", encoding);
        WriteText(at.Slice(702, 37 * 3), "", encoding);
        for (var date = 813; date < 881; date += 17)
        {
            at.Slice(date, 16).Fill((byte)'0');
        }

        at[881] = 1;
    }

    /// <summary>A table of one folder, the root, in both orders of bytes.</summary>
    private static void WritePathTables(byte[] disc, int sector, int root)
    {
        foreach (var (at, isBig) in new[] { (sector, false), (sector + 1, true) })
        {
            var table = disc.AsSpan(at * Sector);
            table[0] = 1;
            if (isBig)
            {
                BinaryPrimitives.WriteInt32BigEndian(table[2..], root);
                BinaryPrimitives.WriteInt16BigEndian(table[6..], 1);
            }
            else
            {
                BinaryPrimitives.WriteInt32LittleEndian(table[2..], root);
                BinaryPrimitives.WriteInt16LittleEndian(table[6..], 1);
            }
        }
    }

    private static void WriteRoot(Span<byte> folder, int self, IEnumerable<(byte[] Name, int Sector, int Length)> files)
    {
        folder = folder[WriteRecord(folder, [0], self, Sector, isFolder: true)..];
        folder = folder[WriteRecord(folder, [1], self, Sector, isFolder: true)..];
        foreach (var (name, sector, length) in files)
        {
            folder = folder[WriteRecord(folder, name, sector, length, isFolder: false)..];
        }
    }

    private static int WriteRecord(Span<byte> at, ReadOnlySpan<byte> name, int sector, int length, bool isFolder)
    {
        var size = 33 + name.Length + (name.Length % 2 == 0 ? 1 : 0);
        at[0] = (byte)size;
        WriteBoth32(at[2..], sector);
        WriteBoth32(at[10..], length);
        at[18] = 100; // The year 2000: nobody asks.
        at[19] = at[20] = 1;
        at[25] = (byte)(isFolder ? 2 : 0);
        WriteBoth16(at[28..], 1);
        at[32] = (byte)name.Length;
        name.CopyTo(at[33..]);
        return size;
    }

    private static void WriteText(Span<byte> field, string text, Encoding encoding)
    {
        var length = field.Length / encoding.GetByteCount(" ");
        encoding.GetBytes(text.PadRight(length), field);
    }

    private static void WriteBoth32(Span<byte> at, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(at, value);
        BinaryPrimitives.WriteInt32BigEndian(at[4..], value);
    }

    private static void WriteBoth16(Span<byte> at, short value)
    {
        BinaryPrimitives.WriteInt16LittleEndian(at, value);
        BinaryPrimitives.WriteInt16BigEndian(at[2..], value);
    }
}
