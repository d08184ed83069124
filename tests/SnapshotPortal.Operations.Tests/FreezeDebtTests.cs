using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests;

public sealed class FreezeDebtTests
{
    [Fact]
    public async Task Debt_BeforeTheFreeze_IsOnDiskAndIsPaidWhenTheThawIsProven()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        FreezeDebt? owed = null;
        portal.Engine.At("Take:Freeze", async _ => owed = await DebtAsync(portal, vm));

        var operation = await portal.EndedAsync(await portal.RequestTakeAsync(vm, "s"));

        Assert.Equal(operation.Id, owed!.OperationId);
        Assert.Null(await DebtAsync(portal, vm));
        Assert.DoesNotContain("Thaw", portal.Engine.Calls);
    }

    [Fact]
    public async Task Debt_ThawUnproven_IsKeptShownAndCollectedWithBackOff()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        portal.Engine.CaptureProvesThaw = false;
        portal.Engine.Thaw = static _ => Task.FromResult(new ThawAnswer(false, "The agent is silent."));
        await portal.TakeAsync(vm, "s");
        Assert.NotNull((await portal.Vms.GetAsync(Portal.Anna, vm, CancellationToken.None)).Value!.FreezeDebtSince);

        var pauses = new List<double>();
        for (var attempt = 2; attempt < 9; attempt++)
        {
            // The clock stands from the attempt on, however long its write takes.
            await portal.UntilWhileTimePassesAsync(() => Task.FromResult(portal.Engine.Calls.Count(static c => c == "Thaw") >= attempt - 1), $"attempt {attempt} is made");
            await Wait.UntilAsync(async () => (await DebtAsync(portal, vm))!.Attempts >= attempt, $"attempt {attempt} was written down");
            var debt = (await DebtAsync(portal, vm))!;
            Assert.Equal("The agent is silent.", debt.LastAnswer);
            pauses.Add((debt.NextAttemptAt - portal.Time.GetUtcNow()).TotalSeconds);
        }

        // Twice as long every time, a minute at the most; the clock may have moved a little between the write and the look.
        Assert.All(pauses.Zip((double[])[4, 8, 16, 32, 60, 60, 60]), static p => Assert.InRange(p.First, p.Second - 2, p.Second));

        portal.Engine.Thaw = static _ => Task.FromResult(new ThawAnswer(true, "thawed"));
        await portal.UntilWhileTimePassesAsync(async () => await DebtAsync(portal, vm) is null, "the debt is paid");
    }

    [Fact]
    public async Task Debt_AgentComesBack_IsTriedAtOnce()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await OweAsync(portal, vm, portal.Time.GetUtcNow().AddHours(10));
        var seen = portal.Engine.Domains[vm].Seen;

        portal.Engine.Tell(Portal.HostName, new VmChanged(seen with { AgentConnected = false }));

        await portal.UntilWhileTimePassesAsync(async () => await DebtAsync(portal, vm) is null, "the debt is paid long before its time");
        Assert.True(portal.Time.GetUtcNow().Hour < 20);
    }

    [Fact]
    public async Task Debt_MachineIsGoneFromThePortal_IsPaid()
    {
        await using var portal = await Portal.StartAsync();
        var gone = Guid.NewGuid();
        await OweAsync(portal, gone, portal.Time.GetUtcNow());

        await portal.UntilWhileTimePassesAsync(async () => await DebtAsync(portal, gone) is null, "the debt is gone");

        Assert.DoesNotContain("Thaw", portal.Engine.Calls);
    }

    [Fact]
    public async Task Debt_WhileItsOperationRuns_IsLeftToIt()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var gate = portal.Engine.Block("Take:Capture");
        var operation = await portal.RequestTakeAsync(vm, "s");
        await gate.EnteredAsync();

        // Another debt that is due shows that the collector's rounds go by.
        var other = Guid.NewGuid();
        await OweAsync(portal, other, portal.Time.GetUtcNow());
        await portal.UntilWhileTimePassesAsync(async () => await DebtAsync(portal, other) is null, "the collector went round");

        Assert.NotNull(await DebtAsync(portal, vm));
        Assert.DoesNotContain("Thaw", portal.Engine.Calls);
        gate.Open();
        Assert.Equal(OperationState.Succeeded, (await portal.EndedAsync(operation)).State);
        Assert.Null(await DebtAsync(portal, vm));
    }

    [Fact]
    public async Task Debt_OperationFailedAfterTheFreeze_IsCollected()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        portal.Engine.Fail("Take:Capture", "hypervisor-error", "The capture failed.");

        await portal.EndedAsync(await portal.RequestTakeAsync(vm, "s"));

        await portal.UntilWhileTimePassesAsync(async () => await DebtAsync(portal, vm) is null, "the debt is paid");
        Assert.Contains("Thaw", portal.Engine.Calls);
    }

    [Fact]
    public async Task Debt_HostAway_IsKept()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await portal.LoseHostAsync();
        await OweAsync(portal, vm, portal.Time.GetUtcNow());

        await portal.UntilWhileTimePassesAsync(async () => (await DebtAsync(portal, vm))!.Attempts > 0, "it was tried");

        Assert.Equal("The host does not answer.", (await DebtAsync(portal, vm))!.LastAnswer);
        await portal.BringHostBackAsync();
        await portal.UntilWhileTimePassesAsync(async () => await DebtAsync(portal, vm) is null, "the debt is paid");
    }

    [Fact]
    public async Task Debt_OneAgentHangs_AnotherGuestIsThawedNevertheless()
    {
        await using var portal = await Portal.StartAsync();
        var hung = await portal.AddVmAsync("hung");
        var well = await portal.AddVmAsync("well");
        var answer = new TaskCompletionSource<ThawAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        portal.Engine.Thaw = vm => vm == hung ? answer.Task : Task.FromResult(new ThawAnswer(true, "thawed"));
        await OweAsync(portal, hung, portal.Time.GetUtcNow());
        await OweAsync(portal, well, portal.Time.GetUtcNow());

        await portal.UntilWhileTimePassesAsync(async () => await DebtAsync(portal, well) is null, "the other one is thawed");

        Assert.NotNull(await DebtAsync(portal, hung));
        answer.SetResult(new ThawAnswer(true, "thawed"));
    }

    [Fact]
    public async Task Debt_NewFreezeWhileTheAnswerWasOnItsWay_IsNotPaidByIt()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var gate = new Gate();
        portal.Engine.Thaw = async _ =>
        {
            await gate.PassAsync(CancellationToken.None);
            return new ThawAnswer(true, "thawed");
        };
        await OweAsync(portal, vm, portal.Time.GetUtcNow());
        await portal.UntilWhileTimePassesAsync(() => Task.FromResult(gate.Arrivals == 1), "the agent is asked");
        await portal.WriteAsync(async db => (await db.FreezeDebts.SingleAsync()).Since = portal.Time.GetUtcNow());

        // The old answer comes; the next round asks once more, about the new freeze.
        portal.Engine.Thaw = static _ => Task.FromResult(new ThawAnswer(false, "still frozen"));
        gate.Open();
        await portal.UntilWhileTimePassesAsync(async () => (await DebtAsync(portal, vm))!.Attempts > 0, "it was asked again");

        Assert.Equal("still frozen", (await DebtAsync(portal, vm))!.LastAnswer);
    }

    private static Task<FreezeDebt?> DebtAsync(Portal portal, Guid vm) => portal.ReadAsync(db => db.FreezeDebts.AsNoTracking().FirstOrDefaultAsync(d => d.VmId == vm));

    private static Task OweAsync(Portal portal, Guid vm, DateTimeOffset next) => portal.WriteAsync(db =>
    {
        db.FreezeDebts.Add(new FreezeDebt { VmId = vm, Since = portal.Time.GetUtcNow(), NextAttemptAt = next });
        return Task.CompletedTask;
    });
}
