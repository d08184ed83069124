using System.Globalization;
using LibVirt;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests.Deaths;

/// <summary>
/// The portal is killed at each step of each operation and started again: the operation has an outcome, the disks hold what
/// that outcome says, files and database agree, and the machine runs if it ran.
/// </summary>
public sealed class BlankDeathTests : IAsyncLifetime
{
    private GuestHost _host = null!;
    private PortalUnderTest _portal = null!;

    public static TheoryData<string, string> Points => [.. DeathPoints.Cases(DeathPoints.OfBlankMachines)];

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

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Death_AtAStep_LeavesAnOutcomeAndWholeDisks(string act, string point)
    {
        var scene = await Scene.PrepareAsync(_host, _portal, act, point);
        await _portal.StopAsync();

        await VictimPortal.DieAsync(_portal, point, scene.VictimAct, scene.Subject, scene.Name);
        await _portal.StartAsync();

        await scene.AssertAsync();
    }

    /// <summary>Nothing had been done, so it is done after all: nobody is told that it was interrupted.</summary>
    [Theory]
    [InlineData("take", "TakeSnapshot:Inspect")]
    [InlineData("restore", "RestoreSnapshot:Inspect")]
    public async Task Death_BeforeTheFirstDurableStep_IsFollowedByTheWholeOperation(string act, string point)
    {
        var scene = await Scene.PrepareAsync(_host, _portal, act, point);
        await _portal.StopAsync();

        await VictimPortal.DieAsync(_portal, point, scene.VictimAct, scene.Subject, scene.Name);
        await _portal.StartAsync();

        await _portal.IdleAsync();
        await using (var db = await _portal.DbAsync())
        {
            var last = await db.Operations.AsNoTracking().Where(static o => o.Kind != OperationKind.CollectLayers).OrderByDescending(static o => o.RequestedAt).FirstAsync();
            Assert.Equal((OperationState.Succeeded, 2), (last.State, last.Attempt));
        }

        await scene.AssertAsync();
    }

    /// <summary>Somebody else's backup that began while the portal was dead is none of its business when it puts its own work in order.</summary>
    [Theory]
    [InlineData("take-memory", "TakeSnapshot:Capture")]
    [InlineData("take-memory", "TakeSnapshot:Record")]
    public async Task Recovery_WhileSomebodyElsesJobRuns_LeavesTheirJobAlone(string act, string point)
    {
        var scene = await Scene.PrepareAsync(_host, _portal, act, point);
        await _portal.StopAsync();
        await VictimPortal.DieAsync(_portal, point, scene.VictimAct, scene.Subject, scene.Name);
        var machine = _host.Guest(scene.Subject);

        // QEMU makes the socket, as whoever it runs as.
        var sockets = Directory.CreateDirectory(Path.Combine(_host.Folder, "sockets")).FullName;
        File.SetUnixFileMode(sockets, (UnixFileMode)0b111_111_111);
        machine.Do(d => d.BackupBegin($"""
            <domainbackup mode='pull'>
              <server transport='unix' socket='{sockets}/theirs'/>
              <disks><disk name='vda' type='file'><scratch file='{Path.Combine(_host.Folder, "theirs.scratch")}'/></disk></disks>
            </domainbackup>
            """));

        await _portal.StartAsync();
        await _portal.IdleAsync();

        machine.Do(static d => Assert.Equal((ulong)DomainJobOperation.Backup, d.GetJobStats().Parameters.GetUInt64("operation")));
        machine.Do(static d => d.AbortJob());
        await Eventually.TrueAsync(() => Task.FromResult(!IsBusy(machine)), "their job has ended as they asked");
        await scene.AssertAsync();
    }

    /// <summary>Kills that hit no step in particular; <c>SNAPSHOTPORTAL_KILLS</c> and <c>SNAPSHOTPORTAL_KILL_SEED</c> lengthen and repeat a run.</summary>
    [Fact]
    public async Task Death_AtRandomMoments_LeavesAnOutcomeAndWholeDisks()
    {
        var seed = Setting("SNAPSHOTPORTAL_KILL_SEED") ?? Random.Shared.Next();
        var random = new Random(seed);
        string[] acts = ["take", "take-memory", "restore", "clone", "clone-full", "delete", "delete-vm", "flatten", "export", "export-vm", "configure"];
        for (var n = 0; n < (Setting("SNAPSHOTPORTAL_KILLS") ?? 4); n++)
        {
            var act = acts[random.Next(acts.Length)];
            var after = TimeSpan.FromMilliseconds(random.Next(1, 900));
            try
            {
                var scene = await Scene.PrepareAsync(_host, _portal, act, point: "");
                await _portal.StopAsync();
                await VictimPortal.KillAsync(_portal, after, scene.VictimAct, scene.Subject, scene.Name);
                await _portal.StartAsync();
                await scene.AssertAsync();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Seed {seed}, kill {n}: {act} after {after.TotalMilliseconds:F0} ms"), e);
            }
        }
    }

    private static bool IsBusy(Guest machine)
    {
        var busy = true;
        machine.Do(d => busy = d.GetJobStats().Type != DomainJobType.None);
        return busy;
    }

    private static int? Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
