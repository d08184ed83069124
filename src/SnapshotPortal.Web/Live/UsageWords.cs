using System.Globalization;

namespace SnapshotPortal.Web.Live;

/// <summary>How the portal speaks of how busy machines are.</summary>
public static class UsageWords
{
    /// <summary>What stands where there is no number.</summary>
    public const string Unknown = "–";

    /// <summary>A share of all processors: "34 %", below one with a digit more.</summary>
    public static string Percent(double? percent) => percent switch
    {
        null => Unknown,
        > 0 and < 9.95 => string.Create(CultureInfo.CurrentCulture, $"{percent:0.0} %"),
        _ => string.Create(CultureInfo.CurrentCulture, $"{percent:0} %"),
    };

    /// <summary>Bytes a second: "1.2 MB/s".</summary>
    public static string Rate(double? bytesPerSecond) => bytesPerSecond is { } rate ? $"{Words.Size((long)Math.Round(rate))}/s" : Unknown;

    /// <summary>How often something happened: "12/s".</summary>
    public static string Often(double? perSecond) => perSecond switch
    {
        null => Unknown,
        > 0 and < 9.95 => string.Create(CultureInfo.CurrentCulture, $"{perSecond:0.0}/s"),
        _ => string.Create(CultureInfo.CurrentCulture, $"{perSecond:0}/s"),
    };

    /// <summary>Memory: "1.2 GiB".</summary>
    public static string Memory(double? bytes) => bytes is { } some ? Words.Memory((long)some) : Unknown;
}
