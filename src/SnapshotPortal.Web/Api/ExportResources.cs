using SnapshotPortal.Domain.Exports;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Api;

/// <summary>A copy of disks in files that stand alone. Its id is that of the operation that makes it.</summary>
public sealed record ExportResource(
    Guid Id,
    Guid VmId,
    string VmName,
    Guid? SnapshotId,
    string? SnapshotName,
    ExportState State,
    string RequestedBy,
    DateTimeOffset RequestedAt,
    DateTimeOffset? CompletedAt,
    DateTimeOffset? ExpiresAt,
    IReadOnlyList<ExportDiskResource> Disks,
    ErrorResource? Error,
    OperationResource? ActiveOperation)
{
    internal static ExportResource From(ExportView view) => new(
        view.Id,
        view.VmId,
        view.VmName,
        view.SnapshotId,
        view.SnapshotName,
        view.State,
        view.RequestedBy,
        view.RequestedAt,
        view.CompletedAt,
        view.ExpiresAt,
        [.. view.Disks.Select(d => new ExportDiskResource(d.Target, d.FileName, d.Pool, d.Volume, d.Size, d.VirtualSize, $"{ApiServices.VersionPrefix}/exports/{view.Id}/disks/{d.Target}"))],
        view.FailureCode is { } code ? new ErrorResource(code, view.FailureMessage ?? "") : null,
        view.ActiveOperation is { } operation ? OperationResource.From(operation) : null);
}

/// <summary>One file of an export.</summary>
/// <param name="Target">The disk, for example vda.</param>
/// <param name="FileName">What a download is called.</param>
/// <param name="Pool">The storage pool that it lies in.</param>
/// <param name="Volume">The volume's name in it.</param>
/// <param name="SizeBytes">The file's length.</param>
/// <param name="VirtualSizeBytes">Bytes as a guest sees them.</param>
/// <param name="Download">Where its bytes are.</param>
public sealed record ExportDiskResource(string Target, string FileName, string Pool, string Volume, long SizeBytes, long VirtualSizeBytes, string Download);

/// <summary>Exports, the newest first.</summary>
public sealed record ExportListResource(IReadOnlyList<ExportResource> Items);

/// <summary>Makes an export.</summary>
public sealed record ExportBody : IOptionalBody
{
    /// <summary>How long it is kept once it is complete: 3600 (1 hour) to 2592000 (30 days); 86400 (24 hours) where nothing is said.</summary>
    public double? LifetimeSeconds { get; init; }

    /// <summary>Administrators: the storage pool for the files. Without it they lie beside the disks.</summary>
    public string? Pool { get; init; }
}
