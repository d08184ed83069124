using System.Globalization;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Engine.Libvirt.Tests.Deaths;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests.Tree;

/// <summary>
/// Random acts on several machines with two disks, against a model that knows what each disk must hold. The collector works
/// beside them as it does in life. A failure names its seed and the acts before it; <c>SNAPSHOTPORTAL_TREE_SEED</c> and
/// <c>SNAPSHOTPORTAL_TREE_ACTS</c> repeat or lengthen a run.
/// </summary>
public sealed class TreeTests : IAsyncLifetime
{
    private const int MaxMachines = 5;
    private const int ActsBetweenLooks = 12;

    private readonly List<ModelMachine> _machines = [];
    private readonly List<string> _story = [];
    private readonly int _seed = Setting("SNAPSHOTPORTAL_TREE_SEED") ?? Random.Shared.Next();
    private readonly int _acts = Setting("SNAPSHOTPORTAL_TREE_ACTS") ?? 72;
    private GuestHost _host = null!;
    private PortalUnderTest _portal = null!;
    private Random _random = null!;

    public async ValueTask InitializeAsync()
    {
        _host = GuestHost.Create();
        _portal = await PortalUnderTest.StartAsync();
        _random = new Random(_seed);
    }

    public async ValueTask DisposeAsync()
    {
        await _portal.DisposeAsync();
        _host.Dispose();
    }

    [Fact]
    public async Task RandomActs_OnSeveralMachinesWithTwoDisks_EveryDiskHoldsWhatWasWritten()
    {
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {_seed}, {_acts} acts"));
        try
        {
            await AdoptAsync();
            await AdoptAsync();
            for (var act = 1; act <= _acts; act++)
            {
                await ActAsync();
                if (act % ActsBetweenLooks == 0)
                {
                    await LookAsync();
                }
            }

            await LookAsync();
            await DeleteEverythingAsync();
            await AssertEveryStepIsADeathPointAsync();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Seed {_seed}, after {_story.Count} acts: {string.Join("; ", _story)}"), e);
        }
    }

    private static int? Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private async Task ActAsync()
    {
        var vm = Pick(_machines);
        switch (_random.Next(100))
        {
            case < 30:
                await WriteAsync(vm);
                break;
            case < 52:
                await TakeAsync(vm);
                break;
            case < 64 when vm.Snapshots.Count > 0:
                await RestoreAsync(vm);
                break;
            case < 72 when vm.Snapshots.Count > 0 && _machines.Count < MaxMachines:
                await CloneAsync(vm);
                break;
            case < 82 when vm.Snapshots.Count > 0:
                await DeleteSnapshotAsync(vm);
                break;
            case < 86:
                await FlattenAsync(vm);
                break;
            case < 92:
                await PowerAsync(vm);
                break;
            case < 94:
                await ConfigureAsync(vm);
                break;
            case < 96 when _machines.Count > 2:
                await DeleteMachineAsync(vm);
                break;
            case < 98:
                _story.Add("restart the portal");
                await _portal.StopAsync();
                await _portal.StartAsync();
                break;
            default:
                await WriteAsync(vm);
                break;
        }
    }

    private async Task AdoptAsync()
    {
        var machine = BlankMachine.Define(_host);
        await _portal.AdoptAsync(machine.Id);
        _machines.Add(new ModelMachine(machine, ModelDisks.Blank));
        _story.Add($"adopt {Name(machine.Id)}");
    }

    private async Task WriteAsync(ModelMachine vm)
    {
        if (!vm.Machine.Runs)
        {
            // The collector may have it switched on and paused just now.
            await _portal.IdleAsync();
        }

        var (target, cell, value) = (Pick(BlankMachine.Targets), _random.Next(BlankMachine.Cells), (byte)_random.Next(1, 256));
        _story.Add(string.Create(CultureInfo.InvariantCulture, $"write {value} to cell {cell} of {target} of {Name(vm.Machine.Id)}"));
        vm.Machine.Write(target, cell, value);
        vm.Present = vm.Present.With(target, cell, value);
    }

    private async Task TakeAsync(ModelMachine vm)
    {
        _story.Add($"take {Name(vm.Machine.Id)}");
        var snapshot = await _portal.TakeAsync(vm.Machine.Id, $"{_story.Count}");
        vm.Snapshots.Add(snapshot.Id, vm.Present);
    }

    private async Task RestoreAsync(ModelMachine vm)
    {
        var (id, disks) = Pick(vm.Snapshots.ToList());
        var keep = _random.Next(2) == 0;
        _story.Add($"restore {Name(vm.Machine.Id)} to {Name(id)}{(keep ? ", keeping" : "")}");
        await _portal.SucceedAsync(_portal.Snapshots.RestoreAsync(_portal.Owner, id, new RestoreSnapshotRequest(TargetReadinessPolicy.StopTarget, keep), CancellationToken.None));
        if (keep)
        {
            var safety = (await _portal.Snapshots.ListAsync(_portal.Owner, vm.Machine.Id, CancellationToken.None)).Value!
                .Single(s => s.Origin == SnapshotOrigin.Safety && !vm.Snapshots.ContainsKey(s.Id));
            vm.Snapshots.Add(safety.Id, vm.Present);
        }

        vm.Present = disks;
    }

