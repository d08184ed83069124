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

    /// <summary>With a decimal unit and three significant digits at the most, as space and files are told: <c>128 MB</c>.</summary>
    public static string Decimal(long bytes) => DecimalOf(CultureInfo.InvariantCulture, bytes);

    /// <summary>The same, with numbers as somebody's language writes them.</summary>
    public static string DecimalOf(IFormatProvider culture, long bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB", "PB"];
        double value = bytes;
        var unit = 0;
        while (value >= 999.5 && unit < units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        var digits = unit == 0 || value >= 99.95 ? "0" : value >= 9.995 ? "0.#" : "0.##";
        return $"{value.ToString(digits, culture)} {units[unit]}";
    }

    private static string Write(double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{value:0.##} {unit}");
}
