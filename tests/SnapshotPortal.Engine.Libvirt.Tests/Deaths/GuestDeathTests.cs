using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests.Deaths;

/// <summary>The portal is killed while a guest with an agent is frozen, or about to be: within seconds it is thawed.</summary>
public sealed class GuestDeathTests(BootedGuest booted) : IClassFixture<BootedGuest>
{
    private PortalUnderTest Portal => booted.Portal;

    private Guest Guest => booted.Guest;

    public static TheoryData<string, string> Points => [.. DeathPoints.Cases(DeathPoints.OfGuests)];

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Death_AtAStepOfWorkOnAGuest_LeavesItThawedAndWhole(string act, string point)
    {
        await booted.ReadyAsync();
        await Guest.WriteAsync("/data/state", "then");
        var snapshot = await Portal.TakeAsync(Guest.Id, $"then {Guid.NewGuid():N}");
        await Guest.WriteAsync("/data/state", "now");
        await Portal.StopAsync();

        try
        {
            await VictimPortal.DieAsync(Portal, point, act == "Shutdown" ? "power" : act, act == "restore" ? snapshot.Id : Guest.Id, act == "Shutdown" ? act : $"{point} {Guid.NewGuid():N}");

            // Whoever froze it is dead; the guard is not.
            await Eventually.TrueAsync(() => Task.Run(() => !Guest.IsActive || (Guest.AgentAnswers() && Guest.FreezeStatus() == "thawed")), "the guest is thawed while the portal is dead");
        }
        finally
        {
            await Portal.StartAsync();
        }

        await Portal.IdleAsync();
        await using (var db = await Portal.DbAsync())
        {
            var last = await db.Operations.AsNoTracking().Where(static o => o.Kind != OperationKind.CollectLayers).OrderByDescending(static o => o.RequestedAt).FirstAsync();
            Assert.Equal(point[..point.IndexOf(':', StringComparison.Ordinal)], last.Kind.ToString());
            Assert.True(last.State == OperationState.Succeeded || last.ErrorCode == FailureCodes.Interrupted, $"{last.State}: {last.ErrorCode}: {last.ErrorMessage}");
            Assert.Null((await db.Vms.AsNoTracking().SingleAsync(v => v.Id == Guest.Id)).Drift);
        }

        await booted.ReadyAsync();
        await FileAgreement.AssertAsync(Portal, booted.Host);
        Assert.Equal("thawed", Guest.FreezeStatus());
        Assert.Equal(act == "restore" ? "then" : "now", await Guest.ReadAsync("/data/state"));
        await Portal.TakeAsync(Guest.Id, $"life goes on {Guid.NewGuid():N}");
    }
}
