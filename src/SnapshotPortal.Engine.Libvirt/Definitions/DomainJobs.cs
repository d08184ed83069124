using LibVirt;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Definitions;

/// <summary>
/// Follows and stops the one long job that a machine can have, such as the saving of its memory. Whoever stops a job says what
/// it does: one that does something else was begun by somebody else, and goes on.
/// </summary>
internal sealed class DomainJobs(TimeProvider time)
{
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(100);

    /// <summary>Tells how far the job is while <paramref name="work"/> waits for it, and aborts it when it is cancelled.</summary>
    /// <returns>The result of <paramref name="work"/>, which fails where the job was aborted in time.</returns>
    public async Task<T> FollowAsync<T>(HostLink link, Guid vmId, DomainJobOperation operation, Task<T> work, IOperationJournal journal, CancellationToken cancellationToken)
    {
        while (await Task.WhenAny(work, Task.Delay(_poll, time, CancellationToken.None)) != work)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                await link.ControlAsync(connection => TryAbort(connection, vmId, operation));
            }
            else if (await link.ControlAsync(connection => Percent(connection, vmId)) is { } percent)
            {
                journal.ReportProgress(percent);
            }
        }

        return await work;
    }

    /// <summary>Stops the job, if there is one of this operation, and waits until it is gone: an abort is only a request.</summary>
    public async Task EndAsync(HostLink link, Guid vmId, DomainJobOperation operation)
    {
        while (await link.ControlAsync(connection => TryAbort(connection, vmId, operation)))
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

    /// <returns>There was such a job.</returns>
    private static bool TryAbort(VirConnection connection, Guid vmId, DomainJobOperation operation)
    {
        try
        {
            using var domain = connection.LookupDomainByUuid(vmId);
            if (!Does(domain, operation))
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
        catch (LibvirtException e) when (e.Code is LibvirtErrorCode.NoDomain or LibvirtErrorCode.OperationInvalid)
        {
            // The machine went off between the questions, and the job with it.
            return false;
        }
    }

    // Asked of a machine that is off too: the answer is that there is none, but libvirt gives it only when nothing is done to the
    // machine any more.
    private static bool Does(VirDomain domain, DomainJobOperation operation)
        => domain.GetJobStats() is { Type: DomainJobType.Bounded or DomainJobType.Unbounded } job
           && job.Parameters.GetUInt64("operation") == (ulong)operation;
}
