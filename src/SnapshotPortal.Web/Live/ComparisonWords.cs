using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Live;

/// <summary>How the portal says in what two states differ.</summary>
public static class ComparisonWords
{
    /// <summary>What a difference is about.</summary>
    public static string What(ConfigurationDifference difference) => (difference.Part, difference.Subject) switch
    {
        (ConfigurationPart.Memory, _) => "Memory",
        (ConfigurationPart.Processors, _) => "Processors",
        (ConfigurationPart.Disk, var disk) => $"Disk {disk}",
        (ConfigurationPart.Drive, var drive) => $"Drive {drive}",
        (ConfigurationPart.NetworkCard, var card) => $"Network card {card}",
        (ConfigurationPart.Firmware, _) => "Firmware",
        (ConfigurationPart.BootOrder, _) => "Boot order",
        (_, var place) => place ?? "Something else",
    };

    /// <summary>The time and the bytes in between.</summary>
    public static string Between(ComparisonView view)
    {
        var between = Words.Duration(view.After.At - view.Before.At);
        return view.WrittenBytes is { } written
            ? $"{between} lie between them. The files that hold what was written in that time occupy {Words.Size(written)}."
            : $"{between} lie between them. What was written in that time cannot be told: neither stands on the other's files.";
    }
}
