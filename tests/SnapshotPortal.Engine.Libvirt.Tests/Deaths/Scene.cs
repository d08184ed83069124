using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Exports;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Engine.Libvirt.Tests.Tree;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests.Deaths;

/// <summary>A machine with a past, what it is asked, and what must hold afterwards, whatever the outcome.</summary>
internal sealed class Scene
{
    private readonly GuestHost _host;
    private readonly PortalUnderTest _portal;
    private readonly BlankMachine _machine;
    private readonly ModelDisks _then;
    private readonly ModelDisks _now;
    private readonly HashSet<Guid> _before;
    private readonly string _act;
    private readonly bool _runs;

    private Scene(GuestHost host, PortalUnderTest portal, BlankMachine machine, string act, ModelDisks then, ModelDisks now, bool runs, HashSet<Guid> before)
    {
        (_host, _portal, _machine, _act, _then, _now, _runs, _before) = (host, portal, machine, act, then, now, runs, before);
        Name = act switch
        {
            "Start" or "Stop" or "Reboot" => act,
            "clone" or "clone-full" => host.NewName("copy"),
            "configure" => host.NewName("renamed"),
            _ => $"{act} {machine.Id:N}"[..30],
        };
    }

    /// <summary>The victim's word for the act.</summary>
    public string VictimAct => _act switch
    {
        "Start" or "Stop" or "Reboot" => "power",
        "restore-memory" => "restore",
        _ => _act,
    };

    /// <summary>The machine or the snapshot that it is about.</summary>
    public Guid Subject { get; private set; }

    public string Name { get; }

    /// <summary>
    /// A machine that had cell 0 at 1 when its first snapshot was taken, has it at 2 since, and holds more snapshots, so that
    /// there is something to merge and something to stay.
    /// </summary>
    public static async Task<Scene> PrepareAsync(GuestHost host, PortalUnderTest portal, string act, string point)
    {
        var machine = BlankMachine.Define(host, firmware: point.EndsWith("Firmware", StringComparison.Ordinal));
        await portal.AdoptAsync(machine.Id);
        var runs = act is not ("Start" or "configure");
        if (runs || point.EndsWith("Firmware", StringComparison.Ordinal))
        {
            await PowerAsync(PowerAction.Start);
        }

        var then = ModelDisks.Blank.With("vda", 0, 1).With("vdb", 3, 1);
        machine.Write("vda", 0, 1);
        machine.Write("vdb", 3, 1);
        var taken = await portal.SucceedAsync(portal.Snapshots.TakeAsync(
            portal.Owner, machine.Id, new TakeSnapshotRequest("then", WithMemory: act == "restore-memory"), CancellationToken.None));
        machine.Write("vda", 0, 2);
        await portal.TakeAsync(machine.Id, "between");
        machine.Write("vdb", 3, 2);
        var now = then.With("vda", 0, 2).With("vdb", 3, 2);
        await using var db = await portal.DbAsync();
        var before = (await db.Operations.Select(static o => o.Id).ToListAsync()).ToHashSet();
        return new Scene(host, portal, machine, act, then, now, runs, before)
        {
            Subject = act is "restore" or "restore-memory" or "clone" or "clone-full" or "delete" or "export" ? taken.SnapshotId!.Value : machine.Id,
        };

        Task PowerAsync(PowerAction action)
            => portal.SucceedAsync(portal.Vms.PowerAsync(portal.Owner, machine.Id, new PowerRequest(action), CancellationToken.None));
    }

