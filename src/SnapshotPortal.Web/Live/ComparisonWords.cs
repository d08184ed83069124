using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Live;

/// <summary>How the portal says in what two states differ.</summary>
public static class ComparisonWords
{
    /// <summary>What a difference is about.</summary>
    public static string What(ConfigurationDifference difference) => (difference.Part, difference.Subject) switch
    {
        (ConfigurationPart.Memory, _) => CommonTexts.Memory,
        (ConfigurationPart.Processors, _) => CommonTexts.Processors,
        (ConfigurationPart.Disk, var disk) => WordTexts.FormatDiskDisk(disk),
        (ConfigurationPart.Drive, var drive) => WordTexts.FormatDriveDrive(drive),
        (ConfigurationPart.NetworkCard, var card) => WordTexts.FormatNetworkCardCard(card),
        (ConfigurationPart.Firmware, _) => WordTexts.Firmware,
        (ConfigurationPart.BootOrder, _) => WordTexts.BootOrder,
        (_, var place) => place ?? WordTexts.SomethingElse,
    };

    /// <summary>The time and the bytes in between.</summary>
    public static string Between(ComparisonView view)
    {
        var between = Words.Duration(view.After.At - view.Before.At);
        return view.WrittenBytes is { } written
            ? WordTexts.FormatBetweenLieBetweenThemTheFiles(between, Words.Size(written))
            : WordTexts.FormatBetweenLieBetweenThemWhatWas(between);
    }
}
