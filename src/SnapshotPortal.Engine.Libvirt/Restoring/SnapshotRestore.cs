using System.Globalization;
using LibVirt;
using Microsoft.Extensions.Logging;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Freezing;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Restoring;

/// <summary>What a restore is about to do, as the journal keeps it.</summary>
internal sealed record RestoreIntention(
    IReadOnlyList<LayerFile> NewHeads,
    MachineConfiguration Old,
    string NewXml,
    IReadOnlyList<CapturedDisk> PreviousDisks,
    IReadOnlyList<Indication> Indications,
    bool WasRunning);

/// <summary>
/// Puts a machine back to a snapshot. The new overlays and the new definition stand before a running guest is touched at
/// all: libvirt keeps the definition of a running machine apart from the machine, so the redefinition is the commit point and
/// whatever fails before it leaves the guest running as if nothing had been asked.
/// </summary>
internal sealed class SnapshotRestore(HostLinks links, Freezer freezer, SpaceCheck space, TimeProvider time, ILogger<SnapshotRestore> logger)
{
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(250);

    public async Task<RestoreResult> RunAsync(RestoreOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        journal.NoteStep("Inspect");
        var link = links[order.Host];
        await AwaitReadinessAsync(link, order, journal, cancellationToken);
        var intention = await link.WorkAsync(connection => Plan(connection, link, order));
        await journal.BeginStepAsync("PrepareOverlays", intention, cancellationToken: cancellationToken);
        try
        {
            await link.WorkAsync(connection => Volumes.CreateOverlays(connection, intention.NewHeads, order.Layers));
            cancellationToken.ThrowIfCancellationRequested();

            // The intention names the new definition already; whether it stands, the host tells. Where the host is lost with the
            // answer, nothing is undone here: a recovery asks it first.
            journal.NoteStep("Redefine");
            await link.WorkAsync(connection => Domains.Define(connection, intention.NewXml));
        }
        catch (Exception e) when (e is OperationCanceledException or EngineException { Code: not FailureCodes.HostUnreachable })
        {
            EngineLog.Undoing(logger, order.VmId, "the overlays of a restore");
            await link.ControlAsync(connection => Volumes.RemoveOverlays(connection, intention.NewHeads, logger));
            throw;
        }

        // From here on nothing stops it any more, neither a cancel nor the deadline.
        return await CompleteAsync(link, order, intention, intention.WasRunning, journal);
    }

    public async Task<RestoreResult?> RecoverAsync(RestoreOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        if (await journal.FindIntentionAsync<RestoreIntention>(cancellationToken) is not { } intention)
        {
            return null;
        }

        var link = links[order.Host];
        var (redefined, runsOld) = await link.WorkAsync(connection =>
        {
            using var domain = connection.LookupDomainByUuid(order.VmId);
            var inactive = Files(DomainDefinition.Parse(domain.GetXmlDescription(DomainXmlFlags.Inactive)));
            var moved = intention.NewHeads.All(h => inactive.GetValueOrDefault(h.Target) == h.Path);
            var live = domain.IsActive ? Files(DomainDefinition.Parse(domain.GetXmlDescription())) : null;
            return (moved, live is not null && intention.NewHeads.Any(h => live.GetValueOrDefault(h.Target) != h.Path));
        });
        if (!redefined)
        {
            await link.ControlAsync(connection => Volumes.RemoveOverlays(connection, intention.NewHeads, logger));
            return null;
        }

        return await CompleteAsync(link, order, intention, runsOld, journal);
    }

    private async Task AwaitReadinessAsync(HostLink link, RestoreOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        var told = false;
        while (order.Policy is not TargetReadinessPolicy.StopTarget
            && await link.ControlAsync(connection => PowerOf(connection, order.VmId)) is not (PowerState.ShutOff or PowerState.Crashed))
        {
            if (order.Policy == TargetReadinessPolicy.FailImmediate)
            {
                throw new EngineException(FailureCodes.VmRunning, "The machine runs, and the request was to fail then. Shut it down first, or restore with the policy StopTarget. It was not touched.");
            }

            if (!told)
            {
                told = true;
                await journal.ReportWaitingAsync("The machine runs. Shut it down; the restore begins as soon as it is off.", cancellationToken);
            }

            await Task.Delay(_poll, time, cancellationToken);
        }
    }

