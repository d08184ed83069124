using LibVirt;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Definitions;

/// <summary>Follows and stops the one long job that a machine can have, such as the saving of its memory.</summary>
internal sealed class DomainJobs(TimeProvider time)
{
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(100);

    /// <summary>Tells how far the job is while <paramref name="work"/> waits for it, and aborts it when it is cancelled.</summary>
    /// <returns>The result of <paramref name="work"/>, which fails where the job was aborted in time.</returns>
    public async Task<T> FollowAsync<T>(HostLink link, Guid vmId, Task<T> work, IOperationJournal journal, CancellationToken cancellationToken)
    {
        while (await Task.WhenAny(work, Task.Delay(_poll, time, CancellationToken.None)) != work)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                await link.ControlAsync(connection => TryAbort(connection, vmId));
            }
            else if (await link.ControlAsync(connection => Percent(connection, vmId)) is { } percent)
            {
                journal.ReportProgress(percent);
            }
        }

        return await work;
    }

    /// <summary>Stops the job, if there is one, and waits until it is gone.</summary>
    public async Task EndAsync(HostLink link, Guid vmId)
    {
        while (await link.ControlAsync(connection => TryAbort(connection, vmId)))
        {
            await Task.Delay(_poll, time, CancellationToken.None);
        }
    }

    private static double? Percent(VirConnection connection, Guid vmId)
    {
        using var domain = connection.LookupDomainByUuid(vmId);
        return domain.GetJobInfo() is { Type: DomainJobType.Bounded or DomainJobType.Unbounded, DataTotal: > 0 } job
            ? Math.Clamp(100.0 * job.DataProcessed / job.DataTotal, 0, 100)
            : null;
    }

    /// <returns>There was a job.</returns>
    private static bool TryAbort(VirConnection connection, Guid vmId)
    {
        using var domain = connection.LookupDomainByUuid(vmId);
        if (!domain.IsActive || domain.GetJobInfo().Type is not (DomainJobType.Bounded or DomainJobType.Unbounded))
        {
            return false;
        }

        try
        {
            domain.AbortJob();
        }
        catch (LibvirtException e) when (e.Code is LibvirtErrorCode.OperationInvalid)
        {
            // It is at a point where it cannot be stopped, or it ended just now: the next look tells.
        }

        return true;
    }
}
