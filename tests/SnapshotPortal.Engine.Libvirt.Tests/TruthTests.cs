using LibVirt;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Doctoring;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Records;
using SnapshotPortal.Operations.Recovering;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>Database, libvirt and the real backing chains are compared; a lost database is rebuilt from the hosts.</summary>
public sealed class TruthTests
{
    private static readonly Dictionary<string, string?> Often = new(StringComparer.Ordinal) { ["SnapshotPortal:DriftCheck"] = "00:00:10" };
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Drift_SomebodyTookASnapshotWithVirsh_IsFoundWithoutBeingAskedAndGoesAfterItsMerge()
    {
        using var host = GuestHost.Create();
        await using var portal = await PortalUnderTest.StartAsync(settings: Often);
        var id = host.Define(host.NewName("virsh"));
        await portal.AdoptAsync(id);
        await portal.TakeAsync(id, "ours");
        var ours = host.Guest(id).DiskFile("vda");
        var foreign = Path.Combine(host.Folder, "by-hand.qcow2");

        host.Guest(id).Do(d =>
        {
            using var snapshot = d.CreateSnapshot($"<domainsnapshot><name>by-hand</name><disks><disk name='vda' snapshot='external'><source file='{foreign}'/></disk></disks></domainsnapshot>", DomainSnapshotCreateFlags.DiskOnly);
        });

        var drift = await MarkedAsync(portal, id);
        Assert.Contains($"vda lies in {foreign}", drift, StringComparison.Ordinal);
        Assert.Contains(ours, drift, StringComparison.Ordinal);
        Assert.Equal(FailureCodes.Drift, (await portal.Snapshots.TakeAsync(portal.Owner, id, new TakeSnapshotRequest("no"), CancellationToken.None)).Failure!.Code);
        Assert.True(File.Exists(foreign));
        Assert.Contains(await FindingsAsync(portal), f => f.Contains("libvirt keeps a snapshot “by-hand” of it", StringComparison.Ordinal));

        // What the administrator's guide says.
        GuestHost.Run("virsh", "-c", GuestHost.Uri, "blockcommit", id.ToString(), "vda", "--active", "--shallow", "--pivot", "--wait");

        await UnmarkedAsync(portal, id);
        await portal.TakeAsync(id, "works again");
    }

    [Fact]
    public async Task Drift_VolumeDeletedAndBackingFileChangedBehindOurBack_AreFoundOnAMachineThatIsOff()
    {
        using var host = GuestHost.Create();
        await using var portal = await PortalUnderTest.StartAsync(settings: Often);
        var id = host.Define(host.NewName("files"), start: false);
        await portal.AdoptAsync(id);
        await portal.TakeAsync(id, "one");
        var middle = host.Guest(id).DiskFile("vda");
        await portal.TakeAsync(id, "two");
        var (head, root) = (host.Guest(id).DiskFile("vda"), host.Guest(id).Chain("vda")[^1]);

        GuestHost.Run("qemu-img", "rebase", "-u", "-f", "qcow2", "-F", "qcow2", "-b", root, head);
        var rebased = await MarkedAsync(portal, id);
        Assert.Contains($"{head} of the disk vda stands on {root}, where the portal left it standing on {middle}", rebased, StringComparison.Ordinal);
        GuestHost.Run("qemu-img", "rebase", "-u", "-f", "qcow2", "-F", "qcow2", "-b", middle, head);
        await UnmarkedAsync(portal, id);

        File.Move(middle, middle + ".away");
        Assert.Contains($"The file {middle} of the disk vda is gone.", await MarkedAsync(portal, id), StringComparison.Ordinal);
        Assert.Contains(await FindingsAsync(portal), f => f.Contains($"The file {middle} of the layer", StringComparison.Ordinal));
        File.Move(middle + ".away", middle);
        await UnmarkedAsync(portal, id);
    }

    [Fact]
    public async Task Record_OfARunningMachine_IsInItsDefinitionAndInTheRunningOne()
    {
        using var host = GuestHost.Create();
        await using var portal = await PortalUnderTest.StartAsync();
        var id = host.Define(host.NewName("record"));
        await portal.AdoptAsync(id);
        await portal.TakeAsync(id, "one");
        await portal.TakeAsync(id, "two");
        await FreshAsync(portal, id);

        var element = "";
        host.Guest(id).Do(d => element = d.GetMetadata(DomainMetadataType.Element, "urn:snapshotportal:record:1", DomainModificationImpact.Config));
        var live = "";
        host.Guest(id).Do(d => live = d.GetMetadata(DomainMetadataType.Element, "urn:snapshotportal:record:1", DomainModificationImpact.Live));

        Assert.Equal(element, live);
        var record = RecordElement.Read(element).Record!;
        Assert.Equal(["two", "one"], record.Snapshots.Select(static s => s.Name));

        // Definitions that held the record would grow twofold with every snapshot.
        Assert.All(record.Snapshots, static s => Assert.DoesNotContain("urn:snapshotportal", s.DomainXml, StringComparison.Ordinal));
        TestContext.Current.TestOutputHelper?.WriteLine($"{element.Length} characters for 2 snapshots");
    }