    private RestoreIntention Plan(VirConnection connection, HostLink link, RestoreOrder order)
    {
        using var domain = connection.LookupDomainByUuid(order.VmId);
        var power = DomainDefinition.ToPower(domain.GetState().State);
        var current = DomainDefinition.Parse(domain.GetXmlDescription());
        MachineReadiness.Require(domain, current);
        var oldXml = domain.GetXmlDescription(DomainXmlFlags.Inactive | DomainXmlFlags.Secure);
        var old = DomainDefinition.Parse(oldXml);
        var surveyed = DiskSurvey.Look(connection, domain, current, old, link);
        var previous = new List<CapturedDisk>();
        foreach (var disk in surveyed)
        {
            var known = order.Heads.GetValueOrDefault(disk.Target);
            if (known is not null && disk.File?.Path != known.Path)
            {
                throw new EngineException(FailureCodes.Drift, $"The disk {disk.Target} lies in {disk.File?.Path ?? "no file of a pool"}, where the portal left it in {known.Path}. Somebody changed it outside the portal.");
            }

            var file = disk.File is { } found ? (known ?? found) with { VirtualSize = found.VirtualSize, Allocation = found.Allocation } : null;
            previous.Add(new CapturedDisk(disk.Target, disk.Exclusion, file, NewHead: null, file?.VirtualSize ?? 0));
        }

        var heads = order.Layers.Values.Select(Volumes.PlanFile).ToList();
        space.RequireOverlays(connection, heads);
        var newXml = (order.KeepHardware ? old : DomainDefinition.Parse(order.Configuration.DomainXml))
            .OnOtherFiles(domain.Name, order.VmId, heads.ToDictionary(static h => h.Target, static h => h.Path, StringComparer.Ordinal), old.Record);
        var running = power.IsOn();
        IReadOnlyList<Indication> indications = running ? [new Indication(IndicationKind.Online, "The machine was running.")] : [];
        return new RestoreIntention(heads, new MachineConfiguration(oldXml, FirmwareStore.Read(connection, old)), newXml, previous, indications, running);
    }

    private async Task<RestoreResult> CompleteAsync(HostLink link, RestoreOrder order, RestoreIntention intention, bool stop, IOperationJournal journal)
    {
        var indications = intention.Indications.ToList();
        if (stop)
        {
            var freeze = order.FreezeBeforeStop
                && await link.ControlAsync(connection => MayFreeze(connection, order.VmId))
                && freezer.TryAnnounce(order.Host, order.VmId);
            await journal.BeginStepAsync("Stop", incursFreezeDebt: freeze);
            indications.Add(await link.WorkAsync(connection => Stop(connection, order, intention, freeze, journal)));
        }

        var leftAt = time.GetUtcNow();
        var (started, failure) = (false, (string?)null);
        if (order.Configuration.FirmwareVariables is { } variables)
        {
            await journal.BeginStepAsync("RestoreFirmware");
            failure = await link.WorkAsync(connection => FirmwareStore.TryWrite(connection, order.VmId, variables)) is { } reason
                ? $"The disks are back, but the UEFI variables could not be written ({reason}), so the machine was not started. Start it if its firmware settings do not matter, or restore again."
                : null;
        }

        if (failure is null && order.Memory is { } memory)
        {
            await journal.BeginStepAsync("Resume");
            failure = await link.WorkAsync(connection => Resume(connection, order.VmId, memory, intention.NewHeads));
            started = failure is null;
        }
        else if (failure is null && intention.WasRunning)
        {
            await journal.BeginStepAsync("Start");
            failure = await link.WorkAsync(connection => Domains.Start(connection, order.VmId));
            started = failure is null;
        }

        journal.NoteStep("Record");
        return new RestoreResult(intention.NewHeads, WithoutRecord(intention.Old), intention.PreviousDisks, indications, leftAt, started, failure);
    }

