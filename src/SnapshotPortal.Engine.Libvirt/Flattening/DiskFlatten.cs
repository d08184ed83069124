using LibVirt;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Engine.Libvirt.Merging;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Flattening;

/// <summary>Which disk is being pulled, and whether its machine was started, paused, only for that.</summary>
internal sealed record FlattenIntention(string Target, bool StartedPaused);

/// <summary>
/// Pulls everything behind a disk into the file that its machine writes to. The chain is given up by QEMU only when the last
/// byte is copied: a pull that is stopped leaves the chain as it was, and what it has copied already in the head, where it
/// says the same as below.
/// </summary>
internal sealed class DiskFlatten(HostLinks links, BlockJobs jobs, SpaceCheck space)
{
    public async Task<bool> RunAsync(FlattenOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        var link = links[order.Host];
        var wasActive = await link.WorkAsync(connection => Check(connection, link, order));
        if (wasActive is not { } active)
        {
            return false;
        }

        await journal.BeginStepAsync("Pull", new FlattenIntention(order.Head.Target, StartedPaused: !active), cancellationToken: cancellationToken);
        if (!active)
        {
            await link.WorkAsync(connection => PausedMachine.Start(connection, order.VmId));
        }

        try
        {
            await PullAsync(link, order, journal, cancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException or EngineException { Code: not FailureCodes.HostUnreachable })
        {
            // Where the hypervisor was quicker than what stopped it, this disk is done.
            if (!IsFlat(link, order))
            {
                throw;
            }
        }
        finally
        {
            if (!active)
            {
                await link.ControlAsync(connection => PausedMachine.End(connection, order.VmId));
            }
        }

        return IsFlat(link, order)
            ? true
            : throw new EngineException(FailureCodes.HypervisorError, $"The hypervisor gave up copying what lies behind the disk {order.Head.Target}, for example because its storage is full. The machine is as before and its disks are complete. Look at the free space, then flatten again.");
    }

    public async Task<bool> RecoverAsync(FlattenOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        var link = links[order.Host];
        if (await journal.FindIntentionAsync<FlattenIntention>(cancellationToken) is { } last && last.Target == order.Head.Target)
        {
            using (await link.Pulled.BeginAsync(order.VmId, cancellationToken))
            {
                await BlockJobs.AbortAsync(link, order.VmId, order.Head.Target);
            }

            if (last.StartedPaused)
            {
                await link.ControlAsync(connection => PausedMachine.End(connection, order.VmId));
            }
        }

        return IsFlat(link, order);
    }

    private async Task PullAsync(HostLink link, FlattenOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        using var pull = await link.Pulled.BeginAsync(order.VmId, cancellationToken);
        try
        {
            await link.WorkAsync(connection =>
            {
                using var domain = connection.LookupDomainByUuid(order.VmId);
                domain.BlockPull(order.Head.Target);
                return true;
            });
            await jobs.WaitAsync(link, order.VmId, order.Head.Target, untilReady: false, journal, cancellationToken);
        }
        catch (EngineException e) when (e.Code is FailureCodes.HostUnreachable or FailureCodes.VmBusy)
        {
            // Nobody could be asked whether it goes on, so it may.
            link.Pulled.Expect(order.VmId);
            throw;
        }
    }

    /// <summary>Makes sure that the host agrees with the order and has room; says whether the machine is on, or nothing where there is nothing to pull.</summary>
    private bool? Check(VirConnection connection, HostLink link, FlattenOrder order)
    {
        using var domain = connection.LookupDomainByUuid(order.VmId);
        var current = DomainDefinition.Parse(domain.GetXmlDescription());
        MachineReadiness.Require(domain, current);
        var top = current.Disks.FirstOrDefault(d => d.Target == order.Head.Target)?.File;
        if (top != order.Head.Path)
        {
            throw new EngineException(FailureCodes.Drift, $"The disk {order.Head.Target} lies in {top ?? "no file"}, where the portal left it in {order.Head.Path}. Somebody changed it outside the portal.");
        }

        var behind = Volumes.Behind(connection, link.Pools, order.Head).ToList();
        if (behind.Count == 0)
        {
            return null;
        }

        space.Require(connection, order.Head.Pool, Math.Min(behind.Sum(static f => f.Allocation), order.Head.VirtualSize));
        return domain.IsActive;
    }

    private static bool IsFlat(HostLink link, FlattenOrder order) => link.Run(
        connection =>
        {
            using (var pool = connection.LookupStoragePoolByName(order.Head.Pool))
            {
                PoolCatalog.Refresh(pool);
            }

            return !Volumes.Behind(connection, link.Pools, order.Head).Any();
        },
        control: true);
}
