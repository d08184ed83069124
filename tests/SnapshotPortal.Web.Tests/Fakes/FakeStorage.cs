using SnapshotPortal.Domain.Exports;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Tests.Fakes;

/// <summary>The bytes behind machines and their exports, as the pages see them, in memory.</summary>
internal sealed class FakeStorage(FakePortal portal) : IStorage, IExports
{
    public Dictionary<Guid, StorageView> Maps { get; } = [];

    public Dictionary<Guid, SnapshotReleaseView> Releases { get; } = [];

    public List<ExportView> All { get; } = [];

    /// <summary>The content of every export's disks.</summary>
    public byte[] Content { get; set; } = [];

    /// <summary>Everything that was asked to be changed, in order.</summary>
    public List<object> Requests { get; } = [];

    /// <summary>Refuses the next requests for a change with this.</summary>
    public Failure? Refusal { get; set; }

    public static LayerView Layer(string target, int depth, long bytes, bool present = false, bool own = true, IReadOnlyList<HolderView>? heldBy = null, IReadOnlyList<HolderView>? vms = null)
        => new(Guid.CreateVersion7(), null, target, depth, present ? LayerState.Head : LayerState.Frozen, present, own, bytes, CreatedByPortal: true, heldBy ?? [], vms ?? [], heldBy ?? []);

    public static ExportView Export(VmView vm, ExportState state = ExportState.Ready, OperationView? operation = null) => new(
        Guid.CreateVersion7(),
        vm.Id,
        vm.Name,
        null,
        null,
        state,
        vm.OwnerName,
        Sample.Start,
        state == ExportState.InProgress ? null : Sample.Start,
        state == ExportState.InProgress ? null : Sample.Start.AddDays(1),
        state == ExportState.Ready ? [new ExportDiskView("vda", $"{vm.Name}-vda.qcow2", "default", "export-1.qcow2", 128_000_000, 10_000_000_000)] : [],
        state == ExportState.Failed ? FailureCodes.NotEnoughSpace : null,
        state == ExportState.Failed ? "The storage pool has 3 MiB free." : null,
        operation);

    public Task<Outcome<StorageView>> MapAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
        => Task.FromResult<Outcome<StorageView>>(Maps.GetValueOrDefault(vmId) ?? new StorageView([], 0, 0, 1, [], MeasuredNow: true));

    public Task<Outcome<SnapshotReleaseView>> ReleaseAsync(Actor actor, Guid snapshotId, CancellationToken cancellationToken)
        => Task.FromResult<Outcome<SnapshotReleaseView>>(Releases.GetValueOrDefault(snapshotId) is { } release ? release : FakePortal.NotFound);

    public Task<Outcome<OperationView>> FlattenAsync(Actor actor, Guid vmId, string? idempotencyKey, CancellationToken cancellationToken)
        => AcceptAsync(("Flatten", vmId), vmId, OperationKind.FlattenVm);

    public Task<Outcome<IReadOnlyList<ExportView>>> ListAsync(Actor actor, Guid? vmId, CancellationToken cancellationToken)
        => Task.FromResult(Outcome.Success<IReadOnlyList<ExportView>>([.. All.Where(e => e.VmId == vmId)]));

    public Task<Outcome<ExportView>> GetAsync(Actor actor, Guid exportId, CancellationToken cancellationToken)
        => Task.FromResult<Outcome<ExportView>>(All.Find(e => e.Id == exportId) is { } export ? export : FakePortal.NotFound);

    public Task<Outcome<OperationView>> ExportSnapshotAsync(Actor actor, Guid snapshotId, ExportRequest request, CancellationToken cancellationToken)
        => AcceptAsync((snapshotId, request), portal.AllSnapshots.Single(s => s.Id == snapshotId).VmId, OperationKind.ExportSnapshot);

    public Task<Outcome<OperationView>> ExportVmAsync(Actor actor, Guid vmId, ExportRequest request, CancellationToken cancellationToken)
        => AcceptAsync((vmId, request), vmId, OperationKind.ExportVm);

    public Task<Outcome<ExportView>> DeleteAsync(Actor actor, Guid exportId, CancellationToken cancellationToken)
    {
        Requests.Add(("DeleteExport", exportId));
        return Task.FromResult<Outcome<ExportView>>(Refusal is { } refusal ? refusal : All.Single(e => e.Id == exportId));
    }

    public Task<Outcome<ExportDownload>> OpenAsync(Actor actor, Guid exportId, string target, CancellationToken cancellationToken)
        => Task.FromResult<Outcome<ExportDownload>>(
            All.Find(e => e.Id == exportId) is { } export && portal.Vms.Exists(v => v.Id == export.VmId && actor.MayUse(v.OwnerId)) && export.Disks.Any(d => d.Target == target)
                ? new ExportDownload(new MemoryStream(Content), export.Disks[0].FileName, "tag", export.CompletedAt!.Value)
                : FakePortal.NotFound);

    private Task<Outcome<OperationView>> AcceptAsync(object request, Guid vmId, OperationKind kind)
    {
        Requests.Add(request);
        if (Refusal is { } refusal)
        {
            return Task.FromResult<Outcome<OperationView>>(refusal);
        }

        var operation = Sample.Operation(portal.Vms.Single(v => v.Id == vmId), kind);
        portal.Put(operation);
        return Task.FromResult<Outcome<OperationView>>(operation);
    }
}
