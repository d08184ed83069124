using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Engine.Libvirt.Tests.Tree;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests.Weather;

/// <summary>Many requests at once, for one machine and for many.</summary>
public sealed class CrowdTests : IAsyncLifetime
{
    private GuestHost _host = null!;
    private PortalUnderTest _portal = null!;

    public async ValueTask InitializeAsync()
    {
        _host = GuestHost.Create();
        _portal = await PortalUnderTest.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _portal.DisposeAsync();
        _host.Dispose();
    }

    [Fact]
    public async Task TwentyOperations_QueuedOnOneMachine_AllSucceedOneAfterTheOther()
    {
        var machine = BlankMachine.Define(_host);
        await _portal.AdoptAsync(machine.Id);
        await _portal.SucceedAsync(_portal.Vms.PowerAsync(_portal.Owner, machine.Id, new PowerRequest(PowerAction.Start), CancellationToken.None));

        var asked = await Task.WhenAll(Enumerable.Range(1, 20).Select(n =>
            _portal.Snapshots.TakeAsync(_portal.Owner, machine.Id, new TakeSnapshotRequest($"number {n}"), CancellationToken.None)));
        await _portal.IdleAsync();

        await using var db = await _portal.DbAsync();
        var done = await db.Operations.AsNoTracking().Where(static o => o.Kind == OperationKind.TakeSnapshot).ToListAsync();
        Assert.Equal(20, done.Count);
        Assert.All(done, static o => Assert.Equal(OperationState.Succeeded, o.State));
        var spans = done.OrderBy(static o => o.StartedAt).ToList();
        Assert.All(spans.Zip(spans.Skip(1)), static pair => Assert.True(pair.First.CompletedAt <= pair.Second.StartedAt, "two of them ran at once"));
        Assert.Equal(21, _host.Guest(machine.Id).Chain("vda").Count);

        // Twenty deletions at once: the machine ends on its first file, having run all the time.
        foreach (var outcome in asked)
        {
            Assert.True((await _portal.Snapshots.DeleteAsync(_portal.Owner, outcome.Value!.SnapshotId!.Value, null, CancellationToken.None)).IsSuccess);
        }

        await Eventually.TrueAsync(() => Task.Run(() => _host.Guest(machine.Id).Chain("vda").Count == 1), "every layer is merged", TimeSpan.FromSeconds(120));
        await _portal.IdleAsync();
        await FileAgreement.AssertAsync(_portal, _host);
        Assert.True(machine.Runs);
    }

    [Fact]
    public async Task FiftyMachines_SnapshottedAtOnce_AllSucceed()
    {
        var machines = Enumerable.Range(0, 50).Select(_ => BlankMachine.Define(_host)).ToList();
        foreach (var machine in machines)
        {
            await _portal.AdoptAsync(machine.Id);
        }

        await Task.WhenAll(machines.Select(async machine =>
            Assert.True((await _portal.Snapshots.TakeAsync(_portal.Owner, machine.Id, new TakeSnapshotRequest("at once"), CancellationToken.None)).IsSuccess)));
        await _portal.IdleAsync();

        await using var db = await _portal.DbAsync();
        Assert.Equal(50, await db.Snapshots.CountAsync(static s => s.Phase == SnapshotPhase.Succeeded));
        await FileAgreement.AssertAsync(_portal, _host);
    }
}
