using System.Globalization;

namespace SnapshotPortal.Operations;

/// <summary>How the operation layer and the engine write numbers of bytes in their sentences.</summary>
public static class ByteWords
{
    /// <summary>With a binary unit, as machines are given memory and disks: <c>2 GiB</c>.</summary>
    public static string Binary(long bytes) => bytes switch
    {
        >= 1L << 40 => Write(bytes / (double)(1L << 40), "TiB"),
        >= 1L << 30 => Write(bytes / (double)(1L << 30), "GiB"),
        >= 1L << 20 => Write(bytes / (double)(1L << 20), "MiB"),
        >= 1L << 10 => Write(bytes / (double)(1L << 10), "KiB"),
        _ => Write(bytes, "bytes"),
    };

    private static string Write(double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{value:0.##} {unit}");
}
