using System.Text.Json.Serialization;

namespace SnapshotPortal.Domain.Snapshots;

/// <summary>How a snapshot was taken (KubeVirt's terms). A snapshot of a machine that was shut off has none.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IndicationKind>))]
public enum IndicationKind
{
    /// <summary>The machine ran.</summary>
    Online,

    /// <summary>The guest agent froze and thawed the file systems.</summary>
    GuestAgent,

    /// <summary>No agent answered: the disks are as after a power cut at that instant.</summary>
    NoGuestAgent,

    /// <summary>The agent refused or failed to freeze.</summary>
    QuiesceFailed,

    /// <summary>The agent thawed by itself before the capture was over.</summary>
    QuiesceTimeout,

    /// <summary>The machine was paused: there was nobody to ask.</summary>
    Paused,

    /// <summary>A disk that could have been included was left out.</summary>
    PartialSnapshot,

    /// <summary>The memory is part of the snapshot.</summary>
    WithMemory,
}

/// <summary>One indication with its sentence for people.</summary>
public sealed record Indication(IndicationKind Kind, string Message);
