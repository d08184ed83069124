using System.Globalization;
using System.Xml.Linq;
using LibVirt;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Freezing;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Engine.Libvirt.Merging;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Capturing;

/// <summary>
/// Takes a snapshot: one external, disk-only, atomic libvirt snapshot over all included disks, between a freeze and a thaw
/// where the guest has an agent. Everything that can be done before the freeze is done before it.
/// </summary>
internal sealed class SnapshotCapture(
    HostLinks links,
    Freezer freezer,
    ActiveCommit activeCommit,
    IOptions<EngineOptions> options,
    TimeProvider time,
    ILogger<SnapshotCapture> logger)
{
    private const DomainSnapshotCreateFlags SnapshotFlags =
        DomainSnapshotCreateFlags.DiskOnly | DomainSnapshotCreateFlags.Atomic | DomainSnapshotCreateFlags.NoMetadata;

    // What a new overlay needs at once: its header and tables. What the guest writes later is the pool's affair as before.
    private const long OverlayBytes = 1024 * 1024;

    public async Task<CaptureResult> TakeAsync(TakeSnapshotOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        journal.NoteStep("Inspect");
        var link = links[order.Host];
        var plan = await link.WorkAsync(connection => Plan(connection, link, order));
        cancellationToken.ThrowIfCancellationRequested();

        var announced = plan.MayFreeze && freezer.TryAnnounce(order.Host, order.VmId);
        if (plan.MayFreeze && !announced)
        {
            plan = plan with { MayFreeze = false, Indications = [.. plan.Indications, new Indication(IndicationKind.QuiesceFailed, "The portal's thaw guard does not run, so the guest was not frozen. The disks are as after a power cut at that instant.")] };
        }

        // The debt is on disk before the attempt; so are the names of everything that is about to be made.
        await journal.BeginStepAsync(
            plan.MayFreeze ? "Freeze" : "Capture",
            new CaptureIntention(plan.Disks, plan.DomainXml, plan.Indications),
            incursFreezeDebt: plan.MayFreeze,
            cancellationToken);
        var taken = await link.WorkAsync(connection => Capture(connection, order, plan, journal, cancellationToken));

        if (cancellationToken.IsCancellationRequested)
        {
            // The hypervisor was quicker than the answer to the cancel or the deadline: what it made is folded back.
            EngineLog.Undoing(logger, order.VmId, "a capture that came back after its operation was stopped");
            journal.NoteStep("Undo");
            await UndoAsync(order.Host, order.VmId, plan.Disks, journal);
            cancellationToken.ThrowIfCancellationRequested();
        }

        journal.NoteStep("Record");
        return await link.WorkAsync(connection => Measure(connection, order, taken));
    }

    public async Task<CaptureResult?> RecoverAsync(TakeSnapshotOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        if (await journal.FindIntentionAsync<CaptureIntention>(cancellationToken) is not { } intention)
        {
            return null;
        }

        var link = links[order.Host];
        var included = intention.Disks.Where(static d => d.NewHead is not null).ToList();
        var moved = await link.ControlAsync(connection =>
        {
            // A guest that the dead process froze must not wait for the debt collector's turn.
            freezer.Settle(connection, order.Host, order.VmId, journal);
            using var domain = connection.LookupDomainByUuid(order.VmId);
            var files = DomainDefinition.Parse(domain.GetXmlDescription()).Disks.ToDictionary(static d => d.Target, static d => d.File, StringComparer.Ordinal);
            return included.Count(d => string.Equals(files.GetValueOrDefault(d.Target), d.NewHead!.Path, StringComparison.Ordinal));
        });
        if (moved == 0)
        {
            await link.WorkAsync(connection => Volumes.RemoveOverlays(connection, included.Select(static d => d.NewHead!), logger));
            return null;
        }

        if (moved < included.Count)
        {
            throw new EngineException(FailureCodes.Drift, $"Of {included.Count} disks only {moved} moved to their new files when the portal stopped. An administrator puts the chain in order (see “Drift” in the administrator's guide) before anything else is done.");
        }

        var taken = new CaptureResult(
            time.GetUtcNow(),
            FreezeWindow: null,
            [.. intention.Indications, .. AfterCrash(intention)],
            intention.Disks,
            intention.DomainXml);
        return await link.WorkAsync(connection => Measure(connection, order, taken));
    }

    /// <summary>Puts the machine back on the files it had before a capture, and removes the overlays.</summary>
    public async Task UndoAsync(HostRef host, Guid vmId, IReadOnlyList<CapturedDisk> disks, IOperationJournal journal)
    {
        var link = links[host];
        var included = disks.Where(static d => d.NewHead is not null).ToList();
        var active = await link.WorkAsync(connection =>
        {
            using var domain = connection.LookupDomainByUuid(vmId);
            if (domain.IsActive)
            {
                return true;
            }

            var definition = DomainDefinition.Parse(domain.GetXmlDescription(DomainXmlFlags.Inactive | DomainXmlFlags.Secure));
            var formats = included.ToDictionary(static d => d.Target, static d => d.Frozen!, StringComparer.Ordinal);
            using var redefined = connection.DefineDomain(Revert(definition, vmId, formats));
            return false;
        });
        if (active)
        {
            foreach (var disk in included)
            {
                await activeCommit.RunAsync(link, vmId, disk.Target, disk.Frozen!.Path, journal, CancellationToken.None);
            }
        }

        await link.WorkAsync(connection => Volumes.RemoveOverlays(connection, included.Select(static d => d.NewHead!), logger));
    }

    private CapturePlan Plan(VirConnection connection, HostLink link, TakeSnapshotOrder order)
    {
        using var domain = connection.LookupDomainByUuid(order.VmId);
        var power = DomainDefinition.ToPower(domain.GetState().State);
        var current = DomainDefinition.Parse(domain.GetXmlDescription());
        var persistentXml = domain.GetXmlDescription(DomainXmlFlags.Inactive | DomainXmlFlags.Secure);
        var surveyed = DiskSurvey.Look(connection, domain, current, DomainDefinition.Parse(persistentXml), link.Pools, withSizes: true);
        if (!surveyed.Any(static d => d.Included))
        {
            throw new EngineException(FailureCodes.NoEligibleDisk, "No disk of this machine can be part of a snapshot. " + string.Join(' ', surveyed.Select(static d => $"{d.Target}: {d.Exclusion}")));
        }

        var disks = surveyed.Select(disk => Planned(disk, order)).ToList();
        RequireSpace(connection, disks);

        var indications = new List<Indication>();
        var left = surveyed.Where(static d => d.CouldBeIncluded).ToList();
        if (left.Count > 0)
        {
            indications.Add(new Indication(IndicationKind.PartialSnapshot, "Left out: " + string.Join(' ', left.Select(static d => $"{d.Target}: {d.Exclusion}"))));
        }

        var mayFreeze = false;
        switch (power)
        {
            case PowerState.Running or PowerState.ShuttingDown:
                indications.Add(new Indication(IndicationKind.Online, "The machine was running."));
                mayFreeze = current.AgentPortConnected && freezer.Answers(domain);
                if (!mayFreeze)
                {
                    indications.Add(new Indication(IndicationKind.NoGuestAgent, NoAgentMessage(current)));
                }

                break;
            case PowerState.Paused:
                indications.Add(new Indication(IndicationKind.Online, "The machine was switched on."));
                indications.Add(new Indication(IndicationKind.Paused, "The machine was paused, so there was nobody to ask to freeze. The disks are as after a power cut at that instant."));
                break;
            default:
                break;
        }

        return new CapturePlan(disks, SnapshotXml(order.SnapshotId, disks), DomainDefinition.Parse(persistentXml).WithoutRecord(), indications, mayFreeze);
    }

    private static CapturedDisk Planned(DiskInspection disk, TakeSnapshotOrder order)
    {
        if (disk.File is not { } file || disk.Exclusion is not null)
        {
            return new CapturedDisk(disk.Target, disk.Exclusion, Frozen: null, NewHead: null, 0);
        }

        if (order.Heads.TryGetValue(disk.Target, out var known))
        {
            if (!string.Equals(known.Path, file.Path, StringComparison.Ordinal))
            {
                throw new EngineException(
                    FailureCodes.Drift,
                    $"The disk {disk.Target} lies in {file.Path}, where the portal left it in {known.Path}. Somebody changed it outside the portal.");
            }

            file = known with { VirtualSize = file.VirtualSize, Allocation = file.Allocation };
        }

        return new CapturedDisk(disk.Target, Exclusion: null, file, Volumes.PlanOverlay(file), file.VirtualSize);
    }

    private void RequireSpace(VirConnection connection, IReadOnlyList<CapturedDisk> disks)
    {
        foreach (var pool in disks.Where(static d => d.NewHead is not null).GroupBy(static d => d.NewHead!.Pool, StringComparer.Ordinal))
        {
            using var handle = connection.LookupStoragePoolByName(pool.Key);
            var free = (long)handle.GetInfo().Available;
            var needed = (pool.Count() * OverlayBytes) + options.Value.ReservedBytes;
            if (free < needed)
            {
                // What libvirt remembers may be old: look again before refusing.
                free = PoolCatalog.FreeBytes(connection, pool.Key);
            }

            if (free < needed)
            {
                throw new EngineException(
                    FailureCodes.NotEnoughSpace,
                    string.Create(CultureInfo.InvariantCulture, $"The storage pool “{pool.Key}” has {free / 1048576.0:F0} MiB free; {needed / 1048576.0:F0} MiB are needed so that no guest runs out of space. Delete snapshots, or ask an administrator for room."));
            }
        }
    }

    private CaptureResult Capture(VirConnection connection, TakeSnapshotOrder order, CapturePlan plan, IOperationJournal journal, CancellationToken cancellationToken)
    {
        using var domain = connection.LookupDomainByUuid(order.VmId);
        var indications = plan.Indications.ToList();
        var began = time.GetTimestamp();
        var freeze = default(FreezeAnswer);
        if (plan.MayFreeze)
        {
            freeze = freezer.Freeze(domain);
            if (cancellationToken.IsCancellationRequested)
            {
                freezer.Thaw(domain);
                freezer.Settle(connection, order.Host, order.VmId, journal);
                cancellationToken.ThrowIfCancellationRequested();
            }

            journal.NoteStep("Capture");
        }

        LibvirtException? failure = null;
        try
        {
            using var snapshot = domain.CreateSnapshot(plan.SnapshotXml, SnapshotFlags);
        }
        catch (LibvirtException e)
        {
            // Thaw first, whatever happened.
            failure = e;
        }

        var capturedAt = time.GetUtcNow();
        TimeSpan? window = null;
        if (plan.MayFreeze)
        {
            journal.NoteStep("Thaw");
            var thawed = freezer.Thaw(domain);
            window = freeze.Frozen ? time.GetElapsedTime(began) : null;
            freezer.Settle(connection, order.Host, order.VmId, journal);
            indications.Add(Describe(freeze, thawed));
        }

        if (failure is not null)
        {
            throw Undone(connection, domain, order, plan, failure);
        }

        return new CaptureResult(capturedAt, window, indications, plan.Disks, plan.DomainXml);
    }

    /// <summary>After a failed snapshot over several disks the definition is read again: did any of them move?</summary>
    private EngineException Undone(VirConnection connection, VirDomain domain, TakeSnapshotOrder order, CapturePlan plan, LibvirtException failure)
    {
        var included = plan.Disks.Where(static d => d.NewHead is not null).ToList();
        var files = DomainDefinition.Parse(domain.GetXmlDescription()).Disks.ToDictionary(static d => d.Target, static d => d.File, StringComparer.Ordinal);
        if (included.Any(d => string.Equals(files.GetValueOrDefault(d.Target), d.NewHead!.Path, StringComparison.Ordinal)))
        {
            return new EngineException(FailureCodes.Drift, $"The snapshot failed half-way ({failure.Message}) and at least one disk moved to its new file. An administrator puts the chain in order (see “Drift” in the administrator's guide) before anything else is done.", failure);
        }

        Volumes.RemoveOverlays(connection, included.Select(static d => d.NewHead!), logger);
        return LibvirtFailures.Translate(failure);
    }


    private static CaptureResult Measure(VirConnection connection, TakeSnapshotOrder order, CaptureResult taken)
    {
        using var domain = connection.LookupDomainByUuid(order.VmId);
        return taken with
        {
            Disks =
            [
                .. taken.Disks.Select(disk => disk.NewHead is { } head
                    ? disk with { NewHead = head with { VirtualSize = disk.VirtualSize, Allocation = (long)domain.GetBlockInfo(disk.Target).Physical } }
                    : disk),
            ],
        };
    }

    private static string SnapshotXml(Guid snapshotId, IEnumerable<CapturedDisk> disks) => new XElement(
        "domainsnapshot",
        new XElement("name", $"sp-{snapshotId:N}"),
        new XElement(
            "disks",
            disks.Select(static disk => disk.NewHead is { } head
                ? new XElement(
                    "disk",
                    new XAttribute("name", disk.Target),
                    new XAttribute("snapshot", "external"),
                    new XAttribute("type", "file"),
                    new XElement("driver", new XAttribute("type", "qcow2")),
                    new XElement("source", new XAttribute("file", head.Path)))
                : new XElement("disk", new XAttribute("name", disk.Target), new XAttribute("snapshot", "no")))))
        .ToString(SaveOptions.DisableFormatting);

    private static string Revert(DomainDefinition definition, Guid vmId, Dictionary<string, LayerFile> files)
    {
        var xml = SafeXml.Parse(definition.OnOtherFiles(definition.Name, vmId, files.ToDictionary(static f => f.Key, static f => f.Value.Path, StringComparer.Ordinal), definition.Record));
        foreach (var disk in xml.Element("devices")!.Elements("disk").Select(static e => new DiskElement(e)))
        {
            if (files.TryGetValue(disk.Target, out var file))
            {
                disk.Element.Element("driver")!.SetAttributeValue("type", file.Format);
            }
        }

        return xml.ToString(SaveOptions.DisableFormatting);
    }

    private static string NoAgentMessage(DomainDefinition current) => current switch
    {
        { HasAgentChannel: false } => "The machine has no guest agent channel, so nothing was frozen. The disks are as after a power cut at that instant.",
        { AgentPortConnected: false } => "No guest agent runs in the guest, so nothing was frozen. The disks are as after a power cut at that instant; install qemu-guest-agent for more.",
        _ => "The guest agent did not answer in time, so nothing was frozen. Nothing is lost; files open at that moment may need a check.",
    };

    private static Indication Describe(FreezeAnswer freeze, int? thawed) => (freeze.Frozen, thawed) switch
    {
        (false, _) => new Indication(IndicationKind.QuiesceFailed, $"The guest agent did not freeze: {freeze.Reason} The snapshot was taken all the same. Nothing is lost; files open at that moment may need a check."),
        (true, 0) when freeze.FileSystems > 0 => new Indication(IndicationKind.QuiesceTimeout, "The guest thawed by itself before the capture was over. Files open at that moment may need a check."),
        (true, _) => new Indication(IndicationKind.GuestAgent, string.Create(CultureInfo.InvariantCulture, $"The guest agent froze {freeze.FileSystems} file system{(freeze.FileSystems == 1 ? "" : "s")} and thawed them again.")),
    };

    /// <summary>A process that died cannot say how its freeze went.</summary>
    private static IEnumerable<Indication> AfterCrash(CaptureIntention intention)
        => intention.Indications.Any(static i => i.Kind == IndicationKind.Online) && !intention.Indications.Any(static i => i.Kind is IndicationKind.NoGuestAgent or IndicationKind.Paused or IndicationKind.QuiesceFailed)
            ? [new Indication(IndicationKind.QuiesceFailed, "The portal stopped during the capture, so it is not known whether the file systems were frozen. The disks are complete; files open at that moment may need a check.")]
            : [];

    private sealed record CapturePlan(IReadOnlyList<CapturedDisk> Disks, string SnapshotXml, string DomainXml, IReadOnlyList<Indication> Indications, bool MayFreeze);
}
