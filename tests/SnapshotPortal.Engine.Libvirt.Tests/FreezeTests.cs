using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Engine.Libvirt.Capturing;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>No guest is ever left frozen.</summary>
public sealed class FreezeTests(BootedGuest booted) : IClassFixture<BootedGuest>
{
    private Guest Guest => booted.Guest;

    [Fact]
    public async Task ThawGuard_WhenItsLineCloses_ThawsWhatIsOutstanding()
    {
        await booted.ReadyAsync();
        using var guard = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "thawguard", "SnapshotPortal.ThawGuard"))
        {
            RedirectStandardInput = true,
            UseShellExecute = false,
        })!;
        await guard.StandardInput.WriteLineAsync($"freeze {Guest.Id} {GuestHost.Uri}");
        Guest.Do(static d => d.FsFreeze());
        Assert.Equal("frozen", Guest.FreezeStatus());

        guard.StandardInput.Close();
        await guard.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(0, guard.ExitCode);
        Assert.Equal("thawed", Guest.FreezeStatus());
    }

    [Fact]
    public async Task FreezeDebt_OfAFrozenGuest_IsCollectedAndPaidOnlyWhenTheGuestSaysThawed()
    {
        await booted.ReadyAsync();
        Guest.Do(static d => d.FsFreeze());
        await using (var db = await booted.Portal.DbAsync())
        {
            db.FreezeDebts.Add(new FreezeDebt { VmId = Guest.Id, Since = TimeProvider.System.GetUtcNow(), NextAttemptAt = TimeProvider.System.GetUtcNow() });
            await db.SaveChangesAsync();
        }

        await Eventually.TrueAsync(
            async () =>
            {
                await using var db = await booted.Portal.DbAsync();
                return !await db.FreezeDebts.AnyAsync();
            },
            "the debt is paid");

        Assert.Equal("thawed", Guest.FreezeStatus());
    }

    [Fact]
    public async Task Request_ForAMachineWhoseAgentHangs_WaitsForNoAnswerAndLeavesOnlyOneQuestionWaitingOnTheHost()
    {
        await booted.ReadyAsync();
        var engine = booted.Portal.Services.GetRequiredService<IHypervisorEngine>();
        var host = new HostRef(Guid.NewGuid(), "this host", GuestHost.Uri, []);
        var awake = (MachineLook)(await engine.CheckTakeAsync(host, Guest.Id, withMemory: false, CancellationToken.None))!;
        Assert.True(await awake.AgentAnswers);

        await Guest.ShAsync("(sleep 10; kill -CONT $(pidof qemu-ga)) >/dev/null 2>&1 & (sleep 1; kill -STOP $(pidof qemu-ga)) >/dev/null 2>&1 &");
        await Eventually.TrueAsync(() => Task.Run(() => !Guest.AgentAnswers()), "the agent hangs");
        var first = (MachineLook)(await engine.CheckTakeAsync(host, Guest.Id, withMemory: false, CancellationToken.None))!;
        var second = (MachineLook)(await engine.CheckTakeAsync(host, Guest.Id, withMemory: false, CancellationToken.None))!;

        Assert.False(first.AgentAnswers.IsCompleted);
        Assert.Null(await second.AgentAnswers);
        Assert.False(await first.AgentAnswers);
        await Guest.BootedAsync();
    }

    [Fact]
    public async Task Take_WithAHungAgent_SucceedsWithoutFreezingAndTheGuestIsFreeAfterwards()
    {
        await booted.ReadyAsync();

        // The agent cannot be asked to wake itself: a process in the guest does it after a while.
        await Guest.ShAsync("(sleep 15; kill -CONT $(pidof qemu-ga)) >/dev/null 2>&1 & (sleep 1; kill -STOP $(pidof qemu-ga)) >/dev/null 2>&1 &");
        await Eventually.TrueAsync(() => Task.Run(() => !Guest.AgentAnswers()), "the agent hangs");

        var snapshot = await booted.Portal.TakeAsync(Guest.Id, "hung agent");

        Assert.Contains(snapshot.Indications, static i => i.Kind == IndicationKind.NoGuestAgent);
        await Guest.BootedAsync();
        await Eventually.TrueAsync(() => Task.Run(Guest.SaysThawed), "the guest says thawed");
    }
}
