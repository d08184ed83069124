using LibVirt;
using Microsoft.Extensions.Logging;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Freezing;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Exporting;

/// <summary>
/// Copies disks into qcow2 volumes that stand alone, by libvirt's push backup: of the running machine itself for its present
/// state, of a paused helper that holds the files as read-only disks for everything else. Both report progress, can be
/// aborted, and need nothing but libvirt on the host.
/// </summary>
internal sealed class DiskExport(HostLinks links, SpaceCheck space, BackupJob backup, Freezer freezer, ILogger<DiskExport> logger)
{
    public async Task<IReadOnlyList<ExportFile>> RunAsync(ExportOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        journal.NoteStep("Inspect");
        var link = links[order.Host];
        var plan = await link.WorkAsync(connection => Plan(connection, link, order));
        cancellationToken.ThrowIfCancellationRequested();

        var freezes = plan.MayFreeze && freezer.TryAnnounce(order.Host, order.VmId);
        await journal.BeginStepAsync(
            freezes ? "Freeze" : "Copy",
            new ExportIntention([.. plan.Disks.Select(static d => d.File)], plan.HelperId, order.VmId),
            incursFreezeDebt: freezes,
            cancellationToken);
        try
        {
            using var helper = plan.HelperId is { } id ? await link.WorkAsync(_ => ExportHelper.Start(link, id, plan.DomainXml, plan.Disks)) : null;
            await link.WorkAsync(connection => Begin(connection, order, plan, freezes, journal));
            if (freezes)
            {
                await journal.BeginStepAsync("Copy", cancellationToken: CancellationToken.None);
            }

            await backup.WaitAsync(link, plan.HelperId ?? order.VmId, journal, cancellationToken);
        }
        catch (Exception e) when (e is EngineException or LibvirtException or OperationCanceledException)
        {
            EngineLog.Undoing(logger, order.VmId, "the files of an export");
            await backup.AbortAsync(link, plan.HelperId ?? order.VmId);
            await link.ControlAsync(connection => Remove(connection, plan.Disks.Select(static d => d.File)));
            throw;
        }

        journal.NoteStep("Record");
        return await link.WorkAsync(connection => Measure(connection, plan.Disks));
    }

    /// <summary>After a crash: nothing of the export stays.</summary>
    public async Task UndoAsync(HostRef host, IOperationJournal journal, CancellationToken cancellationToken)
    {
        if (await journal.FindIntentionAsync<ExportIntention>(cancellationToken) is not { } intention)
        {
            return;
        }

        var link = links[host];
        if (intention.HelperId is { } helper)
        {
            await link.ControlAsync(connection => ExportHelper.End(connection, helper));
        }
        else
        {
            // A guest that the dead process froze must not wait for the debt collector's turn.
            await link.ControlAsync(connection =>
            {
                freezer.Settle(connection, host, intention.VmId, journal);
                return true;
            });
            await backup.AbortAsync(link, intention.VmId);
        }

        await link.ControlAsync(connection => Remove(connection, intention.Files));
    }

    private ExportPlan Plan(VirConnection connection, HostLink link, ExportOrder order)
    {
        var (sources, domainXml, live, mayFreeze) = order.DomainXml is { } stored
            ? ([.. order.Sources.Values.OrderBy(static f => f.Target, StringComparer.Ordinal)], stored, false, false)
            : Present(connection, link, order);
        var disks = sources
            .Select((source, n) => new ExportedDisk(live ? source.Target : ExportHelper.Target(n), source, PlanFile(connection, link, order, source)))
            .ToList();
        foreach (var pool in disks.GroupBy(static d => d.File.Pool, StringComparer.Ordinal))
        {
            space.Require(connection, pool.Key, pool.Sum(d => Volumes.ContentBytes(connection, link.Pools, d.Source)));
        }

        return new ExportPlan(disks, domainXml, live ? null : Guid.NewGuid(), mayFreeze);
    }

