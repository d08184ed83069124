using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Requests;

/// <summary>What a person may ask about and of exports. Every call authorises by itself.</summary>
public interface IExports
{
    /// <summary>The actor's exports, newest first; with a machine only those of it.</summary>
    Task<Outcome<IReadOnlyList<ExportView>>> ListAsync(Actor actor, Guid? vmId, CancellationToken cancellationToken);

    Task<Outcome<ExportView>> GetAsync(Actor actor, Guid exportId, CancellationToken cancellationToken);

    /// <summary>Copies a snapshot's disks into files that stand alone. The export has the operation's id.</summary>
    Task<Outcome<OperationView>> ExportSnapshotAsync(Actor actor, Guid snapshotId, ExportRequest request, CancellationToken cancellationToken);

    /// <summary>Copies a machine's present disks into files that stand alone. The export has the operation's id.</summary>
    Task<Outcome<OperationView>> ExportVmAsync(Actor actor, Guid vmId, ExportRequest request, CancellationToken cancellationToken);

    /// <summary>Deletes an export with its files. One that is still being made is cancelled instead.</summary>
    Task<Outcome<ExportView>> DeleteAsync(Actor actor, Guid exportId, CancellationToken cancellationToken);

    /// <summary>One file of an export, to be read from any place on. Whoever gets it disposes its content.</summary>
    Task<Outcome<ExportDownload>> OpenAsync(Actor actor, Guid exportId, string target, CancellationToken cancellationToken);
}

/// <summary>Makes an export.</summary>
/// <param name="Lifetime">How long it is kept once it is complete, 1 hour to 30 days; <see langword="null"/> = 24 hours.</param>
/// <param name="Pool">Administrators: the storage pool for the files; <see langword="null"/> = each disk's own.</param>
/// <param name="IdempotencyKey">See <see cref="TakeSnapshotRequest"/>.</param>
public sealed record ExportRequest(TimeSpan? Lifetime = null, string? Pool = null, string? IdempotencyKey = null);

/// <summary>A file of an export on its way out.</summary>
/// <param name="Content">Seekable; read asynchronously only.</param>
/// <param name="FileName">A name that every file system takes.</param>
/// <param name="Tag">Changes with the content, which never changes under one export.</param>
/// <param name="CompletedAt">When the content was complete.</param>
public sealed record ExportDownload(Stream Content, string FileName, string Tag, DateTimeOffset CompletedAt);
