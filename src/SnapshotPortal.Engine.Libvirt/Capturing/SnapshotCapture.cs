using System.Globalization;
using System.Xml.Linq;
using LibVirt;
using Microsoft.Extensions.Logging;
using SnapshotPortal.Domain.Snapshots;
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
    AgentQuestions questions,
    ActiveCommit activeCommit,
    DomainJobs jobs,
    SpaceCheck space,
    TimeProvider time,
    ILogger<SnapshotCapture> logger)
{
    private const DomainSnapshotCreateFlags SnapshotFlags =
        DomainSnapshotCreateFlags.DiskOnly | DomainSnapshotCreateFlags.Atomic | DomainSnapshotCreateFlags.NoMetadata;

    // With memory libvirt saves a running machine while it runs on, and takes the disks in its last instant.
    private const DomainSnapshotCreateFlags SnapshotWithMemoryFlags =
        DomainSnapshotCreateFlags.Live | DomainSnapshotCreateFlags.Atomic | DomainSnapshotCreateFlags.NoMetadata;

    /// <summary>
    /// Refuses what cannot succeed before it is queued. Touches nothing and waits for no guest. What it saw serves the operation,
    /// if that begins at once and nobody else works on the machine.
    /// </summary>
    public Task<EarlyLook?> CheckAsync(HostRef host, Guid vmId, bool withMemory)
    {
        var link = links[host];
        var agent = withMemory ? AgentQuestions.NotAsked : questions.TryAskEarlyAsync(link, host, vmId);
        return link.ControlAsync(connection =>
        {
            using var domain = connection.LookupDomainByUuid(vmId);
            var look = Look(connection, domain, link, vmId, agent);
            var disks = CaptureFiles.OfDisks(look, heads: null);
            var memory = withMemory ? CaptureFiles.OfMemory(domain, look, disks, Guid.Empty) : null;
            RequireSpace(connection, disks, memory);
            return MachineReadiness.WhyNot(domain, look.Current) is null ? (EarlyLook)look : null;
        });
    }

    private MachineLook Look(VirConnection connection, VirDomain domain, HostLink link, Guid vmId, Task<bool?> agent)
    {
        var seenAt = time.GetTimestamp();
        var (runId, power) = (domain.Id, DomainDefinition.ToPower(domain.GetState().State));
        var current = DomainDefinition.Parse(domain.GetXmlDescription());
        var persistent = DomainDefinition.Parse(domain.GetXmlDescription(DomainXmlFlags.Inactive | DomainXmlFlags.Secure));
        var disks = DiskSurvey.Look(connection, domain, current, persistent, link);
        return new MachineLook(vmId, runId, power, current, disks, new MachineConfiguration(persistent.WithoutRecord(), FirmwareStore.Read(connection, persistent)), seenAt) { AgentAnswers = agent };
    }

    public async Task<CaptureResult> TakeAsync(TakeSnapshotOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        using var quiet = questions.KeepQuiet(order.VmId);
        return await CaptureAsync(order, journal, cancellationToken);
    }

    private async Task<CaptureResult> CaptureAsync(TakeSnapshotOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        journal.NoteStep("Inspect");
        var link = links[order.Host];

        // The agent takes its time, and libvirt lets nobody wait for it: meanwhile the rest is planned.
        var early = order.Look as MachineLook;
        var agent = early is null && !order.WithMemory ? questions.AskAsync(link, order.VmId) : null;
        var plan = await link.WorkAsync(connection => Plan(connection, link, order));

        // The answer that the request got is as good as the rest of what it saw.
        var known = plan.LookHolds ? await early!.AgentAnswers : null;
        plan = plan.Asked(known ?? (!order.WithMemory && await (agent ?? questions.AskAsync(link, order.VmId))));
        cancellationToken.ThrowIfCancellationRequested();

        var announced = plan.MayFreeze && freezer.TryAnnounce(order.Host, order.VmId);
        if (plan.MayFreeze && !announced)
        {
            plan = plan with { MayFreeze = false, Indications = [.. plan.Indications, new Indication(IndicationKind.QuiesceFailed, "The portal's thaw guard does not run, so the guest was not frozen. The disks are as after a power cut at that instant.")] };
        }

        // The debt is on disk before the attempt; so are the names of everything that is about to be made.
        await journal.BeginStepAsync(
            plan.MayFreeze ? "Freeze" : "Capture",
            new CaptureIntention(plan.Disks, plan.Configuration, plan.Memory, plan.Indications),
            incursFreezeDebt: plan.MayFreeze,
            cancellationToken);
        var capture = link.WorkAsync(connection => Capture(connection, order, plan, journal, cancellationToken));
        var taken = plan.Memory is null ? await capture : await jobs.FollowAsync(link, order.VmId, DomainJobOperation.Snapshot, capture, journal, cancellationToken);

        // The proof of the thaw is another question to the agent; it is asked while the new files are measured.
        var settled = plan.MayFreeze ? link.ControlAsync(connection => Settle(connection, order, journal)) : Task.FromResult(true);
        if (cancellationToken.IsCancellationRequested)
        {
            await settled;

            // The hypervisor was quicker than the answer to the cancel or the deadline: what it made is folded back.
            EngineLog.Undoing(logger, order.VmId, "a capture that came back after its operation was stopped");
            journal.NoteStep("Undo");
            await UndoAsync(order.Host, order.VmId, plan.Disks, plan.Memory, journal);
            cancellationToken.ThrowIfCancellationRequested();
        }

        journal.NoteStep("Record");
        var measured = link.WorkAsync(connection => Measure(connection, order, taken));
        await settled;
        return await measured;
    }

    private bool Settle(VirConnection connection, TakeSnapshotOrder order, IOperationJournal journal)
    {
        freezer.Settle(connection, order.Host, order.VmId, journal);
        return true;
    }

    public async Task<CaptureResult?> RecoverAsync(TakeSnapshotOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        if (await journal.FindIntentionAsync<CaptureIntention>(cancellationToken) is not { } intention)
        {
            return null;
        }

        var link = links[order.Host];
        if (intention.Memory is not null)
        {
            // libvirt goes on saving though nobody waits for it any more. Somebody else's job since is not ours to stop.
            await jobs.EndAsync(link, order.VmId, DomainJobOperation.Snapshot);
        }

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
            await link.WorkAsync(connection => RemoveFiles(connection, included, intention.Memory));
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
            intention.Configuration,
            intention.Memory);
        return await link.WorkAsync(connection => Measure(connection, order, taken));
    }

    /// <summary>Puts the machine back on the files it had before a capture, and removes what the capture made.</summary>
    private async Task UndoAsync(HostRef host, Guid vmId, IReadOnlyList<CapturedDisk> disks, MemoryImage? memory, IOperationJournal journal)
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

        await link.WorkAsync(connection => RemoveFiles(connection, included, memory));
    }

    private bool RemoveFiles(VirConnection connection, IEnumerable<CapturedDisk> included, MemoryImage? memory)
        => Volumes.RemoveQuietly(
            connection,
            [.. included.Select(static d => (d.NewHead!.Pool, d.NewHead.Volume)), .. memory is null ? [] : new[] { (memory.Pool, memory.Volume) }],
            logger);

    private CapturePlan Plan(VirConnection connection, HostLink link, TakeSnapshotOrder order)
    {
        using var domain = connection.LookupDomainByUuid(order.VmId);
        var early = order.Look as MachineLook;
        var fresh = early?.Holds(order, domain.Id, DomainDefinition.ToPower(domain.GetState().State), time) is true;
        var look = fresh ? early! : Look(connection, domain, link, order.VmId, AgentQuestions.NotAsked);
        if (!fresh)
        {
            MachineReadiness.Require(domain, look.Current);
        }

        var disks = CaptureFiles.OfDisks(look, order.Heads);
        var memory = order.WithMemory ? CaptureFiles.OfMemory(domain, look, disks, order.SnapshotId) : null;
        if (!fresh)
        {
            RequireSpace(connection, disks, memory);
        }

        return CapturePlan.Of(look, order.SnapshotId, disks, memory) with { LookHolds = fresh };
    }

    private void RequireSpace(VirConnection connection, IReadOnlyList<CapturedDisk> disks, MemoryImage? memory)
        => space.RequireOverlays(connection, disks.Where(static d => d.NewHead is not null).Select(static d => d.NewHead!), memory);

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
            using var snapshot = domain.CreateSnapshot(plan.SnapshotXml, plan.Memory is null ? SnapshotFlags : SnapshotWithMemoryFlags);
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
            indications.Add(Describe(freeze, thawed));
        }

        if (failure is not null)
        {
            if (plan.MayFreeze)
            {
                freezer.Settle(connection, order.Host, order.VmId, journal);
            }

            var undone = Undone(connection, domain, plan, failure);
            if (undone.Code is not FailureCodes.Drift)
            {
                // An aborted save fails; it was asked for.
                cancellationToken.ThrowIfCancellationRequested();
            }

            throw undone;
        }

        return new CaptureResult(capturedAt, window, indications, plan.Disks, plan.Configuration, plan.Memory);
    }

    /// <summary>After a failed snapshot over several disks the definition is read again: did any of them move?</summary>
    private EngineException Undone(VirConnection connection, VirDomain domain, CapturePlan plan, LibvirtException failure)
    {
        var included = plan.Disks.Where(static d => d.NewHead is not null).ToList();
        var files = DomainDefinition.Parse(domain.GetXmlDescription()).Disks.ToDictionary(static d => d.Target, static d => d.File, StringComparer.Ordinal);
        if (included.Any(d => string.Equals(files.GetValueOrDefault(d.Target), d.NewHead!.Path, StringComparison.Ordinal)))
        {
            return new EngineException(FailureCodes.Drift, $"The snapshot failed half-way ({failure.Message}) and at least one disk moved to its new file. An administrator puts the chain in order (see “Drift” in the administrator's guide) before anything else is done.", failure);
        }

        RemoveFiles(connection, included, plan.Memory);
        return LibvirtFailures.Translate(failure);
    }

    private static CaptureResult Measure(VirConnection connection, TakeSnapshotOrder order, CaptureResult taken)
    {
        using var domain = connection.LookupDomainByUuid(order.VmId);
        return taken with
        {
            Memory = taken.Memory is { } memory ? memory with { Bytes = Volumes.AllocationOf(connection, memory.Pool, memory.Volume) ?? 0 } : null,
            Disks =
            [
                .. taken.Disks.Select(disk => disk is { Frozen: { } frozen, NewHead: { } head }
                    ? disk with
                    {
                        // What the guest wrote until the last moment is in it, too.
                        Frozen = frozen with { Allocation = Volumes.AllocationOf(connection, frozen.Pool, frozen.Volume) ?? frozen.Allocation },
                        NewHead = head with { VirtualSize = disk.VirtualSize, Allocation = (long)domain.GetBlockInfo(disk.Target).Allocation },
                    }
                    : disk),
            ],
        };
    }

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

    private static Indication Describe(FreezeAnswer freeze, int? thawed) => (freeze.Frozen, thawed) switch
    {
        (false, _) => new Indication(IndicationKind.QuiesceFailed, $"The guest agent did not freeze: {freeze.Reason} The snapshot was taken all the same. Nothing is lost; files open at that moment may need a check."),
        (true, 0) when freeze.FileSystems > 0 => new Indication(IndicationKind.QuiesceTimeout, "The guest thawed by itself before the capture was over. Files open at that moment may need a check."),
        (true, _) => new Indication(IndicationKind.GuestAgent, string.Create(CultureInfo.InvariantCulture, $"The guest agent froze {freeze.FileSystems} file system{(freeze.FileSystems == 1 ? "" : "s")} and thawed them again.")),
    };

    /// <summary>A process that died cannot say how its freeze went.</summary>
    private static IEnumerable<Indication> AfterCrash(CaptureIntention intention)
        => intention.Indications.Any(static i => i.Kind == IndicationKind.Online) && !intention.Indications.Any(static i => i.Kind is IndicationKind.NoGuestAgent or IndicationKind.Paused or IndicationKind.QuiesceFailed or IndicationKind.WithMemory)
            ? [new Indication(IndicationKind.QuiesceFailed, "The portal stopped during the capture, so it is not known whether the file systems were frozen. The disks are complete; files open at that moment may need a check.")]
            : [];
}
