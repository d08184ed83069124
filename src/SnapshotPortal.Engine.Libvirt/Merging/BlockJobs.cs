using LibVirt;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Merging;

/// <summary>Waits for block jobs, tells how far they are, and stops them.</summary>
internal sealed class BlockJobs(TimeProvider time)
{
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(30);

    /// <summary>Waits until the job on a disk is ready to pivot, or gone.</summary>
    /// <exception cref="OperationCanceledException">The job was aborted; the machine is on its file as before.</exception>
    public async Task WaitAsync(HostLink link, Guid vmId, string target, bool untilReady, IOperationJournal journal, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                await AbortAsync(link, vmId, target);
                cancellationToken.ThrowIfCancellationRequested();
            }

            // On the connection that never waits, so that a busy host does not hide the progress.
            var (job, ready) = await link.ControlAsync(connection => Look(connection, vmId, target));
            if (job is not { } running)
            {
                if (untilReady)
                {
                    throw new EngineException(FailureCodes.HypervisorError, $"The hypervisor gave up merging the disk {target}. Both files stand as before; it is tried again later.");
                }

                return;
            }

            if (running.End > 0)
            {
                journal.ReportProgress(100.0 * running.Current / running.End);
            }

            if (untilReady && ready)
            {
                return;
            }

            await Task.Delay(_poll, time, CancellationToken.None);
        }
    }

    /// <summary>Stops the job on a disk, if there is one, and waits until it is gone.</summary>
    public static Task AbortAsync(HostLink link, Guid vmId, string target) => link.ControlAsync(connection =>
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
    });

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
