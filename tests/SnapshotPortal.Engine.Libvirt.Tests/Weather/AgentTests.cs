using System.Globalization;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests.Weather;

/// <summary>Agents that hang or die in the middle of a snapshot, at the freeze or at the thaw.</summary>
public sealed class AgentTests(BootedGuest booted) : IClassFixture<BootedGuest>
{
    private Guest Guest => booted.Guest;

    [Theory]
    [InlineData("STOP", 0.05)]
    [InlineData("STOP", 0.15)]
    [InlineData("STOP", 0.3)]
    [InlineData("KILL", 0.1)]
    public async Task Take_WhoseAgentHangsOrDiesInTheMiddle_HasAnOutcomeAndTheGuestIsThawedInTheEnd(string signal, double after)
    {
        await booted.ReadyAsync();
        var (name, delay) = ($"agent {signal} {Guid.NewGuid():N}", after.ToString(CultureInfo.InvariantCulture));

        // It wakes up again later, and works off what it was asked meanwhile; a killed one is started again by the guest's init.
        var woken = $"/run/woken-{Guid.NewGuid():N}";
        await Guest.ShAsync($"(sleep {delay}; kill -{signal} $(pidof qemu-ga); sleep 12; kill -CONT $(pidof qemu-ga); touch {woken}) >/dev/null 2>&1 &");
        var ended = await booted.Portal.EndAsync(await booted.Portal.Snapshots.TakeAsync(booted.Portal.Owner, Guest.Id, new TakeSnapshotRequest(name), CancellationToken.None));

        Assert.True(ended.State is OperationState.Succeeded, $"{ended.ErrorCode}: {ended.ErrorMessage}");
        await Guest.BootedAsync();
        await Eventually.TrueAsync(
            async () =>
            {
                await using var db = await booted.Portal.DbAsync();
                return !await db.FreezeDebts.AnyAsync();
            },
            "the debt is paid",
            TimeSpan.FromSeconds(90));

        // The signal may come after all this: nothing is said of the guest until it is over.
        await Guest.ShUntilAsync($"test -e {woken}", TimeSpan.FromSeconds(90));
        await Eventually.TrueAsync(() => Task.Run(Guest.SaysThawed), "the guest says that it is thawed", TimeSpan.FromSeconds(60));
        await Guest.WriteAsync("/data/after", "written");
    }
}
