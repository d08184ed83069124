using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests;

/// <summary>Machines that become somebody else's.</summary>
public sealed class GivingTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private Portal _portal = null!;
    private Guid _vm;

    public async ValueTask InitializeAsync()
    {
        _portal = await Portal.StartAsync();
        _vm = await _portal.AddVmAsync("web");
    }

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task Machine_GivenAway_IsTheOthersWithItsSnapshotsAndExports()
    {
        var snapshot = await _portal.TakeAsync(_vm, "before");
        var export = await _portal.ExportAsync(snapshot);

        var given = await _portal.Vms.GiveAsync(Portal.Admin, _vm, Portal.Ben.UserId, None);

        Assert.Equal((Portal.Ben.UserId, "Ben"), (given.Value!.OwnerId, given.Value.OwnerName));
        Assert.True((await _portal.Snapshots.GetAsync(Portal.Ben, snapshot, None)).IsSuccess);
        Assert.True((await _portal.Exports.GetAsync(Portal.Ben, export, None)).IsSuccess);
        Assert.Equal(FailureKind.NotFound, (await _portal.Vms.GetAsync(Portal.Anna, _vm, None)).Failure!.Kind);
        Assert.Equal(FailureKind.NotFound, (await _portal.Snapshots.GetAsync(Portal.Anna, snapshot, None)).Failure!.Kind);
        Assert.Equal(FailureKind.NotFound, (await _portal.Exports.GetAsync(Portal.Anna, export, None)).Failure!.Kind);
        Assert.False(await _portal.Consoles.MayStayAsync(Portal.Anna, _vm, None));
    }

    [Fact]
    public async Task Machine_GivenToNobody_StaysWhoseItIs()
    {
        var refused = await _portal.Vms.GiveAsync(Portal.Admin, _vm, Guid.NewGuid(), None);

        Assert.Equal(FailureCodes.UserUnknown, refused.Failure!.Code);
        Assert.True((await _portal.Vms.GetAsync(Portal.Anna, _vm, None)).IsSuccess);
    }

    [Fact]
    public async Task Machine_ThatIsNot_CannotBeGiven()
        => Assert.Equal(FailureKind.NotFound, (await _portal.Vms.GiveAsync(Portal.Admin, Guid.NewGuid(), Portal.Ben.UserId, None)).Failure!.Kind);
}
