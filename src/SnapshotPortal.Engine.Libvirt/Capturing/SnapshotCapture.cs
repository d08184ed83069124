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

            // The hypervisor was quicker than the answer to the cancel or the deadline: what it made is folded back. That writes to
            // the files that were to be frozen, so that nobody may ever take them for a snapshot's again.
            EngineLog.Undoing(logger, order.VmId, "a capture that came back after its operation was stopped");
            await journal.BeginStepAsync("Undo", new UndoIntention(StartedPaused: false), cancellationToken: CancellationToken.None);
            var written = plan.Indications.Any(static i => i.Kind == IndicationKind.Online);
            await UndoAsync(link, order.VmId, plan.Disks, plan.Memory, written, journal);
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

        // A guest that the dead process froze must not wait for the debt collector's turn.
        var link = links[order.Host];
        await link.ControlAsync(connection => Settle(connection, order, journal));

        // libvirt goes on though nobody waits for it any more: it saves the memory still, or it is about to move the disks, of
        // which the definition says nothing until it is done. Somebody else's job since is not ours to stop.
        await jobs.EndAsync(link, order.VmId, DomainJobOperation.Snapshot);

        var included = intention.Disks.Where(static d => d.NewHead is not null).ToList();
        if (await journal.FindIntentionAsync<UndoIntention>(cancellationToken) is { } undo)
        {
            foreach (var disk in included)
            {
                await BlockJobs.AbortAsync(link, order.VmId, disk.Target);
            }

            if (undo.StartedPaused)
            {
                await link.ControlAsync(connection => PausedMachine.End(connection, order.VmId));
            }

            await UndoAsync(link, order.VmId, intention.Disks, intention.Memory, written: true, journal);
            return null;
        }

        var moved = await link.ControlAsync(connection =>
        {
            using var domain = connection.LookupDomainByUuid(order.VmId);
            return OnNewHeads(domain, included).Count;
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

    /// <summary>Puts the machine back on the files it had before a capture, and removes what the capture made. It may be repeated.</summary>
    /// <param name="link">The host.</param>
    /// <param name="vmId">The machine.</param>
    /// <param name="disks">Its disks.</param>
    /// <param name="memory">The file of its memory.</param>
    /// <param name="written">The machine may have run on the new files: what it wrote there is kept.</param>
    /// <param name="journal">The journal.</param>
    private async Task UndoAsync(HostLink link, Guid vmId, IReadOnlyList<CapturedDisk> disks, MemoryImage? memory, bool written, IOperationJournal journal)
    {
        try
        {
            var included = disks.Where(static d => d.NewHead is not null).ToList();
            var (active, left) = await link.WorkAsync(connection =>
            {
                using var domain = connection.LookupDomainByUuid(vmId);
                return (domain.IsActive, OnNewHeads(domain, included));
            });
            if (left.Count > 0 && (active || written))
            {
                await FoldBackAsync(link, vmId, left, active, journal);
            }
            else if (left.Count > 0)
            {
                await link.WorkAsync(connection => Revert(connection, vmId, left));
            }

            await link.WorkAsync(connection => RemoveFiles(connection, included, memory));
        }
        catch (EngineException e) when (e.Code is not FailureCodes.HostUnreachable)
        {
            throw new EngineException(FailureCodes.Drift, $"It was stopped after the disks had been captured, and they could not all be put back on their files: {e.Message} An administrator puts the chain in order (see “Drift” in the administrator's guide) before anything else is done.", e);
        }
    }

    private async Task FoldBackAsync(HostLink link, Guid vmId, List<CapturedDisk> disks, bool active, IOperationJournal journal)
    {
        if (!active)
        {
            await journal.BeginStepAsync("Undo", new UndoIntention(StartedPaused: true), cancellationToken: CancellationToken.None);
            await link.WorkAsync(connection => PausedMachine.Start(connection, vmId));
        }

        try
        {
            foreach (var disk in disks)
            {
                await activeCommit.RunAsync(link, vmId, disk.Target, disk.Frozen!.Path, journal, CancellationToken.None);
            }
        }
        finally
        {
            if (!active)
            {
                await link.ControlAsync(connection => PausedMachine.End(connection, vmId));
            }
        }
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
        if (OnNewHeads(domain, included).Count > 0)
        {
            return new EngineException(FailureCodes.Drift, $"The snapshot failed half-way ({failure.Message}) and at least one disk moved to its new file. An administrator puts the chain in order (see “Drift” in the administrator's guide) before anything else is done.", failure);
        }

        RemoveFiles(connection, included, plan.Memory);
        return LibvirtFailures.Translate(failure);
    }

    /// <summary>Those of the captured disks that lie on their new files now.</summary>
    private static List<CapturedDisk> OnNewHeads(VirDomain domain, IEnumerable<CapturedDisk> included)
    {
        var files = DomainDefinition.Parse(domain.GetXmlDescription()).Disks.ToDictionary(static d => d.Target, static d => d.File, StringComparer.Ordinal);
        return [.. included.Where(d => string.Equals(files.GetValueOrDefault(d.Target), d.NewHead!.Path, StringComparison.Ordinal))];
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

    private static bool Revert(VirConnection connection, Guid vmId, IEnumerable<CapturedDisk> disks)
    {
        using var domain = connection.LookupDomainByUuid(vmId);
        var definition = DomainDefinition.Parse(domain.GetXmlDescription(DomainXmlFlags.Inactive | DomainXmlFlags.Secure));
        var files = disks.ToDictionary(static d => d.Target, static d => d.Frozen!, StringComparer.Ordinal);
        var xml = SafeXml.Parse(definition.OnOtherFiles(definition.Name, vmId, files.ToDictionary(static f => f.Key, static f => f.Value.Path, StringComparer.Ordinal), definition.Record));
        foreach (var disk in xml.Element("devices")!.Elements("disk").Select(static e => new DiskElement(e)))
        {
            if (files.TryGetValue(disk.Target, out var file))
            {
                disk.Element.Element("driver")!.SetAttributeValue("type", file.Format);
            }
        }

        using var redefined = connection.DefineDomain(xml.ToString(SaveOptions.DisableFormatting));
        return true;
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
