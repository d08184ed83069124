using LibVirt;
using Microsoft.Extensions.Logging;
using SnapshotPortal.Domain.Identities;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Exporting;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Cloning;

/// <summary>What a clone is about to make, as the journal keeps it.</summary>
/// <param name="Heads">The files.</param>
internal sealed record CloneIntention(IReadOnlyList<LayerFile> Heads)
{
    /// <summary>The domain that reads the files to be copied.</summary>
    public Guid? HelperId { get; init; }

    /// <summary>The volume for cloud-init.</summary>
    public SeedVolume? Seed { get; init; }
}

/// <summary>Makes a new machine on overlays of a snapshot's layers, or on copies of them. The definition is the commit point.</summary>
internal sealed class VmClone(HostLinks links, CloneOffers offers, SpaceCheck space, FrozenCopy copy, ILogger<VmClone> logger)
{
    public async Task<CloneResult> RunAsync(CloneOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        var link = links[order.Host];
        var intention = await link.WorkAsync(connection => Plan(connection, link, order));
        var xml = DomainDefinition.Parse(order.Configuration.DomainXml)
            .AsNewMachine(order.Name, order.VmId, intention.Heads.ToDictionary(static h => h.Target, static h => h.Path, StringComparer.Ordinal), order.Changes, intention.Seed?.Path);
        await journal.BeginStepAsync(order.Full ? "Copy" : "MakeDisks", intention, cancellationToken: cancellationToken);
        try
        {
            if (order.Full)
            {
                var disks = intention.Heads.Select((head, n) => FrozenCopy.Disk(n, order.Layers[head.Target], head)).ToList();
                await copy.RunAsync(link, intention.HelperId!.Value, order.Configuration.DomainXml, disks, journal, cancellationToken);
                intention = intention with { Heads = await link.WorkAsync(connection => Measure(connection, intention.Heads)) };
            }
            else
            {
                await link.WorkAsync(connection => Volumes.CreateOverlays(connection, intention.Heads, order.Layers));
            }

            await link.WorkAsync(connection => WriteSeed(connection, order, intention.Seed));
            cancellationToken.ThrowIfCancellationRequested();
            journal.NoteStep("Define");
            await link.WorkAsync(connection => Domains.DefineNew(connection, order.Name, xml));
        }
        catch (Exception e) when (e is EngineException or LibvirtException or OperationCanceledException)
        {
            var failure = e is LibvirtException failed ? LibvirtFailures.Translate(failed) : e;

            // Where the host is lost nobody knows whether the machine is defined: a recovery asks before anything is removed.
            if (failure is not EngineException { Code: FailureCodes.HostUnreachable })
            {
                EngineLog.Undoing(logger, order.VmId, "the disks of a clone");
                await link.ControlAsync(connection => Remove(connection, intention));
            }

            throw failure;
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
            return await CompleteAsync(link, order, intention with { Heads = await link.WorkAsync(connection => Measure(connection, intention.Heads)) }, journal);
        }

        await link.ControlAsync(connection => Remove(connection, intention));
        return null;
    }

    private CloneIntention Plan(VirConnection connection, HostLink link, CloneOrder order)
    {
        offers.Require(connection, link, order);
        var heads = order.Layers.Values.OrderBy(static l => l.Target, StringComparer.Ordinal).Select(Volumes.PlanFile).ToList();
        if (!order.Full)
        {
            space.RequireOverlays(connection, heads);
        }

        return new CloneIntention(heads)
        {
            HelperId = order.Full ? Guid.NewGuid() : null,
            Seed = order.CloudInit is null ? null : Beside(heads[0], $"sp-{order.VmId:N}.seed"),
        };
    }

    private static SeedVolume Beside(LayerFile head, string volume) => new(head.Pool, volume, $"{Path.GetDirectoryName(head.Path)}/{volume}");

    private static bool WriteSeed(VirConnection connection, CloneOrder order, SeedVolume? seed)
    {
        if (seed is not null)
        {
            Volumes.Write(connection, seed.Pool, seed.Volume, CloudInitSeed.Make(order.Name, order.CloudInit!));
        }

        return true;
    }

    private bool Remove(VirConnection connection, CloneIntention intention)
    {
        if (intention.HelperId is { } helper)
        {
            ExportHelper.End(connection, helper);
        }

        Volumes.RemoveOverlays(connection, intention.Heads, logger);
        return intention.Seed is not { } seed || Volumes.RemoveQuietly(connection, [(seed.Pool, seed.Volume)], logger);
    }

    /// <summary>What became of files whose size was not known before.</summary>
    private static IReadOnlyList<LayerFile> Measure(VirConnection connection, IReadOnlyList<LayerFile> files)
        => [.. files.Select(file =>
        {
            using var pool = connection.LookupStoragePoolByName(file.Pool);
            using var volume = Volumes.TryLookUp(pool, file.Volume);
            return volume?.GetInfo() is { } info ? file with { VirtualSize = (long)info.Capacity, Allocation = (long)info.Allocation } : file;
        })];

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
            return new CloneResult(intention.Heads, Domains.Observe(domain), failure, intention.Seed);
        });
    }
}
