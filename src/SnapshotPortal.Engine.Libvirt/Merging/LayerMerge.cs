using LibVirt;
using Microsoft.Extensions.Logging;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Merging;

/// <summary>Which domain was started, paused, only to merge.</summary>
internal sealed record MergeIntention(Guid VmId, bool StartedPaused);

/// <summary>
/// Folds a layer's only child into it by a block commit.
/// </summary>
internal sealed class LayerMerge(HostLinks links, BlockJobs jobs, ActiveCommit activeCommit, ILogger<LayerMerge> logger)
{
    public async Task RunAsync(MergeOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        var link = links[order.Host];
        var wasActive = await link.WorkAsync(connection => Check(connection, link, order));
        await journal.BeginStepAsync("Commit", new MergeIntention(order.VmId, StartedPaused: !wasActive), cancellationToken: cancellationToken);
        if (!wasActive)
        {
            await link.WorkAsync(connection => PausedMachine.Start(connection, order.VmId));
        }

        try
        {
            if (order.ChildIsHead)
            {
                await activeCommit.RunAsync(link, order.VmId, order.Child.Target, order.Base.Path, journal, cancellationToken);
            }
            else
            {
                await link.WorkAsync(connection =>
                {
                    using var domain = connection.LookupDomainByUuid(order.VmId);
                    domain.BlockCommit(order.Child.Target, order.Base.Path, order.Child.Path);
                    return true;
                });
                await jobs.WaitAsync(link, order.VmId, order.Child.Target, untilReady: false, journal, cancellationToken);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or EngineException { Code: not FailureCodes.HostUnreachable })
        {
            // The job may have been quicker than its abort. Then both files are one already, and saying anything else would
            // leave the database behind the host for ever.
            if (await link.ControlAsync(connection => ChainHolds(connection, link, order)))
            {
                throw;
            }
        }
        finally
        {
            if (!wasActive)
            {
                await link.ControlAsync(connection => PausedMachine.End(connection, order.VmId));
            }
        }

        await link.WorkAsync(connection => Finish(connection, link, order));
    }

    public async Task<bool> RecoverAsync(MergeOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        var link = links[order.Host];
        await BlockJobs.AbortAsync(link, order.VmId, order.Child.Target);
        if (await journal.FindIntentionAsync<MergeIntention>(cancellationToken) is { StartedPaused: true })
        {
            await link.ControlAsync(connection => PausedMachine.End(connection, order.VmId));
        }

        return await link.WorkAsync(connection =>
        {
            if (ChainHolds(connection, link, order))
            {
                return false;
            }

            Finish(connection, link, order);
            return true;
        });
    }

    /// <summary>Makes sure that the host agrees with the order before anything is changed; says whether the machine is on.</summary>
    private static bool Check(VirConnection connection, HostLink link, MergeOrder order)
    {
        using var domain = connection.LookupDomainByUuid(order.VmId);
        var current = DomainDefinition.Parse(domain.GetXmlDescription());
        MachineReadiness.Require(domain, current);
        var top = current.Disks.FirstOrDefault(d => d.Target == order.Child.Target)?.File;
        if (top != order.HeadPath)
        {
            throw new EngineException(FailureCodes.Drift, $"The disk {order.Child.Target} lies in {top ?? "no file"}, where the portal left it in {order.HeadPath}. Somebody changed it outside the portal.");
        }

        if (ChainReferences.FirstTo(connection, link, [order.Base.Path, order.Child.Path], except: order.VmId) is { } other)
        {
            throw new EngineException(FailureCodes.Drift, $"The domain “{other}” stands on {order.Child.Path} or {order.Base.Path}, which the portal was about to merge. Nothing was changed.");
        }

        return domain.IsActive;
    }

    private bool Finish(VirConnection connection, HostLink link, MergeOrder order)
    {
        if (ChainHolds(connection, link, order))
        {
            throw new EngineException(FailureCodes.HypervisorError, $"The hypervisor did not finish merging the disk {order.Child.Target}. Both files stand as before; it is tried again later.");
        }

        if (!ActivePathIsExpected(connection, order))
        {
            throw new EngineException(FailureCodes.Drift, $"After a merge the disk {order.Child.Target} does not lie in {order.Base.Path}.");
        }

        try
        {
            // Somebody may have put a domain on it since the look before the merge.
            if (ChainReferences.FirstTo(connection, link, [order.Child.Path], except: order.VmId) is { } other)
            {
                EngineLog.VolumeLeft(logger, order.Child.Pool, order.Child.Volume, $"the domain “{other}” stands on it");
            }
            else
            {
                Volumes.Remove(connection, order.Child.Pool, order.Child.Volume);
            }
        }
        catch (LibvirtException e)
        {
            // The merge is done; the log names the file that is left.
            EngineLog.VolumeLeft(logger, order.Child.Pool, order.Child.Volume, e.Message);
        }

        return true;
    }

    private static bool ActivePathIsExpected(VirConnection connection, MergeOrder order)
    {
        if (!order.ChildIsHead)
        {
            return true;
        }

        using var domain = connection.LookupDomainByUuid(order.VmId);
        return DomainDefinition.Parse(domain.GetXmlDescription(DomainXmlFlags.Inactive)).Disks
            .Any(d => d.Target == order.Child.Target && d.File == order.Base.Path);
    }

    /// <summary>The machine's chain still goes through the child's file.</summary>
    private static bool ChainHolds(VirConnection connection, HostLink link, MergeOrder order)
    {
        using var domain = connection.LookupDomainByUuid(order.VmId);
        var disk = DomainDefinition.Parse(domain.GetXmlDescription()).Disks.FirstOrDefault(d => d.Target == order.Child.Target);
        if (disk?.File is not { } top)
        {
            throw new EngineException(FailureCodes.Drift, $"The disk {order.Child.Target} is gone from the machine.");
        }

        if (domain.IsActive)
        {
            return top == order.Child.Path || disk.BackingFiles.Contains(order.Child.Path, StringComparer.Ordinal);
        }

        using (var pool = connection.LookupStoragePoolByName(order.Child.Pool))
        {
            PoolCatalog.Refresh(pool);
        }

        for (var path = top; path is not null; path = Volumes.BackingPath(connection, link.Pools, path))
        {
            if (path == order.Child.Path)
            {
                return true;
            }
        }

        return false;
    }
}
