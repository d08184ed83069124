using SnapshotPortal.Domain.Exports;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Operations.Exporting;

/// <summary>Between the export table and the engine's files.</summary>
internal static class ExportRows
{
    public static ExportFile ToFile(ExportDisk disk) => new(disk.Target, disk.Pool, disk.Volume, disk.Path, disk.VirtualSize, disk.Size);
}
