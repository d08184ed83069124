using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>How a snapshot is taken in fair and foul weather. These guests need not boot, but for the one with an agent.</summary>
public sealed class TakeTests
{
    [Fact]
    public async Task Take_OfAPausedMachine_FreezesNothingAndSaysSo()
    {
        using var host = GuestHost.Create();
        await using var portal = await PortalUnderTest.StartAsync();
        var id = host.Define(host.NewName("paused"));
        host.Guest(id).Do(static d => d.Suspend());
        await portal.AdoptAsync(id);

        var snapshot = await portal.TakeAsync(id, "while paused");

        Assert.Equal([IndicationKind.Online, IndicationKind.Paused], snapshot.Indications.Select(static i => i.Kind));
        Assert.Null(snapshot.FreezeWindow);
    }

    [Fact]
    public async Task Take_BeforeTheAgentIsUp_IsLabelledNoGuestAgent()
    {
        using var host = GuestHost.Create();
        await using var portal = await PortalUnderTest.StartAsync();
        var id = host.Define(host.NewName("early"));
        await portal.AdoptAsync(id);

        var snapshot = await portal.TakeAsync(id, "too early for an agent");

        Assert.Contains(snapshot.Indications, static i => i.Kind == IndicationKind.NoGuestAgent);
    }

    [Fact]
    public async Task Inspect_OfAMachineWithAllKindsOfDisks_NamesTheReasonOfEachExclusion()
    {
        using var host = GuestHost.Create();
        await using var portal = await PortalUnderTest.StartAsync();
        var name = host.NewName("disks");
        var outside = Path.Combine(Path.GetTempPath(), $"sp-outside-{Guid.NewGuid():N}.qcow2");
        GuestHost.Run("qemu-img", "create", "-q", "-f", "qcow2", outside, "1M");
        try
        {
            var extra = host.ExtraDiskXml(name, "vdb", 1).Replace("<target", "<readonly/><target", StringComparison.Ordinal)
                + host.ExtraDiskXml(name, "vdc", 1).Replace("<target", "<shareable/><target", StringComparison.Ordinal).Replace("type='qcow2'", "type='raw'", StringComparison.Ordinal)
                + $"<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='{outside}'/><target dev='vdd' bus='virtio'/></disk>"
                + "<disk type='file' device='cdrom'><target dev='hdc' bus='ide'/><readonly/></disk>";
            var id = host.Define(name, start: false, xml => xml.Replace("<interface", extra + "<interface", StringComparison.Ordinal));
            await portal.AdoptAsync(id);

            var seen = (await portal.Vms.InspectAsync(portal.Owner, id, CancellationToken.None)).Value!;

            Assert.Equal(["vda"], seen.Disks.Where(static d => d.Included).Select(static d => d.Target));
            Assert.Contains("read-only", Reason("vdb"), StringComparison.Ordinal);
            Assert.Contains("shared", Reason("vdc"), StringComparison.Ordinal);
            Assert.Contains("storage pool", Reason("vdd"), StringComparison.Ordinal);
            Assert.Contains("CD-ROM", Reason("hdc"), StringComparison.Ordinal);
            Assert.True(seen.CanTakeSnapshot);
            var snapshot = await portal.TakeAsync(id, "partial");
            Assert.Equal([IndicationKind.PartialSnapshot], snapshot.Indications.Select(static i => i.Kind));
            Assert.Contains(snapshot.Disks, static d => d is { Target: "vdd", Included: false, ExclusionReason.Length: > 0 });

            string Reason(string target) => seen.Disks.Single(d => d.Target == target).ExclusionReason!;
        }
        finally
        {
            File.Delete(outside);
        }
    }

    [Fact]
    public async Task Take_WithoutAnEligibleDisk_IsRefusedWithItsCode()
    {
        using var host = GuestHost.Create();
        await using var portal = await PortalUnderTest.StartAsync();
        var id = host.Define(host.NewName("none"), start: false, static xml => xml.Replace("<target dev='vda'", "<readonly/><target dev='vda'", StringComparison.Ordinal));
        await portal.AdoptAsync(id);

        var seen = (await portal.Vms.InspectAsync(portal.Owner, id, CancellationToken.None)).Value!;
        var refused = await portal.Snapshots.TakeAsync(portal.Owner, id, new TakeSnapshotRequest("nothing"), CancellationToken.None);

        Assert.False(seen.CanTakeSnapshot);
        Assert.Contains("read-only", seen.WhyNot, StringComparison.Ordinal);
        Assert.Equal(FailureCodes.NoEligibleDisk, refused.Failure?.Code);
        Assert.Empty((await portal.Snapshots.ListAsync(portal.Owner, id, CancellationToken.None)).Value!);
    }