    public async Task AssertAsync()
    {
        await _portal.IdleAsync();
        await using var db = await _portal.DbAsync();
        var asked = await db.Operations.AsNoTracking().Where(o => !_before.Contains(o.Id) && o.Kind != OperationKind.CollectLayers).ToListAsync();
        var succeeded = asked is [{ State: OperationState.Succeeded }];
        Assert.All(asked, static o => Assert.True(
            o.State is OperationState.Succeeded or OperationState.Failed && o.ErrorCode is null or FailureCodes.Interrupted,
            $"{o.Kind} ended as {o.State}: {o.ErrorCode}: {o.ErrorMessage}"));
        Assert.Empty(await db.Operations.AsNoTracking().Where(static o => o.State == OperationState.Failed && o.Kind == OperationKind.CollectLayers)
            .Select(static o => $"{o.ErrorCode}: {o.ErrorMessage}").ToListAsync());
        Assert.All(await db.Vms.AsNoTracking().ToListAsync(), static v => Assert.Null(v.Drift));
        Assert.False(await db.Snapshots.AnyAsync(static s => s.Phase == SnapshotPhase.InProgress));
        if (_act == "delete-vm")
        {
            // It had begun, so it is done.
            if (asked.Count > 0)
            {
                await Eventually.TrueAsync(() => Task.FromResult(_host.Connection.ListAllDomains().All(d => Uuid(d) != _machine.Id)), "the machine is gone");
                await FileAgreement.AssertAsync(_portal, _host);
                return;
            }
        }

        (_act.StartsWith("restore", StringComparison.Ordinal) && succeeded ? _then : _now).AssertOn(_machine, $"after {_act}, {asked.FirstOrDefault()?.State}");
        Assert.Equal(_act switch { "Start" => succeeded, "Stop" => !succeeded, _ => _runs }, _host.Guest(_machine.Id).IsActive);
        if (_act is "clone" or "clone-full" && succeeded)
        {
            _then.AssertOn(new BlankMachine(_host, asked[0].VmId), "the clone");
            Assert.True(_host.Guest(asked[0].VmId).IsActive);
            Assert.All(_act == "clone" ? [] : BlankMachine.Targets, target => Assert.Single(_host.Guest(asked[0].VmId).Chain(target)));
        }

        if (_act == "configure")
        {
            await AssertSettingsAsync(succeeded);
        }

        await FileAgreement.AssertAsync(_portal, _host);
        await AssertExportsAsync();

        // Life goes on.
        await _portal.TakeAsync(_machine.Id, $"life goes on {Guid.NewGuid():N}");
        await _portal.SucceedAsync(_portal.Vms.DeleteAsync(_portal.Owner, _machine.Id, null, CancellationToken.None));
        await _portal.IdleAsync();
    }

    /// <summary>All that was asked for, or nothing of it; and the portal calls the machine what its host calls it.</summary>
    private async Task AssertSettingsAsync(bool changed)
    {
        var boot = (await _portal.Vms.BootAsync(_portal.Owner, _machine.Id, CancellationToken.None)).Value!;
        Assert.Equal(changed, boot.StartsWithHost);
        Assert.Equal(changed ? "vdb,vda" : "vda", string.Join(',', boot.Devices.Where(static d => d.Place is not null).Select(static d => d.Id)));
        _host.Guest(_machine.Id).Do(domain => Assert.Equal(changed, domain.Name == Name));
        var vm = (await _portal.Vms.GetAsync(_portal.Owner, _machine.Id, CancellationToken.None)).Value!;
        _host.Guest(_machine.Id).Do(domain => Assert.Equal(domain.Name, vm.Name));
    }

    /// <summary>Every exported file is an export's that is ready, every other one is gone, and so is who made it.</summary>
    private async Task AssertExportsAsync()
    {
        await using var db = await _portal.DbAsync();
        var known = await db.ExportDisks.AsNoTracking().Select(static d => d.Path).ToListAsync();
        Assert.Equal(known.Order(StringComparer.Ordinal), Directory.EnumerateFiles(_host.Folder, "export-*").Order(StringComparer.Ordinal));
        Assert.False(await db.Exports.AnyAsync(static e => e.State == ExportState.InProgress));
        Assert.DoesNotContain(_host.Connection.ListAllDomains().Select(NameOf), static n => n.StartsWith("sp-export-", StringComparison.Ordinal));
    }

    private static string NameOf(LibVirt.VirDomain domain)
    {
        using (domain)
        {
            return domain.Name;
        }
    }

    private static Guid Uuid(LibVirt.VirDomain domain)
    {
        using (domain)
        {
            return domain.Uuid;
        }
    }
}
