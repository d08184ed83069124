using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Engine.Libvirt.Tests.Tree;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>A file that somebody else's domain stands on is left, however the domain names it and whenever it came.</summary>
public sealed class ReferenceTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Export_UsedByADomainThatNamesItsPool_IsLeft()
    {
        using var host = GuestHost.Create();
        await using var portal = await PortalUnderTest.StartAsync();
        var machine = BlankMachine.Define(host);
        await portal.AdoptAsync(machine.Id);
        var snapshot = await portal.TakeAsync(machine.Id, "exported");
        var export = (await portal.SucceedAsync(portal.Exports.ExportSnapshotAsync(portal.Owner, snapshot.Id, new ExportRequest(), None))).Id;
        var volume = (await portal.Exports.GetAsync(portal.Owner, export, None)).Value!.Disks[0].Volume;
        var (name, id) = DefineOther(host, "volume", $"pool='{host.PoolName}' volume='{volume}'");

        Assert.True((await portal.Exports.DeleteAsync(portal.Owner, export, None)).IsSuccess);
        await Eventually.TrueAsync(
            async () => (await portal.Exports.GetAsync(portal.Owner, export, None)).Value?.FailureMessage?.Contains(name, StringComparison.Ordinal) ?? false,
            "the export says who uses it");

        Assert.True(File.Exists(Path.Combine(host.Folder, volume)));
        host.Guest(id).Do(static d => d.Undefine());
    }

    [Fact]
    public async Task Merge_WithADomainPutOnTheUpperFileMeanwhile_LeavesThatFile()
    {
        using var host = GuestHost.Create();
        var commit = new AtTheFirstCommit();
        await using var portal = await PortalUnderTest.StartAsync(replace: services => services.AddSingleton<IFaultPoint>(commit));
        var machine = BlankMachine.Define(host);
        await portal.AdoptAsync(machine.Id);
        var below = await portal.TakeAsync(machine.Id, "below");
        await portal.TakeAsync(machine.Id, "above");
        var first = await FirstToBeMergedAsync(portal);
        var kept = host.Guest(machine.Id).Chain(first)[1];
        var gone = host.Guest(machine.Id).Chain(BlankMachine.Targets.Single(t => t != first))[1];
        commit.Act = () => DefineOther(host, "file", $"file='{kept}'");

        await portal.SucceedAsync(portal.Snapshots.DeleteAsync(portal.Owner, below.Id, null, None));
        await Eventually.TrueAsync(() => Task.Run(() => BlankMachine.Targets.All(t => host.Guest(machine.Id).Chain(t).Count == 2)), "both disks are merged");
        await portal.IdleAsync();

        Assert.True(File.Exists(kept));
        Assert.False(File.Exists(gone));
    }

    /// <summary>A domain that the portal does not manage, on a disk of this source.</summary>
    private static (string Name, Guid Id) DefineOther(GuestHost host, string type, string source)
    {
        var (name, id) = (host.NewName("other"), Guid.NewGuid());
        using var domain = host.Connection.DefineDomain(
            $"<domain type='qemu'><name>{name}</name><uuid>{id}</uuid><memory unit='MiB'>32</memory><os><type arch='x86_64' machine='pc'>hvm</type></os>"
            + $"<devices><disk type='{type}' device='disk'><driver name='qemu' type='qcow2'/><source {source}/><target dev='vda' bus='virtio'/></disk></devices></domain>");
        return (name, id);
    }

    /// <summary>Of the layers at the bottom, the collector takes the one with the lowest id first.</summary>
    private static async Task<string> FirstToBeMergedAsync(PortalUnderTest portal)
    {
        await using var db = await portal.DbAsync();
        return (await db.Layers.AsNoTracking().ToListAsync()).Where(static l => l.ParentId is null).MinBy(static l => l.Id)!.Target;
    }

    private sealed class AtTheFirstCommit : IFaultPoint
    {
        private Action? _act;

        public Action Act
        {
            set => _act = value;
        }

        public void Reached(OperationKind kind, string step)
        {
            if (kind == OperationKind.CollectLayers && step == "Commit")
            {
                Interlocked.Exchange(ref _act, null)?.Invoke();
            }
        }
    }
}
