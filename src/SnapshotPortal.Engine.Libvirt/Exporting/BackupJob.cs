using System.Xml.Linq;
using LibVirt;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Exporting;

/// <summary>libvirt's push backup: QEMU copies the disks as they are at one instant into new files.</summary>
internal sealed class BackupJob(DomainJobs jobs, TimeProvider time)
{
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(100);

    /// <summary>Begins it; from the return on the instant is fixed, whatever the guest writes.</summary>
    public static void Begin(VirDomain domain, IEnumerable<ExportedDisk> disks) => domain.BackupBegin(new XElement(
        "domainbackup",
        new XAttribute("mode", "push"),
        new XElement(
            "disks",
            disks.Select(static disk => new XElement(
                "disk",
                new XAttribute("name", disk.Disk),
                new XAttribute("backup", "yes"),
                new XAttribute("type", "file"),
                new XElement("driver", new XAttribute("type", "qcow2")),
                new XElement("target", new XAttribute("file", disk.File.Path))))))
        .ToString(SaveOptions.DisableFormatting));

    /// <summary>Waits for its end and tells how far it is.</summary>
    /// <exception cref="EngineException">It failed.</exception>
    /// <exception cref="OperationCanceledException">It was aborted.</exception>
    public async Task WaitAsync(HostLink link, Guid domainId, IOperationJournal journal, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                await AbortAsync(link, domainId);
                cancellationToken.ThrowIfCancellationRequested();
            }

            // On the connection that never waits, so that a busy host does not hide the progress.
            if (await link.ControlAsync(connection => Look(connection, domainId)) is not { } percent)
            {
                return;
            }

            journal.ReportProgress(percent);
            await Task.Delay(_poll, time, CancellationToken.None);
        }
    }

    /// <summary>Stops it, if it runs, and waits until it is gone and QEMU has closed the files.</summary>
    public Task AbortAsync(HostLink link, Guid domainId) => jobs.EndAsync(link, domainId, DomainJobOperation.Backup);

    /// <summary>How far it is, or nothing once it is complete.</summary>
    private static double? Look(VirConnection connection, Guid domainId)
    {
        using var domain = Find(connection, domainId);
        var now = domain.GetJobStats();
        if (now.Type is not DomainJobType.None)
        {
            var total = now.Parameters.GetUInt64("disk_total");
            return total is > 0 ? 100.0 * now.Parameters.GetUInt64("disk_processed").GetValueOrDefault() / total.Value : 0;
        }

        var done = domain.GetJobStats(DomainGetJobStatsFlags.Completed);
        return done.Type is DomainJobType.Completed
            ? null
            : throw new EngineException(FailureCodes.HypervisorError, $"The hypervisor gave up copying{(done.Parameters.GetString("errmsg") is { } why ? $": {why}" : ".")} What it had written was removed. Look at the free space, then try again.");
    }

    private static VirDomain Find(VirConnection connection, Guid domainId)
    {
        VirDomain? domain = null;
        try
        {
            domain = connection.LookupDomainByUuid(domainId);
            if (domain.IsActive)
            {
                return domain;
            }
        }
        catch (LibvirtException e) when (e.Code is LibvirtErrorCode.NoDomain)
        {
            // As below.
        }

        domain?.Dispose();
        throw new EngineException(FailureCodes.VmNotRunning, "The machine went off while it was copied. What had been written was removed. Export again: a machine that is off can be exported too.");
    }
}
