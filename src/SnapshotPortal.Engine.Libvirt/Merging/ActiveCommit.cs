using LibVirt;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Merging;

/// <summary>Folds the file that a machine writes to into one below it, and lets the machine go on there.</summary>
internal sealed class ActiveCommit(BlockJobs jobs)
{
    /// <summary>Runs the commit and the pivot. When it is cancelled or fails before the pivot, the machine stays on its file.</summary>
    public async Task RunAsync(HostLink link, Guid vmId, string target, string basePath, IOperationJournal journal, CancellationToken cancellationToken)
    {
        await link.WorkAsync(connection =>
        {
            using var domain = connection.LookupDomainByUuid(vmId);
            domain.BlockCommit(target, basePath, topImage: null, flags: DomainBlockCommitFlags.Active);
            return true;
        });
        await jobs.WaitAsync(link, vmId, target, untilReady: true, journal, cancellationToken);
        await BlockJobs.PivotAsync(link, vmId, target);
    }
}