    /// <summary>What the machine's disks are now.</summary>
    private (List<LayerFile> Sources, string DomainXml, bool Live, bool MayFreeze) Present(VirConnection connection, HostLink link, ExportOrder order)
    {
        using var domain = connection.LookupDomainByUuid(order.VmId);
        var current = DomainDefinition.Parse(domain.GetXmlDescription());
        if (domain.IsActive)
        {
            MachineReadiness.Require(domain, current);
        }

        var persistentXml = domain.GetXmlDescription(DomainXmlFlags.Inactive);
        var surveyed = DiskSurvey.Look(connection, domain, current, DomainDefinition.Parse(persistentXml), link);
        var included = surveyed.Where(static d => d.Included).ToList();
        if (included.Count == 0)
        {
            throw new EngineException(FailureCodes.NoEligibleDisk, "No disk of this machine can be exported. " + string.Join(' ', surveyed.Select(static d => $"{d.Target}: {d.Exclusion}")));
        }

        foreach (var disk in included)
        {
            if (order.Sources.TryGetValue(disk.Target, out var known) && known.Path != disk.File!.Path)
            {
                throw new EngineException(FailureCodes.Drift, $"The disk {disk.Target} lies in {disk.File.Path}, where the portal left it in {known.Path}. Somebody changed it outside the portal.");
            }
        }

        var mayFreeze = domain.GetState().State is DomainState.Running && current.AgentPortConnected && freezer.Answers(domain);
        return ([.. included.Select(static d => d.File!)], persistentXml, domain.IsActive, mayFreeze);
    }

    private static ExportFile PlanFile(VirConnection connection, HostLink link, ExportOrder order, LayerFile source)
    {
        var volume = $"export-{Guid.CreateVersion7():N}.qcow2";
        var folder = order.Pool is { } wanted
            ? link.Pools.FolderOf(connection, wanted) ?? throw new EngineException(FailureCodes.PoolUnknown, $"The host has no active storage pool “{wanted}” that keeps its volumes as files. Name another pool.")
            : Path.GetDirectoryName(source.Path);
        return new ExportFile(source.Target, order.Pool ?? source.Pool, volume, $"{folder}/{volume}", source.VirtualSize, 0);
    }

    /// <summary>Fixes the instant, between a freeze and a thaw where the guest has an agent.</summary>
    private bool Begin(VirConnection connection, ExportOrder order, ExportPlan plan, bool freeze, IOperationJournal journal)
    {
        using var domain = connection.LookupDomainByUuid(plan.HelperId ?? order.VmId);
        if (freeze)
        {
            var answer = freezer.Freeze(domain);
            journal.NoteDetail(answer.Frozen ? "The guest's file systems were frozen for that instant." : $"The guest agent did not freeze: {answer.Reason} The copy is as after a power cut at that instant.");
        }

        try
        {
            BackupJob.Begin(domain, plan.Disks);
        }
        finally
        {
            if (freeze)
            {
                freezer.Thaw(domain);
                freezer.Settle(connection, order.Host, order.VmId, journal);
            }
        }

        return true;
    }

    private static bool Remove(VirConnection connection, IEnumerable<ExportFile> files)
    {
        foreach (var file in files)
        {
            Volumes.Remove(connection, file.Pool, file.Volume);
        }

        return true;
    }

    private static List<ExportFile> Measure(VirConnection connection, IEnumerable<ExportedDisk> disks)
    {
        var files = new List<ExportFile>();
        foreach (var disk in disks)
        {
            using var pool = connection.LookupStoragePoolByName(disk.File.Pool);
            using var volume = Volumes.TryLookUp(pool, disk.File.Volume)
                ?? throw new EngineException(FailureCodes.HypervisorError, $"The file {disk.File.Path} is not there though the hypervisor has written it. Export again.");
            files.Add(disk.File with
            {
                VirtualSize = (long)volume.GetInfo().Capacity,
                Size = (long)volume.GetInfo(StorageVolumeInfoFlags.GetPhysical).Allocation,
            });
        }

        return files;
    }

    private sealed record ExportPlan(IReadOnlyList<ExportedDisk> Disks, string DomainXml, Guid? HelperId, bool MayFreeze);
}
