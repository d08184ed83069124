using Microsoft.Extensions.Logging;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Cloning;

/// <summary>What a clone is about to make, as the journal keeps it.</summary>
internal sealed record CloneIntention(IReadOnlyList<LayerFile> Heads);

/// <summary>Makes a new machine on overlays of a snapshot's layers. The definition is the commit point.</summary>
internal sealed class VmClone(HostLinks links, SpaceCheck space, ILogger<VmClone> logger)
{
    public async Task<CloneResult> RunAsync(CloneOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        var link = links[order.Host];
        var intention = new CloneIntention([.. order.Layers.Values.Select(Volumes.PlanOverlay)]);
        var xml = DomainDefinition.Parse(order.Configuration.DomainXml)
            .AsNewMachine(order.Name, order.VmId, intention.Heads.ToDictionary(static h => h.Target, static h => h.Path, StringComparer.Ordinal));
        await link.WorkAsync(connection =>
        {
            space.RequireOverlays(connection, intention.Heads);
            return true;
        });
        await journal.BeginStepAsync("MakeDisks", intention, cancellationToken: cancellationToken);
        try
        {
            await link.WorkAsync(connection => Volumes.CreateOverlays(connection, intention.Heads, order.Layers));
            cancellationToken.ThrowIfCancellationRequested();
            journal.NoteStep("Define");
            await link.WorkAsync(connection => Domains.DefineNew(connection, order.Name, xml));
        }
        catch (Exception e) when (e is EngineException or OperationCanceledException)
        {
            EngineLog.Undoing(logger, order.VmId, "the overlays of a clone");
            await link.ControlAsync(connection => Volumes.RemoveOverlays(connection, intention.Heads, logger));
            throw;
        }

        return await CompleteAsync(link, order, intention, journal);
    }

    public async Task<CloneResult?> RecoverAsync(CloneOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        if (await journal.FindIntentionAsync<CloneIntention>(cancellationToken) is not { } intention)
        {
            return null;
        }

        var link = links[order.Host];
        if (await link.WorkAsync(connection => Domains.Exists(connection, order.VmId)))
        {
            return await CompleteAsync(link, order, intention, journal);
        }

        await link.ControlAsync(connection => Volumes.RemoveOverlays(connection, intention.Heads, logger));
        return null;
    }

    private static async Task<CloneResult> CompleteAsync(HostLink link, CloneOrder order, CloneIntention intention, IOperationJournal journal)
    {
        string? failure = null;
        if (order.Configuration.FirmwareVariables is { } variables)
        {
            await journal.BeginStepAsync("WriteFirmware");
            failure = await link.WorkAsync(connection => FirmwareStore.TryWrite(connection, order.VmId, variables)) is { } reason
                ? $"The machine is made, but its UEFI variables could not be written ({reason}), so it was not started. Start it: its firmware begins with its defaults."
                : null;
        }

        if (failure is null && order.Start)
        {
            await journal.BeginStepAsync("Start");
            failure = await link.WorkAsync(connection => Domains.Start(connection, order.VmId));
        }

        journal.NoteStep("Record");
        return await link.WorkAsync(connection =>
        {
            using var domain = connection.LookupDomainByUuid(order.VmId);
            return new CloneResult(intention.Heads, Domains.Observe(domain), failure);
        });
    }
}