    [Fact]
    public async Task Take_WhereSpaceIsShort_IsRefusedWithTheNumbersAndMakesNoFile()
    {
        using var host = GuestHost.Create();
        await using var portal = await PortalUnderTest.StartAsync(settings: new(StringComparer.Ordinal) { ["Engine:ReservedBytes"] = "1000000000000000" });
        var id = host.Define(host.NewName("full"), start: false);
        await portal.AdoptAsync(id);

        var seen = (await portal.Vms.InspectAsync(portal.Owner, id, CancellationToken.None)).Value!;
        var refused = await portal.Snapshots.TakeAsync(portal.Owner, id, new TakeSnapshotRequest("no room"), CancellationToken.None);

        Assert.Equal(FailureCodes.NotEnoughSpace, refused.Failure?.Code);
        Assert.Contains("MiB free", refused.Failure!.Message, StringComparison.Ordinal);
        Assert.False(seen.CanTakeSnapshot);
        Assert.Contains("MiB free", seen.WhyNot, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(host.Folder, "sp-*"));
    }

    [Fact]
    public async Task Take_AfterSomebodySnapshottedBehindThePortal_StopsAsDriftAndTouchesNothing()
    {
        using var host = GuestHost.Create();
        await using var portal = await PortalUnderTest.StartAsync();
        var id = host.Define(host.NewName("drift"), start: false);
        await portal.AdoptAsync(id);
        var foreign = Path.Combine(host.Folder, "foreign.qcow2");
        host.Guest(id).Do(d => d.CreateSnapshot(
            $"<domainsnapshot><disks><disk name='vda' snapshot='external'><source file='{foreign}'/></disk></disks></domainsnapshot>",
            LibVirt.DomainSnapshotCreateFlags.DiskOnly | LibVirt.DomainSnapshotCreateFlags.NoMetadata).Dispose());

        var ended = await portal.EndAsync(await portal.Snapshots.TakeAsync(portal.Owner, id, new TakeSnapshotRequest("drifted"), CancellationToken.None));
        var again = await portal.Snapshots.TakeAsync(portal.Owner, id, new TakeSnapshotRequest("drifted again"), CancellationToken.None);

        Assert.Equal(FailureCodes.Drift, ended.ErrorCode);
        Assert.Equal(FailureCodes.Drift, again.Failure?.Code);
        Assert.Equal(foreign, host.Guest(id).DiskFile("vda"));
        Assert.Empty(Directory.EnumerateFiles(host.Folder, "sp-*"));
    }

    [Theory]
    [InlineData(TargetReadinessPolicy.FailImmediate, FailureCodes.VmRunning)]
    [InlineData(TargetReadinessPolicy.WaitGracePeriod, FailureCodes.Cancelled)]
    public async Task Restore_OfARunningMachineWithoutLeaveToStopIt_LeavesItRunning(TargetReadinessPolicy policy, string code)
    {
        using var host = GuestHost.Create();
        await using var portal = await PortalUnderTest.StartAsync();
        var id = host.Define(host.NewName("policy"));
        await portal.AdoptAsync(id);
        var snapshot = await portal.TakeAsync(id, "to restore");
        var head = host.Guest(id).DiskFile("vda");

        var requested = await portal.Snapshots.RestoreAsync(portal.Owner, snapshot.Id, new RestoreSnapshotRequest(policy), CancellationToken.None);
        if (policy == TargetReadinessPolicy.WaitGracePeriod)
        {
            await Eventually.TrueAsync(
                async () => (await portal.Operations.GetAsync(portal.Owner, requested.Value!.Id, CancellationToken.None)).Value!.WaitingFor is not null,
                "the restore waits for the machine to be shut down");
            await portal.Operations.CancelAsync(portal.Owner, requested.Value!.Id, CancellationToken.None);
        }

        var ended = await portal.EndAsync(requested);
        Assert.Equal(code, ended.ErrorCode);
        Assert.True(host.Guest(id).IsActive);
        Assert.Equal(head, host.Guest(id).DiskFile("vda"));
    }
}
