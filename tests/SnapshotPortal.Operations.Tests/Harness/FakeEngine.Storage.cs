using System.Collections.Concurrent;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Tests.Harness;

/// <summary>Flattening and exporting by script.</summary>
internal sealed partial class FakeEngine
{
    public ConcurrentQueue<FlattenOrder> Flattened { get; } = new();

    public ConcurrentQueue<ExportOrder> Exports { get; } = new();

    /// <summary>The volumes of exports that exist, by name.</summary>
    public ConcurrentDictionary<string, byte[]> ExportVolumes { get; } = new(StringComparer.Ordinal);

    /// <summary>Sizes that a measurement finds, by path.</summary>
    public ConcurrentDictionary<string, long> Sizes { get; } = new(StringComparer.Ordinal);

    /// <summary>After a crash: is there nothing behind the disk any more?</summary>
    public Func<FlattenOrder, bool> RecoverFlatten { get; set; } = static _ => false;

    /// <summary>Why exports' volumes cannot be removed.</summary>
    public EngineException? RemovalObstacle { get; set; }

    public Task<IReadOnlyDictionary<Guid, long>> MeasureAsync(HostRef host, IReadOnlyCollection<LayerFile> files, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyDictionary<Guid, long>>(files.ToDictionary(static f => f.LayerId, f => Sizes.GetValueOrDefault(f.Path, f.Allocation)));

    public async Task<bool> FlattenAsync(FlattenOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        await StepAsync("Flatten:Pull", order.VmId, journal, new FakeIntention("pull", [order.Head.Path]), cancellationToken);
        await ActAsync($"Flatten:{order.Head.Target}", order.VmId, journal, cancellationToken);
        Flattened.Enqueue(order);
        return true;
    }

    public void ExpectPull(HostRef host, Guid vmId) => Calls.Enqueue($"ExpectPull {host.Name} {vmId}");

    public Task<bool> RecoverFlattenAsync(FlattenOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"RecoverFlatten {order.Head.Target}");
        return Task.FromResult(RecoverFlatten(order));
    }

    public async Task<IReadOnlyList<ExportFile>> ExportAsync(ExportOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        Exports.Enqueue(order);
        await StepAsync("Export:Copy", order.VmId, journal, new FakeIntention("copies", []), cancellationToken);
        var files = new List<ExportFile>();
        foreach (var source in order.Sources.Values)
        {
            var volume = $"export-{Guid.CreateVersion7():N}.qcow2";
            ExportVolumes[volume] = [.. Enumerable.Range(0, 1000).Select(static n => (byte)n)];
            files.Add(new ExportFile(source.Target, order.Pool ?? source.Pool, volume, $"/pool/{volume}", source.VirtualSize, 1000));
        }

        return files;
    }

    public Task UndoExportAsync(HostRef host, IOperationJournal journal, CancellationToken cancellationToken)
    {
        Calls.Enqueue("UndoExport");
        return Task.CompletedTask;
    }

    public Task RemoveExportAsync(HostRef host, ExportFile file, CancellationToken cancellationToken)
    {
        if (RemovalObstacle is { } obstacle)
        {
            throw obstacle;
        }

        ExportVolumes.TryRemove(file.Volume, out _);
        return Task.CompletedTask;
    }

    public Task<Stream> OpenExportAsync(HostRef host, ExportFile file, CancellationToken cancellationToken)
        => ExportVolumes.TryGetValue(file.Volume, out var bytes)
            ? Task.FromResult<Stream>(new MemoryStream(bytes))
            : throw new EngineException(FailureCodes.VolumeMissing, "Somebody removed it.");
}
