using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>A schedule at work on a real guest: taken by itself, and the old one's files are gone.</summary>
public sealed class ScheduleTests
{
    [Fact]
    public async Task Schedule_RunsThatAreOwed_AreTakenOfTheRunningGuestAndTheOldOnesAreMerged()
    {
        using var host = GuestHost.Create();
        await using var portal = await PortalUnderTest.StartAsync();
        var id = host.Define(host.NewName("nightly"));
        var guest = await host.Guest(id).BootedAsync();
        await portal.AdoptAsync(id);
        var schedules = portal.Services.GetRequiredService<ISchedules>();
        var rule = new ScheduleRule("0 2 * * *", "Europe/Berlin", new Retention(Last: 1));
        Assert.True((await schedules.SetAsync(portal.Owner, id, new SetScheduleRequest(rule), CancellationToken.None)).IsSuccess);

        await guest.WriteAsync("/root/one", "1");
        var first = await RunAsync(portal, id, []);
        Assert.Equal((SnapshotOrigin.Schedule, SnapshotPhase.Succeeded), (first.Origin, first.Phase));
        Assert.NotNull(first.FreezeWindow);
        await guest.WriteAsync("/root/two", "2");
        var second = await RunAsync(portal, id, [first.Id]);

        await Eventually.TrueAsync(() => Task.Run(() => guest.Chain("vda").Count == 2), "the first one's layer is merged");
        await portal.IdleAsync();
        Assert.Equal([second.Id], (await portal.Snapshots.ListAsync(portal.Owner, id, CancellationToken.None)).Value!.Select(static s => s.Id));
        Assert.Equal("12", await guest.ShAsync("cat /root/one /root/two"));
    }

    /// <summary>Makes a run due, as if the portal had been off at its time, and waits for its end.</summary>
    private static async Task<Snapshot> RunAsync(PortalUnderTest portal, Guid vmId, IReadOnlyCollection<Guid> known)
    {
        await using var db = await portal.DbAsync();
        await db.Schedules.Where(s => s.VmId == vmId).ExecuteUpdateAsync(s => s.SetProperty(x => x.NextRunAt, TimeProvider.System.GetUtcNow().AddHours(-1)));
        return (await Eventually.GetAsync(
            async () =>
            {
                var state = await db.Schedules.AsNoTracking().SingleAsync(s => s.VmId == vmId);
                Assert.NotEqual(ScheduleOutcome.Failed, state.LastOutcome);
                return state is { RunningSnapshotId: null, LastOutcome: ScheduleOutcome.Succeeded }
                    ? await db.Snapshots.AsNoTracking().FirstOrDefaultAsync(s => s.VmId == vmId && s.Phase == SnapshotPhase.Succeeded && !known.Contains(s.Id))
                    : null;
            },
            "the run has ended"))!;
    }
}
