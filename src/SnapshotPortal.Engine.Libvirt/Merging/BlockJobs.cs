using LibVirt;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Merging;

/// <summary>Waits for block jobs, tells how far they are, and stops them.</summary>
internal sealed class BlockJobs(TimeProvider time)
{
    // libvirt itself waits half a minute for a machine that somebody holds. A job that nobody ends keeps everybody from the
    // machine, so it is worth more patience.
    private const int AttemptsToEnd = 4;

    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(30);

    /// <summary>
    /// Waits until the job on a disk is ready to pivot, or gone. Where the wait ends otherwise the job is aborted, unless the host
    /// is lost: then only a recovery can.
    /// </summary>
    /// <exception cref="OperationCanceledException">The job was aborted; the machine is on its file as before.</exception>
    public async Task WaitAsync(HostLink link, Guid vmId, string target, bool untilReady, IOperationJournal journal, CancellationToken cancellationToken)
    {
        try
        {
            await FollowAsync(link, vmId, target, untilReady, journal, cancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException or EngineException { Code: not FailureCodes.HostUnreachable })
        {
            await AbortAsync(link, vmId, target);
            throw;
        }
    }

    /// <summary>Lets the machine go on in the file that a job which is ready has copied to; where that fails, it stays on its own.</summary>
    public static async Task PivotAsync(HostLink link, Guid vmId, string target)
    {
        try
        {
            await EndAsync(() => link.WorkAsync(connection =>
            {
                using var domain = connection.LookupDomainByUuid(vmId);
                domain.BlockJobAbort(target, DomainBlockJobAbortFlags.Pivot);
                return true;
            }));
        }
        catch (EngineException e) when (e.Code is not FailureCodes.HostUnreachable)
        {
            await AbortAsync(link, vmId, target);
            throw;
        }
    }

    /// <summary>Stops the job on a disk, if there is one, and waits until it is gone.</summary>
    public static Task AbortAsync(HostLink link, Guid vmId, string target) => EndAsync(() => link.ControlAsync(connection => Abort(connection, vmId, target)));

    private static async Task EndAsync(Func<Task> end)
    {
        for (var attempt = 1; attempt < AttemptsToEnd; attempt++)
        {
            try
            {
                await end();
                return;
            }
            catch (EngineException e) when (e.Code is FailureCodes.VmBusy)
            {
                // Once more.
            }
        }

        await end();
    }

    private static bool Abort(VirConnection connection, Guid vmId, string target)
    {
        using var domain = connection.LookupDomainByUuid(vmId);
        if (domain.IsActive && domain.GetBlockJobInfo(target) is not null)
        {
            try
            {
                domain.BlockJobAbort(target);
            }
            catch (LibvirtException e) when (domain.GetBlockJobInfo(target) is null && e.Code is LibvirtErrorCode.OperationInvalid or LibvirtErrorCode.InvalidArg)
            {
                // It ended by itself between the question and the abort.
            }
        }

        return true;
    }

    private async Task FollowAsync(HostLink link, Guid vmId, string target, bool untilReady, IOperationJournal journal, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await TryLookAsync(link, vmId, target) is { } seen)
            {
                if (seen.Job is not { } running)
                {
                    if (untilReady)
                    {
                        throw new EngineException(FailureCodes.HypervisorError, $"The hypervisor gave up merging the disk {target}. Both files stand as before.");
                    }

                    return;
                }

                if (running.End > 0)
                {
                    journal.ReportProgress(100.0 * running.Current / running.End);
                }

                if (untilReady && seen.Ready)
                {
                    return;
                }
            }

            await Task.Delay(_poll, time, CancellationToken.None);
        }
    }

    /// <summary>Looks on the connection that never waits, so that a busy host does not hide the progress.</summary>
    /// <returns><see langword="null"/> while somebody else holds the machine; the job goes on meanwhile.</returns>
    private static async Task<(DomainBlockJobInfo? Job, bool Ready)?> TryLookAsync(HostLink link, Guid vmId, string target)
    {
        try
        {
            return await link.ControlAsync(connection => Look(connection, vmId, target));
        }
        catch (EngineException e) when (e.Code is FailureCodes.VmBusy)
        {
            return null;
        }
    }

    private static (DomainBlockJobInfo? Job, bool Ready) Look(VirConnection connection, Guid vmId, string target)
    {
        using var domain = connection.LookupDomainByUuid(vmId);
        if (domain.GetBlockJobInfo(target) is not { } job)
        {
            return (null, false);
        }

        // cur == end is not enough: libvirt marks the mirror ready in the definition, and only then allows the pivot.
        var disk = Definitions.SafeXml.Parse(domain.GetXmlDescription()).Element("devices")?.Elements("disk")
            .FirstOrDefault(d => d.Element("target")?.Attribute("dev")?.Value == target);
        return (job, disk?.Element("mirror")?.Attribute("ready")?.Value == "yes");
    }
}