    private static MachineConfiguration WithoutRecord(MachineConfiguration configuration)
        => configuration with { DomainXml = DomainDefinition.Parse(configuration.DomainXml).WithoutRecord() };

    /// <summary>Lets the machine go on from a snapshot's memory, on the new files.</summary>
    /// <returns>Why it could not; the disks are back all the same.</returns>
    private static string? Resume(VirConnection connection, Guid vmId, MemoryImage memory, IReadOnlyList<LayerFile> heads)
    {
        using var domain = connection.LookupDomainByUuid(vmId);
        if (domain.IsActive)
        {
            // After a crash of the portal: it goes on already.
            return null;
        }

        try
        {
            var saved = DomainDefinition.Parse(connection.SaveImageGetXmlDescription(memory.Path, DomainSaveImageXmlFlags.Secure));
            var record = DomainDefinition.Parse(domain.GetXmlDescription(DomainXmlFlags.Inactive)).Record;
            connection.RestoreDomain(memory.Path, saved.OnOtherFiles(domain.Name, vmId, heads.ToDictionary(static h => h.Target, static h => h.Path, StringComparer.Ordinal), record));
            return null;
        }
        catch (LibvirtException e)
        {
            return $"The disks are back, but the memory could not be loaded ({e.Message}), so the machine is off. Start it: it boots from the disks of that instant.";
        }
    }

    private bool MayFreeze(VirConnection connection, Guid vmId)
    {
        using var domain = connection.LookupDomainByUuid(vmId);
        return domain.GetState().State is DomainState.Running
            && DomainDefinition.Parse(domain.GetXmlDescription()).AgentPortConnected
            && freezer.Answers(domain);
    }

    /// <summary>
    /// Ends the running guest. Frozen first, its file systems are consistent as they are left, and nothing is to be thawed:
    /// the process ends.
    /// </summary>
    private Indication Stop(VirConnection connection, RestoreOrder order, RestoreIntention intention, bool freeze, IOperationJournal journal)
    {
        using var domain = connection.LookupDomainByUuid(order.VmId);
        var answer = freeze ? freezer.Freeze(domain) : default;
        try
        {
            domain.Destroy();
        }
        catch (LibvirtException e) when (!domain.IsActive)
        {
            // It ended by itself in this very moment, which is what was wanted.
            journal.NoteDetail(e.Message);
        }
        catch (LibvirtException e)
        {
            // The guest goes on; so it must go on as it was.
            EngineLog.Undoing(logger, order.VmId, "a restore whose machine could not be stopped");
            if (freeze)
            {
                freezer.Thaw(domain);
                freezer.Settle(connection, order.Host, order.VmId, journal);
            }

            Domains.Define(connection, intention.Old.DomainXml);
            Volumes.RemoveOverlays(connection, intention.NewHeads, logger);
            throw new EngineException(FailureCodes.HypervisorError, $"The machine could not be stopped ({e.Message}). It runs on as before.", e);
        }

        if (freeze)
        {
            freezer.SettleEnded(order.Host, order.VmId, journal);
        }

        return answer switch
        {
            { Frozen: true } => new Indication(IndicationKind.GuestAgent, string.Create(CultureInfo.InvariantCulture, $"The guest agent froze {answer.FileSystems} file system{(answer.FileSystems == 1 ? "" : "s")} before the machine was stopped.")),
            { Reason: { } reason } => new Indication(IndicationKind.QuiesceFailed, $"The guest agent did not freeze: {reason} Files open at that moment may need a check."),
            _ => new Indication(IndicationKind.NoGuestAgent, "Nothing was frozen before the machine was stopped. The disks are as after a power cut at that instant."),
        };
    }


    private static PowerState PowerOf(VirConnection connection, Guid vmId)
    {
        using var domain = connection.LookupDomainByUuid(vmId);
        return DomainDefinition.ToPower(domain.GetState().State);
    }


    private static Dictionary<string, string?> Files(DomainDefinition definition)
        => definition.Disks.ToDictionary(static d => d.Target, static d => d.File, StringComparer.Ordinal);
}