    [Fact]
    public async Task Recover_AfterTheDatabaseIsLost_SnapshotsRestoreWithTheirContentAndDeletesLeaveNoStrayFile()
    {
        using var host = GuestHost.Create();
        var id = host.Define(host.NewName("lost"));
        Guid clone;
        string email;
        Dictionary<Guid, string> layers;
        await using (var lost = await PortalUnderTest.StartAsync())
        {
            var guest = await host.Guest(id).BootedAsync();
            await lost.AdoptAsync(id);
            await guest.WriteAsync("/root/state", "one");
            var one = await lost.TakeAsync(id, "one");
            await guest.WriteAsync("/root/state", "two");
            await lost.TakeAsync(id, "two");
            clone = (await lost.SucceedAsync(lost.Snapshots.CloneAsync(lost.Owner, one.Id, new CloneVmRequest(host.NewName("clone"), Start: false), CancellationToken.None))).VmId;
            await guest.WriteAsync("/root/state", "three");
            await lost.SucceedAsync(lost.Snapshots.RestoreAsync(lost.Owner, one.Id, new RestoreSnapshotRequest(TargetReadinessPolicy.StopTarget), CancellationToken.None));
            await FreshAsync(lost, id);
            await FreshAsync(lost, clone);
            await using var db = await lost.DbAsync();
            email = await db.Users.Where(u => u.Id == lost.Owner.UserId).Select(static u => u.Email!).SingleAsync();
            layers = await db.Layers.ToDictionaryAsync(static l => l.Id, static l => $"{l.Path} {l.State} {l.ParentId} {l.HeadOfVmId} {l.CreatedByPortal}");
        }

        await using var portal = await PortalUnderTest.StartAsync(replace: services => OnlyThisFolder.Replace(services, host.Folder));
        var report = (await portal.Services.GetRequiredService<IRecovery>().RunAsync(merge: false, dryRun: false, CancellationToken.None)).Value!;

        Assert.Empty(report.Problems);
        Assert.Equal(2, report.Machines.Count);
        Assert.All(report.Machines, m => Assert.Equal((email, true, 0), (m.Owner, m.OwnerIsNew, m.Notes.Count)));
        await using (var db = await portal.DbAsync())
        {
            Assert.Equal(layers, await db.Layers.ToDictionaryAsync(static l => l.Id, static l => $"{l.Path} {l.State} {l.ParentId} {l.HeadOfVmId} {l.CreatedByPortal}"));
        }

        var recovered = (await portal.Snapshots.ListAsync(portal.Administrator, id, CancellationToken.None)).Value!;
        Assert.Equal(3, recovered.Count);
        foreach (var (name, content) in (IEnumerable<(string, string)>)[("two", "two"), ("one", "one")])
        {
            await portal.SucceedAsync(portal.Snapshots.RestoreAsync(portal.Administrator, recovered.Single(s => s.Name == name).Id, new RestoreSnapshotRequest(TargetReadinessPolicy.StopTarget, KeepPresent: false), CancellationToken.None));
            Assert.Equal(content, await (await host.Guest(id).BootedAsync()).ReadAsync("/root/state"));
        }

        await portal.SucceedAsync(portal.Snapshots.RestoreAsync(portal.Administrator, recovered.Single(static s => s.Name.StartsWith("Before restore", StringComparison.Ordinal)).Id, new RestoreSnapshotRequest(TargetReadinessPolicy.StopTarget, KeepPresent: false), CancellationToken.None));
        Assert.Equal("three", await (await host.Guest(id).BootedAsync()).ReadAsync("/root/state"));

        await portal.SucceedAsync(portal.Vms.DeleteAsync(portal.Administrator, clone, null, CancellationToken.None));
        foreach (var snapshot in recovered)
        {
            await portal.SucceedAsync(portal.Snapshots.DeleteAsync(portal.Administrator, snapshot.Id, null, CancellationToken.None));
        }

        await Eventually.TrueAsync(
            async () =>
            {
                await using var db = await portal.DbAsync();
                return await db.Layers.CountAsync() == 1;
            },
            "everything is merged into one file",
            TimeSpan.FromSeconds(90));
        await portal.IdleAsync();
        Assert.Empty(Directory.EnumerateFiles(host.Folder, "sp-*"));
        Assert.Equal("three", await host.Guest(id).ReadAsync("/root/state"));
        await FreshAsync(portal, id);
        Assert.DoesNotContain(await FindingsAsync(portal, Severity.Wrong), f => f.Contains(host.Folder, StringComparison.Ordinal));
    }

    private static async Task<string> MarkedAsync(PortalUnderTest portal, Guid id)
    {
        string? drift = null;
        await Eventually.TrueAsync(async () => (drift = (await VmAsync(portal, id)).Drift) is not null, "the machine is marked", Patience);
        return drift!;
    }

    /// <summary>Waits until the mark is gone, looking again at once instead of at the watch's leisure.</summary>
    private static async Task UnmarkedAsync(PortalUnderTest portal, Guid id)
    {
        string? drift = null;
        try
        {
            await Eventually.TrueAsync(
                async () =>
                {
                    portal.Services.GetRequiredService<DriftTrigger>().Ask(id);
                    return (drift = (await VmAsync(portal, id)).Drift) is null;
                },
                "the mark is gone",
                Patience);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} It says: {drift}", e);
        }
    }

    private static Task FreshAsync(PortalUnderTest portal, Guid id)
        => Eventually.TrueAsync(async () => await VmAsync(portal, id) is { } vm && vm.RecordWritten == vm.RecordRevision, "the record is written", Patience);

    private static async Task<VirtualMachine> VmAsync(PortalUnderTest portal, Guid id)
    {
        await using var db = await portal.DbAsync();
        return await db.Vms.AsNoTracking().SingleAsync(v => v.Id == id);
    }

    private static async Task<List<string>> FindingsAsync(PortalUnderTest portal, Severity? severity = null)
        => [.. (await portal.Services.GetRequiredService<IDoctor>().ExamineAsync(CancellationToken.None)).Sections.SelectMany(static s => s.Findings).Where(f => severity is null || f.Severity == severity).Select(static f => f.Text)];
}
