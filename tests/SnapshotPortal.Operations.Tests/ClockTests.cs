using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Data;
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

    [Fact]
    public async Task Clock_SetForwardBetweenAClaimAndItsBeginning_HasNobodyTakeItOver()
    {
        var stop = new StopAfterCommit();
        await using var portal = await Portal.StartAsync(s => s.Services = services => services.ConfigureDbContext<PortalDbContext>(options => options.AddInterceptors(stop)));
        var vm = await portal.AddVmAsync("web");
        stop.Arm();
        var request = Task.Run(() => portal.RequestTakeAsync(vm, "s", deadline: TimeSpan.FromHours(24)));
        await stop.Gate.EnteredAsync();

        // The claim stands in the database, older than one may get, and nobody has begun it yet.
        portal.Time.Advance(TimeSpan.FromMinutes(2));
        await Wait.UntilAsync(() => stop.Looks > 0, "the worker looks for what nobody runs any more");
        stop.Gate.Open();

        var ended = await portal.EndedAsync(await request);
        Assert.True(ended.State == OperationState.Succeeded, ended.ErrorMessage);
        Assert.Equal(1, portal.Engine.Calls.Count(static c => c == "Take web"));
        Assert.Equal(1, await portal.ReadAsync(db => db.Operations.Where(o => o.Id == ended.Id).Select(static o => o.Attempt).SingleAsync()));
    }

    /// <summary>Holds whoever commits an operation next, right after the commit, until the test lets them go on.</summary>
    private sealed class StopAfterCommit : DbTransactionInterceptor, IDbCommandInterceptor
    {
        private int _armed;
        private int _looks;

        public Gate Gate { get; } = new();

        /// <summary>How often it was asked whether anything runs since somebody was held.</summary>
        public int Looks => Volatile.Read(ref _looks);

        public void Arm() => Volatile.Write(ref _armed, 1);

        public override async Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            if (eventData.Context!.ChangeTracker.Entries<Operation>().Any() && Interlocked.Exchange(ref _armed, 0) == 1)
            {
                await Gate.PassAsync(cancellationToken);
            }
        }

        public ValueTask<DbDataReader> ReaderExecutedAsync(DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        {
            if (Gate.Arrivals > 0 && command.CommandText.Contains("EXISTS", StringComparison.Ordinal) && command.CommandText.Contains(nameof(OperationState.Running), StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _looks);
            }

            return ValueTask.FromResult(result);
        }
    }
}
