using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Records;

namespace SnapshotPortal.Operations.Hosts;

/// <summary>Follows what the hosts say and writes it down: power, agent, names, machines that vanish and come back.</summary>
internal sealed class HostMonitor(
    IHypervisorEngine engine,
    HostRegistry hosts,
    Changes changes,
    OperationSignals signals,
    RecordSignal staleRecords,
    DriftTrigger drift,
    IOptions<PortalOptions> options,
    TimeProvider time,
    ILogger<HostMonitor> logger) : BackgroundService
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Registers the configured hosts before anything else starts, so that a request finds them at once, and with them which
    /// machines must not be asked about their disks before a flatten that was interrupted is put in order.
    /// </summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await changes.CommitAsync(
            async (db, _) =>
            {
                foreach (var configured in options.Value.Hosts)
                {
                    var row = await db.Hosts.FirstOrDefaultAsync(h => h.Name == configured.Name, cancellationToken);
                    if (row is null)
                    {
                        row = new VmHost { Name = configured.Name, Uri = configured.Uri };
                        db.Hosts.Add(row);
                    }

                    row.Uri = configured.Uri;
                    row.State = HostState.Unknown;
                    row.StateSince = time.GetUtcNow();
                    row.StateMessage = "The portal has just started and is connecting.";
                    hosts.Set(new HostRef(row.Id, row.Name, row.Uri, [.. configured.PoolsWithoutSnapshots]), connected: false);
                }

                foreach (var left in await db.Operations.AsNoTracking().Where(static o => o.Kind == OperationKind.FlattenVm && o.State == OperationState.Running && o.CurrentStep != null).ToListAsync(cancellationToken))
                {
                    if (hosts.Find(left.HostId) is { Reference: var host })
                    {
                        engine.ExpectPull(host, left.VmId);
                    }
                }
            },
            cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
        => Task.WhenAll(hosts.All.Select(h => WatchAsync(h.Reference, stoppingToken)));

    private async Task WatchAsync(HostRef host, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var signal in engine.WatchAsync(host, stoppingToken))
                {
                    await ApplyAsync(host, signal, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A host must be watched whatever happens: the failure is logged and the watch begins anew.
            catch (Exception e)
#pragma warning restore CA1031
            {
                OperationLog.WatchFailed(logger, e, host.Name);
                hosts.Set(host, connected: false);
            }

            try
            {
                await Task.Delay(_pause, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task ApplyAsync(HostRef host, HostSignal signal, CancellationToken cancellationToken)
    {
        switch (signal)
        {
            case HostConnected connected:
                OperationLog.HostConnected(logger, host.Name, connected.Vms.Count);
                await changes.CommitAsync((db, drafts) => ConnectAsync(db, drafts, host, connected, cancellationToken), cancellationToken);
                hosts.Set(host, connected: true);
                signals.Wake();
                staleRecords.Wake();
                drift.AskHost(host.Id);
                break;
            case HostLost lost:
                OperationLog.HostLost(logger, host.Name, lost.Message);
                hosts.Set(host, connected: false);
                await changes.CommitAsync((db, drafts) => SetHostAsync(db, drafts, host, HostState.Unreachable, lost.Message, cancellationToken), cancellationToken);
                break;
            case VmChanged changed:
                await changes.CommitAsync((db, drafts) => ObserveAsync(db, drafts, host, changed.Vm, cancellationToken), cancellationToken);
                break;
            case VmRemoved removed:
                await changes.CommitAsync((db, drafts) => MissAsync(db, drafts, host, removed.VmId, cancellationToken), cancellationToken);
                break;
            default:
                throw new InvalidOperationException($"An engine told of something unknown: {signal.GetType().Name}.");
        }
    }

    private async Task ConnectAsync(IPortalDb db, List<EventDraft> drafts, HostRef host, HostConnected connected, CancellationToken cancellationToken)
    {
        await SetHostAsync(db, drafts, host, HostState.Connected, null, cancellationToken);
        foreach (var vm in connected.Vms)
        {
            await ObserveAsync(db, drafts, host, vm, cancellationToken);
        }

        var seen = connected.Vms.Select(static v => v.VmId).ToHashSet();
        var known = await db.Vms.Where(v => v.HostId == host.Id).Select(static v => v.Id).ToListAsync(cancellationToken);
        foreach (var gone in known.Where(id => !seen.Contains(id)))
        {
            await MissAsync(db, drafts, host, gone, cancellationToken);
        }
    }

    private async Task SetHostAsync(IPortalDb db, List<EventDraft> drafts, HostRef host, HostState state, string? message, CancellationToken cancellationToken)
    {
        var row = await db.Hosts.SingleAsync(h => h.Id == host.Id, cancellationToken);
        if (row.State != state)
        {
            row.StateSince = time.GetUtcNow();
        }

        row.State = state;
        row.StateMessage = message;
        drafts.Add(EventDraft.Of(row));
    }

    private async Task ObserveAsync(IPortalDb db, List<EventDraft> drafts, HostRef host, VmObservation seen, CancellationToken cancellationToken)
    {
        if (await db.Vms.FirstOrDefaultAsync(v => v.Id == seen.VmId && v.HostId == host.Id, cancellationToken) is not { } vm)
        {
            return;
        }

        // While the layers of a machine that is off are merged or pulled, QEMU runs it paused: that is our affair, not its state.
        if (seen.Power is PowerState.Paused && vm.Power is PowerState.ShutOff
            && await db.Operations.AnyAsync(o => o.VmId == vm.Id && o.State == OperationState.Running && (o.Kind == OperationKind.CollectLayers || o.Kind == OperationKind.FlattenVm), cancellationToken))
        {
            return;
        }

        var reappeared = vm.Presence == VmPresence.Missing && vm.TryTransition(VmPresence.Missing, VmPresence.Present);
        if (!reappeared && vm.Power == seen.Power && vm.AgentConnected == seen.AgentConnected && vm.VCpus == seen.VCpus
            && vm.MemoryBytes == seen.MemoryBytes && string.Equals(vm.Name, seen.Name, StringComparison.Ordinal))
        {
            return;
        }

        vm.Power = seen.Power;
        vm.AgentConnected = seen.AgentConnected;
        vm.VCpus = seen.VCpus;
        vm.MemoryBytes = seen.MemoryBytes;
        vm.Name = seen.Name;
        vm.ObservedAt = time.GetUtcNow();
        drafts.Add(EventDraft.Of(vm));

        // An agent that has come back, or a machine that has ended, may settle what is owed: look at once.
        if (await db.FreezeDebts.FirstOrDefaultAsync(d => d.VmId == vm.Id, cancellationToken) is { } debt)
        {
            debt.NextAttemptAt = time.GetUtcNow();
        }
    }

    private async Task MissAsync(IPortalDb db, List<EventDraft> drafts, HostRef host, Guid vmId, CancellationToken cancellationToken)
    {
        // A machine that is being made or deleted is expected to be absent.
        if (await db.Vms.FirstOrDefaultAsync(v => v.Id == vmId && v.HostId == host.Id, cancellationToken) is not { Presence: VmPresence.Present } vm)
        {
            return;
        }

        vm.TryTransition(VmPresence.Present, VmPresence.Missing);
        vm.Power = PowerState.Unknown;
        vm.AgentConnected = false;
        vm.ObservedAt = time.GetUtcNow();
        drafts.Add(EventDraft.Of(vm));
    }
}
