namespace SnapshotPortal.Domain.Exports;

/// <summary>One disk of an export: a qcow2 volume without a backing file.</summary>
public sealed class ExportDisk
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public Guid ExportId { get; init; }

    /// <summary>The disk's name in the machine, for example <c>vda</c>.</summary>
    public required string Target { get; init; }

    public required string Pool { get; init; }

    public required string Volume { get; init; }

    /// <summary>The absolute path on the host.</summary>
    public required string Path { get; init; }

    /// <summary>Size as a guest sees it, in bytes.</summary>
    public long VirtualSize { get; init; }

    /// <summary>The file's length, in bytes.</summary>
    public long Size { get; init; }
}
