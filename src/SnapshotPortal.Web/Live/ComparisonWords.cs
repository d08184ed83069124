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
        var time = view.After.At - view.Before.At;

        // From two days on nobody counts hours; one day is never said.
        var between = time.TotalDays < 2 ? Words.Duration(time) : WordTexts.FormatDaysInBetween((int)time.TotalDays);
        return view.WrittenBytes is { } written
            ? WordTexts.FormatBetweenLieBetweenThemTheFiles(between, Words.Size(written))
            : WordTexts.FormatBetweenLieBetweenThemWhatWas(between);
    }
}
