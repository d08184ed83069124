using System.Xml;
using System.Xml.Linq;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Records;

/// <summary>Makes a machine's record from the database.</summary>
internal sealed class RecordReading(IUserDirectory users, TimeProvider time)
{
    /// <summary>The record of <paramref name="vm"/> as the database has it now.</summary>
    public async Task<VmRecord> ReadAsync(IPortalDb db, VirtualMachine vm, CancellationToken cancellationToken)
    {
        var snapshots = await db.Snapshots.AsNoTracking().Include(static s => s.Disks)
            .Where(s => s.VmId == vm.Id && (s.Phase == SnapshotPhase.Succeeded || s.Phase == SnapshotPhase.Failed))
            .OrderByDescending(static s => s.RequestedAt).ThenByDescending(static s => s.Id)
            .ToListAsync(cancellationToken);
        var layers = await TreeAsync(db, vm, cancellationToken);
        return new VmRecord(
            vm.Id,
            vm.RecordRevision,
            time.GetUtcNow(),
            new OwnerRecord(vm.OwnerId, await users.EmailAsync(vm.OwnerId, cancellationToken)),
            vm.Description,
            vm.Origin,
            vm.OriginSnapshotId,
            vm.CreatedAt,
            vm.FailureDeadline,
            vm.CurrentSnapshotId,
            [.. layers.Select(Of)],
            [.. snapshots.Select(Of)],
            Omitted: 0);
    }

    /// <summary>The layers that a machine and its snapshots stand on, what is stood on first.</summary>
    public static async Task<IReadOnlyList<DiskLayer>> TreeAsync(IPortalDb db, VirtualMachine vm, CancellationToken cancellationToken)
    {
        var layers = await db.Layers.AsNoTracking().Where(l => l.HostId == vm.HostId && l.State != LayerState.Planned).ToListAsync(cancellationToken);
        var ofVm = db.Snapshots.Where(s => s.VmId == vm.Id).Select(static s => s.Id);
        var held = await db.SnapshotDisks.Where(d => d.LayerId != null && ofVm.Contains(d.SnapshotId)).Select(static d => d.LayerId!.Value).ToListAsync(cancellationToken);
        return LayerTrees.Below(layers, layers.Where(l => l.HeadOfVmId == vm.Id).Select(static l => l.Id).Concat(held));
    }

    private static LayerRecord Of(DiskLayer layer) => new(
        layer.Id,
        layer.Pool,
        layer.Volume,
        layer.Path,
        layer.Format,
        layer.ParentId,
        layer.Target,
        layer.State,
        layer.CreatedByPortal,
        layer.VirtualSize);

    private static SnapshotRecord Of(Snapshot snapshot) => new(
        snapshot.Id,
        snapshot.ParentId,
        snapshot.Name,
        snapshot.Description,
        snapshot.Origin,
        snapshot.Phase,
        snapshot.RequestedAt,
        snapshot.CompletedAt,
        snapshot.CapturedAt,
        snapshot.FreezeWindow,
        snapshot.FailureCode,
        snapshot.FailureMessage,
        snapshot.FailureStep,
        snapshot.Protected,
        snapshot.Indications,
        [.. snapshot.Disks.OrderBy(static d => d.Target, StringComparer.Ordinal).Select(static d => new SnapshotDiskRecord(d.Target, d.Included, d.ExclusionReason, d.LayerId, d.VirtualSize))],
        snapshot.DomainXml is { } xml ? WithoutSecrets(xml) : null,
        snapshot.FirmwareVariables,
        snapshot.Memory);

    /// <summary>
    /// Whoever may only look at a host sees a domain's metadata, but not the passwords of its displays: these stay in the
    /// database.
    /// </summary>
    private static string WithoutSecrets(string xml)
    {
        if (!xml.Contains("passwd", StringComparison.Ordinal))
        {
            return xml;
        }

        using var text = new StringReader(xml);
        using var reader = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        var root = XElement.Load(reader, LoadOptions.PreserveWhitespace);
        root.Descendants("graphics").Attributes().Where(static a => a.Name.LocalName.StartsWith("passwd", StringComparison.Ordinal)).Remove();
        return root.ToString(SaveOptions.DisableFormatting);
    }
}
