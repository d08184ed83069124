using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests;

/// <summary>Somebody sets the clock of the portal's machine while it works.</summary>
public sealed class ClockTests
{
    [Theory]
    [InlineData(-60)]
    [InlineData(60)]
    [InlineData(60 * 24 * 400)]
    public async Task Clock_SetWhileASnapshotIsTaken_EndsNothingAndRepeatsNothing(int minutes)
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var gate = portal.Engine.Block("Take:Capture");
        var running = await portal.RequestTakeAsync(vm, "first");
        await gate.EnteredAsync();
        var waiting = await portal.RequestTakeAsync(vm, "second", deadline: TimeSpan.FromHours(24));

        portal.Time.AdjustTime(portal.Time.GetUtcNow().AddMinutes(minutes));

        // The leases are looked at meanwhile: what runs here is not taken for abandoned.
        for (var seconds = 0; seconds < 40; seconds += 5)
        {
            portal.Time.Advance(TimeSpan.FromSeconds(5));
            await portal.OperationAsync(running.Id);
        }

        gate.Open();
        Assert.Equal(OperationState.Succeeded, (await portal.EndedWhileTimePassesAsync(running.Id)).State);
        Assert.Equal(SnapshotPhase.Succeeded, (await portal.SnapshotAsync(running.SnapshotId!.Value)).Phase);

        // One that waits has its deadline by the clock, as it was told: more than a day later it is over, and says so.
        var second = await portal.EndedWhileTimePassesAsync(waiting.Id);
        Assert.Equal(minutes > 60 * 24 ? OperationState.Failed : OperationState.Succeeded, second.State);
        Assert.Equal(minutes > 60 * 24 ? 1 : 2, portal.Engine.Calls.Count(static c => c == "Take web"));
    }
}
