using System.Collections.Concurrent;
using System.Globalization;
using System.Xml.Linq;
using LibVirt;
using Microsoft.Extensions.Logging;
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

    private static readonly Task<bool?> _notAsked = Task.FromResult<bool?>(null);

    /// <summary>The machine on each host whose agent is being asked for a request.</summary>
    private readonly ConcurrentDictionary<Guid, Guid> _askedEarly = new();

    /// <summary>The machines that are being captured, and their operations.</summary>
    private readonly ConcurrentDictionary<Guid, Guid> _capturing = new();

    /// <summary>
    /// Refuses what cannot succeed before it is queued. Touches nothing and waits for no guest. What it saw serves the operation,
    /// if that begins at once and nobody else works on the machine.
    /// </summary>
    public Task<EarlyLook?> CheckAsync(HostRef host, Guid vmId, bool withMemory)
    {
        var link = links[host];
        var agent = withMemory ? _notAsked : TryAskEarlyAsync(link, host, vmId);
        return link.ControlAsync(connection =>
        {
            using var domain = connection.LookupDomainByUuid(vmId);
            var look = Look(connection, domain, link, vmId, agent);
            var disks = Eligible(look.Disks).Select(static d => Planned(d, known: null)).ToList();
            var memory = withMemory ? PlanMemory(domain, look, disks, Guid.Empty) : null;
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
        _capturing[order.VmId] = journal.OperationId;
        try
        {
            return await CaptureAsync(order, journal, cancellationToken);
        }
        finally
        {
            _capturing.TryRemove(order.VmId, out _);
        }
    }

    private async Task<CaptureResult> CaptureAsync(TakeSnapshotOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        journal.NoteStep("Inspect");
        var link = links[order.Host];

        // The agent takes its time, and libvirt lets nobody wait for it: meanwhile the rest is planned.
        var early = order.Look as MachineLook;
        var agent = early is null && !order.WithMemory ? AskAsync(link, order.VmId) : null;
        var plan = await link.WorkAsync(connection => Plan(connection, link, order));

        // The answer that the request got is as good as the rest of what it saw.
        var known = plan.LookHolds ? await early!.AgentAnswers : null;
        plan = Ask(plan, known ?? (!order.WithMemory && await (agent ?? AskAsync(link, order.VmId))));
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
        var look = fresh ? early! : Look(connection, domain, link, order.VmId, _notAsked);
        var current = look.Current;
        if (!fresh)
        {
            MachineReadiness.Require(domain, current);
        }

        var disks = Eligible(look.Disks).Select(disk => Planned(disk, order.Heads.GetValueOrDefault(disk.Target))).ToList();
        var memory = order.WithMemory ? PlanMemory(domain, look, disks, order.SnapshotId) : null;
        if (!fresh)
        {
            RequireSpace(connection, disks, memory);
        }

        var indications = new List<Indication>();
        var left = look.Disks.Where(static d => d.CouldBeIncluded).Select(static d => $"{d.Target}: {d.Exclusion}").ToList();
        if (current.HasTpm)
        {
            left.Add("The state of the virtual TPM: what is sealed in it stays as it is.");
        }

        if (left.Count > 0)
        {
            indications.Add(new Indication(IndicationKind.PartialSnapshot, "Left out: " + string.Join(' ', left)));
        }

        Indication? noAgent = null;
        switch (look.Power)
        {
            case PowerState.Running or PowerState.ShuttingDown or PowerState.Paused when memory is not null:
                indications.Add(new Indication(IndicationKind.Online, "The machine was switched on."));
                indications.Add(new Indication(IndicationKind.WithMemory, "Its memory is part of the snapshot: a restore goes on exactly there, without a restart."));
                break;
            case PowerState.Running or PowerState.ShuttingDown:
                indications.Add(new Indication(IndicationKind.Online, "The machine was running."));
                noAgent = new Indication(IndicationKind.NoGuestAgent, NoAgentMessage(current));
                break;
            case PowerState.Paused:
                indications.Add(new Indication(IndicationKind.Online, "The machine was switched on."));
                indications.Add(new Indication(IndicationKind.Paused, "The machine was paused, so there was nobody to ask to freeze. The disks are as after a power cut at that instant."));
                break;
            default:
                break;
        }

        return new CapturePlan(disks, SnapshotXml(order.SnapshotId, disks, memory), look.Configuration, memory, indications, noAgent) { LookHolds = fresh };
    }

    /// <summary>Only an agent that answers is asked to freeze. libvirt refuses to ask where the machine is off or paused, or has none.</summary>
    private Task<bool> AskAsync(HostLink link, Guid vmId) => link.WorkAsync(connection =>
    {
        using var domain = connection.LookupDomainByUuid(vmId);
        return freezer.Answers(domain);
    });

    /// <summary>
    /// Begins to ask while the request is still being checked. A guest that hangs keeps one call on the host's connection
    /// waiting: there is never more than one of these on a host, and whoever comes meanwhile asks when its operation begins.
    /// Nor is a question put between another snapshot's freeze and its thaw.
    /// </summary>
    private Task<bool?> TryAskEarlyAsync(HostLink link, HostRef host, Guid vmId)
        => !_capturing.ContainsKey(vmId) && _askedEarly.TryAdd(host.Id, vmId) ? AskEarlyAsync(link, host, vmId) : _notAsked;

    private async Task<bool?> AskEarlyAsync(HostLink link, HostRef host, Guid vmId)
    {
        try
        {
            return await AskAsync(link, vmId);
        }
        catch (EngineException)
        {
            // Of the request nobody waits for this. The operation asks again, and says what is wrong.
            return null;
        }
        finally
        {
            _askedEarly.TryRemove(host.Id, out _);
        }
    }

    private static CapturePlan Ask(CapturePlan plan, bool answers) => (plan.NoAgent, answers) switch
    {
        (null, _) => plan,
        (_, true) => plan with { MayFreeze = true },
        ({ } nobody, false) => plan with { Indications = [.. plan.Indications, nobody] },
    };

    private static MemoryImage PlanMemory(VirDomain domain, MachineLook look, IEnumerable<CapturedDisk> disks, Guid snapshotId)
    {
        if (look.Power is not (PowerState.Running or PowerState.Paused))
        {
            throw new EngineException(FailureCodes.VmNotRunning, "The machine does not run, so it has no memory to save. Take the snapshot without memory, or start the machine first.");
        }

        if (look.Current.HasHostDevices)
        {
            throw new EngineException(FailureCodes.MemoryImpossible, "A device of the host is passed through to this machine, and its state cannot be saved. Take the snapshot without memory.");
        }

        var beside = disks.First(static d => d.NewHead is not null).NewHead!;
        var volume = $"sp-{snapshotId:N}.memory";
        return new MemoryImage(beside.Pool, volume, $"{Path.GetDirectoryName(beside.Path)}/{volume}", (long)domain.GetInfo().MaxMemoryKiB * 1024);
    }

    private static IReadOnlyList<DiskInspection> Eligible(IReadOnlyList<DiskInspection> surveyed)
        => surveyed.Any(static d => d.Included)
            ? surveyed
            : throw new EngineException(FailureCodes.NoEligibleDisk, "No disk of this machine can be part of a snapshot. " + string.Join(' ', surveyed.Select(static d => $"{d.Target}: {d.Exclusion}")));

    private static CapturedDisk Planned(DiskInspection disk, LayerFile? known)
    {
        if (disk.File is not { } file || disk.Exclusion is not null)
        {
            return new CapturedDisk(disk.Target, disk.Exclusion, Frozen: null, NewHead: null, 0);
        }

        if (known is not null)
        {
            if (!string.Equals(known.Path, file.Path, StringComparison.Ordinal))
            {
                throw new EngineException(
                    FailureCodes.Drift,
                    $"The disk {disk.Target} lies in {file.Path}, where the portal left it in {known.Path}. Somebody changed it outside the portal.");
            }

            file = known with { VirtualSize = file.VirtualSize, Allocation = file.Allocation };
        }

        return new CapturedDisk(disk.Target, Exclusion: null, file, Volumes.PlanFile(file), file.VirtualSize);
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

    private static string SnapshotXml(Guid snapshotId, IEnumerable<CapturedDisk> disks, MemoryImage? memory) => new XElement(
        "domainsnapshot",
        new XElement("name", $"sp-{snapshotId:N}"),
        memory is null ? null : new XElement("memory", new XAttribute("snapshot", "external"), new XAttribute("file", memory.Path)),
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
        => intention.Indications.Any(static i => i.Kind == IndicationKind.Online) && !intention.Indications.Any(static i => i.Kind is IndicationKind.NoGuestAgent or IndicationKind.Paused or IndicationKind.QuiesceFailed or IndicationKind.WithMemory)
            ? [new Indication(IndicationKind.QuiesceFailed, "The portal stopped during the capture, so it is not known whether the file systems were frozen. The disks are complete; files open at that moment may need a check.")]
            : [];

    private sealed record CapturePlan(IReadOnlyList<CapturedDisk> Disks, string SnapshotXml, MachineConfiguration Configuration, MemoryImage? Memory, IReadOnlyList<Indication> Indications, Indication? NoAgent)
    {
        // NoAgent is what is to be said if the agent does not answer; nothing where there is nobody to ask.
        public bool MayFreeze { get; init; }

        /// <summary>What the request saw is still so.</summary>
        public bool LookHolds { get; init; }
    }
}
