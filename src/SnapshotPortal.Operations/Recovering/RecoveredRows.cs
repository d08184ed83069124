using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Records;

namespace SnapshotPortal.Operations.Recovering;

/// <summary>From records back to rows.</summary>
internal static class RecoveredRows
{
    public static VirtualMachine ToVm(VmRecord record, VmObservation seen, Guid hostId, DateTimeOffset now) => new()
    {
        Id = record.VmId,
        HostId = hostId,
        Name = seen.Name,
        Description = record.Description,
        OwnerId = record.Owner.Id,
        Origin = record.Origin,
        OriginSnapshotId = record.OriginSnapshotId,
        CreatedAt = record.CreatedAt,
        FailureDeadline = record.FailureDeadline,
        CurrentSnapshotId = record.CurrentSnapshotId,
        Power = seen.Power,
        AgentConnected = seen.AgentConnected,
        VCpus = seen.VCpus,
        MemoryBytes = seen.MemoryBytes,
        ObservedAt = now,
        RecordRevision = record.Revision,
        RecordWritten = record.Revision,
    };

    /// <summary>
    /// A layer's row. What was frozen stays so even if no snapshot that holds it is recovered: the collector merges only what
    /// is known to be released.
    /// </summary>
    public static DiskLayer ToLayer(LayerRecord record, VolumeSeen file, Guid hostId) => new()
    {
        Id = record.Id,
        HostId = hostId,
        Pool = file.Pool,
        Volume = file.Name,
        Path = record.Path,
        Format = record.Format,
        ParentId = record.ParentId,
        Target = record.Target,
        CreatedByPortal = record.CreatedByPortal,
        VirtualSize = file.VirtualSize,
        Allocation = file.Allocation,
        State = record.State is LayerState.Released or LayerState.Merging ? LayerState.Released : LayerState.Frozen,
    };

    /// <summary>The row of a file that no record names.</summary>
    public static DiskLayer ToLayer(VolumeSeen file, Guid id, Guid? parentId, string target, bool createdByPortal, Guid hostId) => new()
    {
        Id = id,
        HostId = hostId,
        Pool = file.Pool,
        Volume = file.Name,
        Path = file.Path,
        Format = file.Format,
        ParentId = parentId,
        Target = target,
        CreatedByPortal = createdByPortal,
        VirtualSize = file.VirtualSize,
        Allocation = file.Allocation,
        State = LayerState.Frozen,
    };

    public static Snapshot ToSnapshot(SnapshotRecord record, Guid vmId, Guid? parentId)
    {
        var snapshot = new Snapshot
        {
            Id = record.Id,
            VmId = vmId,
            ParentId = parentId,
            Name = record.Name,
            Description = record.Description,
            Origin = record.Origin,
            RequestedAt = record.RequestedAt,
            CapturedAt = record.CapturedAt,
            FreezeWindow = record.FreezeWindow,
            Protected = record.Protected,
            Indications = record.Indications,
            DomainXml = record.DomainXml,
            FirmwareVariables = record.FirmwareVariables,
            Memory = record.Memory,
        };
        foreach (var disk in record.Disks)
        {
            snapshot.Disks.Add(new SnapshotDisk
            {
                SnapshotId = record.Id,
                Target = disk.Target,
                Included = disk.Included,
                ExclusionReason = disk.ExclusionReason,
                LayerId = disk.LayerId,
                VirtualSize = disk.VirtualSize,
            });
        }

        var completed = record.CompletedAt ?? record.RequestedAt;
        if (record.Phase == SnapshotPhase.Succeeded)
        {
            snapshot.Succeed(completed);
        }
        else
        {
            snapshot.Fail(completed, record.FailureCode ?? "", record.FailureMessage ?? "", record.FailureStep);
        }

        return snapshot;
    }
}
