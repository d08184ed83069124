namespace SnapshotPortal.Operations.Engine;

/// <summary>The parts of a machine's configuration that people know by name.</summary>
public enum ConfigurationPart
{
    Memory,
    Processors,

    /// <summary>A disk; the subject is its name in the machine.</summary>
    Disk,

    /// <summary>A drive for CDs or floppies, and what lies in it.</summary>
    Drive,

    /// <summary>A network card; the subject is its address.</summary>
    NetworkCard,
    Firmware,
    BootOrder,

    /// <summary>Anything else; the subject is its place in the definition.</summary>
    Other,
}

/// <summary>One thing in which two configurations differ, in words.</summary>
/// <param name="Part">What it belongs to.</param>
/// <param name="Subject">Which one of several.</param>
/// <param name="Before">How it was; <see langword="null"/> = it was not there.</param>
/// <param name="After">How it is; <see langword="null"/> = it is gone.</param>
public sealed record ConfigurationDifference(ConfigurationPart Part, string? Subject, string? Before, string? After);