    private async Task CloneAsync(ModelMachine vm)
    {
        var (id, disks) = Pick(vm.Snapshots.ToList());
        _story.Add($"clone {Name(id)} of {Name(vm.Machine.Id)}");
        var made = await _portal.SucceedAsync(_portal.Snapshots.CloneAsync(_portal.Owner, id, new CloneVmRequest(_host.NewName("clone"), Start: _random.Next(2) == 0), CancellationToken.None));
        _machines.Add(new ModelMachine(new BlankMachine(_host, made.VmId), disks));
    }

    private async Task DeleteSnapshotAsync(ModelMachine vm)
    {
        var id = Pick(vm.Snapshots.Keys.ToList());
        _story.Add($"delete {Name(id)} of {Name(vm.Machine.Id)}");
        await _portal.SucceedAsync(_portal.Snapshots.DeleteAsync(_portal.Owner, id, null, CancellationToken.None));
        vm.Snapshots.Remove(id);
    }

    private async Task FlattenAsync(ModelMachine vm)
    {
        _story.Add($"flatten {Name(vm.Machine.Id)}");
        await _portal.SucceedAsync(_portal.Storage.FlattenAsync(_portal.Owner, vm.Machine.Id, null, CancellationToken.None));
        Assert.All(BlankMachine.Targets, target => Assert.Single(_host.Guest(vm.Machine.Id).Chain(target)));
    }

    private async Task PowerAsync(ModelMachine vm)
    {
        var action = _host.Guest(vm.Machine.Id).IsActive ? PowerAction.Stop : PowerAction.Start;
        _story.Add($"{action} {Name(vm.Machine.Id)}");
        await _portal.SucceedAsync(_portal.Vms.PowerAsync(_portal.Owner, vm.Machine.Id, new PowerRequest(action), CancellationToken.None));
    }

    private async Task ConfigureAsync(ModelMachine vm)
    {
        await _portal.IdleAsync();
        var off = (await _portal.Vms.GetAsync(_portal.Owner, vm.Machine.Id, CancellationToken.None)).Value!.Power == PowerState.ShutOff && !_host.Guest(vm.Machine.Id).IsActive;
        var order = _random.Next(2) == 0 ? BlankMachine.Targets : [.. BlankMachine.Targets.Reverse()];
        _story.Add($"configure {Name(vm.Machine.Id)}{(off ? ", with a new name" : "")}");
        await _portal.SucceedAsync(_portal.Vms.ConfigureAsync(_portal.Owner, vm.Machine.Id, new ConfigureVmRequest(off ? _host.NewName("renamed") : null, BootOrder: order), CancellationToken.None));
    }

    private async Task DeleteMachineAsync(ModelMachine vm)
    {
        _story.Add($"delete the machine {Name(vm.Machine.Id)}");
        await _portal.SucceedAsync(_portal.Vms.DeleteAsync(_portal.Owner, vm.Machine.Id, null, CancellationToken.None));
        _machines.Remove(vm);
    }

    /// <summary>When the collector has done its work: every byte of every disk, every chain, every file.</summary>
    private async Task LookAsync()
    {
        await _portal.IdleAsync();
        foreach (var vm in _machines)
        {
            vm.Present.AssertOn(vm.Machine, "now");
        }

        await FileAgreement.AssertAsync(_portal, _host);
    }

    /// <summary>What snapshots hold is seen by going back to each; in the end nothing is left but what was there before.</summary>
    private async Task DeleteEverythingAsync()
    {
        foreach (var vm in _machines)
        {
            foreach (var (id, disks) in vm.Snapshots)
            {
                await _portal.SucceedAsync(_portal.Snapshots.RestoreAsync(_portal.Owner, id, new RestoreSnapshotRequest(TargetReadinessPolicy.StopTarget, KeepPresent: false), CancellationToken.None));
                disks.AssertOn(vm.Machine, $"back at {Name(id)}");
            }
        }

        foreach (var vm in _machines)
        {
            await _portal.SucceedAsync(_portal.Vms.DeleteAsync(_portal.Owner, vm.Machine.Id, null, CancellationToken.None));
        }

        await Eventually.TrueAsync(
            () => Task.FromResult(!Directory.EnumerateFiles(_host.Folder, "sp-*").Any()),
            "the collector has removed every file that the portal made",
            TimeSpan.FromSeconds(60));
    }

    /// <summary>A step that the operations took here is one at which the portal is killed elsewhere.</summary>
    private async Task AssertEveryStepIsADeathPointAsync()
    {
        await using var db = await _portal.DbAsync();
        var steps = await db.Operations.Join(db.Steps, static o => o.Id, static s => s.OperationId, static (o, s) => new { o.Kind, s.Name }).Distinct().ToListAsync();
        Assert.NotEmpty(steps);
        Assert.Empty(steps.Select(static s => (s.Kind, s.Name)).Except(DeathPoints.All));
    }

    private T Pick<T>(IReadOnlyList<T> list) => list[_random.Next(list.Count)];

    private static string Name(Guid id) => id.ToString("N")[^6..];
}
