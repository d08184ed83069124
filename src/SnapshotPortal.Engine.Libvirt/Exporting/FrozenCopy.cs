using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Exporting;

/// <summary>Copies files that nobody writes to, with all that is behind them, into new volumes that stand alone.</summary>
internal sealed class FrozenCopy(BackupJob backup)
{
    /// <summary>The n-th disk of a copy.</summary>
    public static ExportedDisk Disk(int n, LayerFile source, LayerFile copy)
        => new(ExportHelper.Target(n), source, new ExportFile(source.Target, copy.Pool, copy.Volume, copy.Path, copy.VirtualSize, 0));

    /// <summary>Copies, tells how far it is, and stops when it is cancelled; half-written files are the caller's to remove.</summary>
    /// <param name="link">The host.</param>
    /// <param name="helperId">The id of the domain that reads the files; journalled before.</param>
    /// <param name="domainXml">A definition of the kind of machine that the host runs.</param>
    /// <param name="disks">From where to where.</param>
    /// <param name="journal">Where progress is told.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task RunAsync(HostLink link, Guid helperId, string domainXml, IReadOnlyList<ExportedDisk> disks, IOperationJournal journal, CancellationToken cancellationToken)
    {
        using var helper = await link.WorkAsync(_ => ExportHelper.Start(link, helperId, domainXml, disks));
        await link.WorkAsync(connection =>
        {
            using var domain = connection.LookupDomainByUuid(helperId);
            BackupJob.Begin(domain, disks);
            return true;
        });
        await backup.WaitAsync(link, helperId, journal, cancellationToken);
    }
}
