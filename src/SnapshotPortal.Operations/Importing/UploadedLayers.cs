using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Operations.Collecting;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Importing;

/// <summary>
/// Uploads that are under way have a row of a layer that is planned. At the start there are none: what is found then was cut
/// off when the portal stopped, and is the collector's.
/// </summary>
internal sealed class UploadedLayers(Changes changes, CollectionTrigger collection) : IHostedService
{
    private const string Target = "upload";

    /// <summary>The row of an upload. Its path is known when its pool is; until then it is only its own.</summary>
    public static DiskLayer NewRow(Guid hostId, string pool, string volume) => new()
    {
        HostId = hostId,
        Pool = pool,
        Volume = volume,
        Path = $"upload:{pool}/{volume}",
        Format = "raw",
        State = LayerState.Planned,
        Target = Target,
        CreatedByPortal = true,
    };

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await changes.CommitAsync(
            async (db, _) =>
            {
                foreach (var row in await db.Layers.Where(static l => l.State == LayerState.Planned && l.Target == Target).ToListAsync(cancellationToken))
                {
                    row.State = LayerState.Released;
                }
            },
            cancellationToken);
        collection.Wake();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
