using LibVirt;
using SnapshotPortal.Domain.Identities;
using SnapshotPortal.Engine.Libvirt.Capturing;
using SnapshotPortal.Engine.Libvirt.Cloning;
using SnapshotPortal.Engine.Libvirt.Comparing;
using SnapshotPortal.Engine.Libvirt.Configuring;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Examining;
using SnapshotPortal.Engine.Libvirt.Exporting;
using SnapshotPortal.Engine.Libvirt.Flattening;
using SnapshotPortal.Engine.Libvirt.Freezing;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Engine.Libvirt.Identities;
using SnapshotPortal.Engine.Libvirt.Importing;
using SnapshotPortal.Engine.Libvirt.Measuring;
using SnapshotPortal.Engine.Libvirt.Merging;
using SnapshotPortal.Engine.Libvirt.Power;
using SnapshotPortal.Engine.Libvirt.Restoring;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt;

/// <summary>The engine over libvirt: each act is a class of its own, this is their common door.</summary>
internal sealed class LibvirtEngine(
    HostLinks links,
    HostWatch watch,
    Freezer freezer,
    SnapshotCapture capture,
    SnapshotRestore restore,
    VmClone clone,
    CloneOffers offers,
    GuestIdentification identification,
    ImageUpload upload,
    ImageImport import,
    LayerMerge merge,
    VolumeRemoval removal,
    PowerChange power,
    SpaceCheck space,
    DiskFlatten flatten,
    MachineSettings settings,
    MachineNetwork network,
    HostMeasures measures,
    DiskExport export,
    ExportedVolumes exported,
    MachineExamination examination,
    HostExamination survey,
    PortalRecord records) : IHypervisorEngine
{
    // A display of 4K in PPM is 25 MB; more is not a screen.
    private const int MaxScreenshotBytes = 64 * 1024 * 1024;

    public IAsyncEnumerable<HostSignal> WatchAsync(HostRef host, CancellationToken cancellationToken) => watch.WatchAsync(host, cancellationToken);

    public Task<VmInspection> InspectAsync(HostRef host, Guid vmId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var link = links[host];
        return link.ControlAsync(connection =>
        {
            using var domain = connection.LookupDomainByUuid(vmId);
            var current = DomainDefinition.Parse(domain.GetXmlDescription());
            var persistent = DomainDefinition.Parse(domain.GetXmlDescription(DomainXmlFlags.Inactive));
            var disks = DiskSurvey.Look(connection, domain, current, persistent, link);
            var room = disks.Where(static d => d.Included).GroupBy(static d => d.File!.Pool, StringComparer.Ordinal)
                .Select(pool => new PoolSpace(PoolCatalog.FreeBytes(connection, pool.Key), space.NeededBytes(pool.Count())))
                .MinBy(static s => s.Free - s.Needed);
            if (!domain.IsActive)
            {
                disks = [.. disks.Select(disk => disk.File is { } file ? disk with { BackingChain = [.. Volumes.Behind(connection, link.Pools, file).Select(static f => f.Path)] } : disk)];
            }

            var seen = Domains.Observe(domain);
            return new VmInspection(seen, seen.AgentConnected && freezer.Answers(domain), disks, room, MachineReadiness.WhyNot(domain, current)?.Message);
        });
    }

    public Task<IReadOnlyList<VmObservation>> ListDomainsAsync(HostRef host, CancellationToken cancellationToken)
        => links[host].ControlAsync<IReadOnlyList<VmObservation>>(HostWatch.List);

    public Task RefreshPoolsAsync(HostRef host, IReadOnlyCollection<string> pools, CancellationToken cancellationToken)
        => examination.RefreshAsync(host, pools, cancellationToken);

    public Task<MachineTruth> ExamineAsync(HostRef host, Guid vmId, IReadOnlyCollection<LayerFile> files, CancellationToken cancellationToken)
        => examination.RunAsync(host, vmId, files, cancellationToken);

    public Task<HostSurvey> SurveyAsync(HostRef host, CancellationToken cancellationToken) => survey.RunAsync(host, cancellationToken);

    public Task WriteRecordAsync(HostRef host, Guid vmId, string record, CancellationToken cancellationToken)
        => records.WriteAsync(host, vmId, record, cancellationToken);

    public Task<IReadOnlyList<VmCounters>> ReadCountersAsync(HostRef host, CancellationToken cancellationToken)
    {
        var link = links[host];
        return link.ControlAsync(connection => link.Pulled.Ask(pulled => MachineCounters.Read(connection, pulled)));
    }

    public Task<HostReading> ReadHostAsync(HostRef host, CancellationToken cancellationToken) => measures.ReadAsync(host);

    public Task<NetworkReading> ReadNetworkAsync(HostRef host, Guid vmId, bool askGuest, CancellationToken cancellationToken)
        => network.ReadAsync(host, vmId, askGuest);

    public Task LetGuestTellMemoryAsync(HostRef host, Guid vmId, CancellationToken cancellationToken)
        => links[host].GuestAsync(connection => GuestMemory.LetTell(connection, vmId));

    public Task<string> ReadDefinitionAsync(HostRef host, Guid vmId, CancellationToken cancellationToken)
        => links[host].ControlAsync(connection =>
        {
            using var domain = connection.LookupDomainByUuid(vmId);
            return DomainDefinition.Parse(domain.GetXmlDescription(DomainXmlFlags.Inactive | DomainXmlFlags.Secure)).WithoutRecord();
        });

    public IReadOnlyList<ConfigurationDifference> CompareConfigurations(string before, string after) => DefinitionComparison.Between(before, after);

    public Task<EngineScreenshot> ScreenshotAsync(HostRef host, Guid vmId, CancellationToken cancellationToken)
        => links[host].ControlAsync(connection =>
        {
            using var domain = connection.LookupDomainByUuid(vmId);
            using var content = new BoundedStream(MaxScreenshotBytes);
            var mediaType = domain.Screenshot(content);
            return new EngineScreenshot(content.ToArray(), mediaType);
        });

    public Task<EarlyLook?> CheckTakeAsync(HostRef host, Guid vmId, bool withMemory, CancellationToken cancellationToken)
        => capture.CheckAsync(host, vmId, withMemory);

    public Task<CaptureResult> TakeSnapshotAsync(TakeSnapshotOrder order, IOperationJournal journal, CancellationToken cancellationToken)
        => capture.TakeAsync(order, journal, cancellationToken);

    public Task<CaptureResult?> RecoverTakeSnapshotAsync(TakeSnapshotOrder order, IOperationJournal journal, CancellationToken cancellationToken)
        => capture.RecoverAsync(order, journal, cancellationToken);

    public Task<RestoreResult> RestoreAsync(RestoreOrder order, IOperationJournal journal, CancellationToken cancellationToken)
        => restore.RunAsync(order, journal, cancellationToken);

    public Task<RestoreResult?> RecoverRestoreAsync(RestoreOrder order, IOperationJournal journal, CancellationToken cancellationToken)
        => restore.RecoverAsync(order, journal, cancellationToken);

    public Task<CloneOffer> DescribeCloneAsync(HostRef host, MachineConfiguration configuration, IReadOnlyDictionary<string, LayerFile> layers, CancellationToken cancellationToken)
        => offers.DescribeAsync(host, configuration, layers);

    public Task CheckCloneAsync(CloneOrder order, CancellationToken cancellationToken) => offers.CheckAsync(order);

    public Task<IdentityResult> GiveIdentityAsync(IdentityOrder order, IOperationJournal journal, CancellationToken cancellationToken)
        => identification.RunAsync(order, journal, cancellationToken);

    public Task<(IdentityOrder Repeat, bool ScriptLost)> RecoverIdentityAsync(IdentityOrder order, IOperationJournal journal, CancellationToken cancellationToken)
        => GuestIdentification.RecoverAsync(order, journal, cancellationToken);

    public IReadOnlyList<string> NetworksOf(string domainXml) => DomainDefinition.Parse(domainXml).Networks;

    public Task<IReadOnlyList<NetworkSeen>> ListNetworksAsync(HostRef host, CancellationToken cancellationToken)
        => links[host].ControlAsync<IReadOnlyList<NetworkSeen>>(CloneOffers.Networks);

    public Task<ImageSeen> UploadImageAsync(HostRef host, string pool, string volume, Stream content, ImageLimits limits, CancellationToken cancellationToken)
        => upload.RunAsync(host, pool, volume, content, limits, cancellationToken);

    public Task<ImportResult> ImportAsync(ImportOrder order, IOperationJournal journal, CancellationToken cancellationToken)
        => import.RunAsync(order, journal, cancellationToken);

    public Task<ImportResult?> RecoverImportAsync(ImportOrder order, IOperationJournal journal, CancellationToken cancellationToken)
        => import.RecoverAsync(order, journal, cancellationToken);

    public Task<GuestFacts?> ReadIdentityAsync(HostRef host, Guid vmId, CancellationToken cancellationToken)
        => identification.ReadAsync(host, vmId);

    public Task<CloneResult> CloneAsync(CloneOrder order, IOperationJournal journal, CancellationToken cancellationToken)
        => clone.RunAsync(order, journal, cancellationToken);

    public Task<CloneResult?> RecoverCloneAsync(CloneOrder order, IOperationJournal journal, CancellationToken cancellationToken)
        => clone.RecoverAsync(order, journal, cancellationToken);

    public Task PowerAsync(HostRef host, Guid vmId, PowerAction action, IOperationJournal journal, CancellationToken cancellationToken)
        => power.RunAsync(host, vmId, action, journal, cancellationToken);

    public Task<BootSettings> ReadBootAsync(HostRef host, Guid vmId, CancellationToken cancellationToken) => settings.ReadAsync(host, vmId);

    public Task ConfigureAsync(ConfigureOrder order, IOperationJournal journal, CancellationToken cancellationToken)
        => settings.RunAsync(order, journal, cancellationToken);

    public Task<bool> RecoverConfigureAsync(ConfigureOrder order, IOperationJournal journal, CancellationToken cancellationToken)
        => settings.RecoverAsync(order, journal, cancellationToken);

    public Task DeleteVmAsync(HostRef host, Guid vmId, IOperationJournal journal, CancellationToken cancellationToken)
        => power.DeleteAsync(host, vmId, journal, cancellationToken);

    public Task RemoveVolumeAsync(HostRef host, LayerFile file, IOperationJournal journal, CancellationToken cancellationToken)
        => removal.RunAsync(host, file, cancellationToken);

    public Task MergeAsync(MergeOrder order, IOperationJournal journal, CancellationToken cancellationToken)
        => merge.RunAsync(order, journal, cancellationToken);

    public Task<bool> RecoverMergeAsync(MergeOrder order, IOperationJournal journal, CancellationToken cancellationToken)
        => merge.RecoverAsync(order, journal, cancellationToken);

    public Task<ThawAnswer> ThawAsync(HostRef host, Guid vmId, CancellationToken cancellationToken)
        => freezer.CollectAsync(host, vmId);

    public Task<IReadOnlyDictionary<Guid, long>> MeasureAsync(HostRef host, IReadOnlyCollection<LayerFile> files, CancellationToken cancellationToken)
        => links[host].ControlAsync<IReadOnlyDictionary<Guid, long>>(connection =>
        {
            var sizes = new Dictionary<Guid, long>();
            foreach (var file in files)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Volumes.AllocationOf(connection, file.Pool, file.Volume) is { } bytes)
                {
                    sizes[file.LayerId] = bytes;
                }
            }

            return sizes;
        });

    public Task<bool> FlattenAsync(FlattenOrder order, IOperationJournal journal, CancellationToken cancellationToken)
        => flatten.RunAsync(order, journal, cancellationToken);

    public void ExpectPull(HostRef host, Guid vmId) => links[host].Pulled.Expect(vmId);

    public Task<bool> RecoverFlattenAsync(FlattenOrder order, IOperationJournal journal, CancellationToken cancellationToken)
        => flatten.RecoverAsync(order, journal, cancellationToken);

    public Task<IReadOnlyList<ExportFile>> ExportAsync(ExportOrder order, IOperationJournal journal, CancellationToken cancellationToken)
        => export.RunAsync(order, journal, cancellationToken);

    public Task UndoExportAsync(HostRef host, IOperationJournal journal, CancellationToken cancellationToken)
        => export.UndoAsync(host, journal, cancellationToken);

    public Task RemoveExportAsync(HostRef host, ExportFile file, CancellationToken cancellationToken)
        => exported.RemoveAsync(host, file, cancellationToken);

    public Task<Stream> OpenExportAsync(HostRef host, ExportFile file, CancellationToken cancellationToken)
        => exported.OpenAsync(host, file, cancellationToken);

    /// <summary>A memory stream that a hostile display cannot fill without end.</summary>
    private sealed class BoundedStream(int limit) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count)
        {
            Require(count);
            base.Write(buffer, offset, count);
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Require(buffer.Length);
            base.Write(buffer);
        }

        private void Require(int more)
        {
            if (Length + more > limit)
            {
                throw new EngineException(FailureCodes.HypervisorError, "The picture of the display is larger than any display.");
            }
        }
    }
}
