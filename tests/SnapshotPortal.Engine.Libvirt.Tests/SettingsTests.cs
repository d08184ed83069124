using System.Xml.Linq;
using LibVirt;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Tests.Tree;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>Machines that are renamed, start with their host or not, and boot from something else.</summary>
public sealed class SettingsTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private GuestHost _host = null!;
    private PortalUnderTest _portal = null!;
    private BlankMachine _machine = null!;

    private Guest Guest => _host.Guest(_machine.Id);

    public async ValueTask InitializeAsync()
    {
        _host = GuestHost.Create();
        _portal = await PortalUnderTest.StartAsync();
        _machine = BlankMachine.Define(_host);
        await _portal.AdoptAsync(_machine.Id);
    }

    public async ValueTask DisposeAsync()
    {
        await _portal.DisposeAsync();
        _host.Dispose();
    }

    [Fact]
    public async Task Rename_KeepsDisksAndRecord_AndSnapshotsFromBeforeBringTheDisksBackUnderTheNewName()
    {
        _machine.Write("vda", 0, 1);
        var before = await _portal.TakeAsync(_machine.Id, "under the old name");
        _machine.Write("vda", 0, 2);
        var name = _host.NewName("renamed");
        var disks = BlankMachine.Targets.Select(Guest.DiskFile).ToList();
        await Eventually.TrueAsync(
            async () =>
            {
                await using var db = await _portal.DbAsync();
                return await db.Vms.AnyAsync(v => v.Id == _machine.Id && v.RecordWritten == v.RecordRevision);
            },
            "the record is in the definition");
        var record = Record;

        var ended = await ConfigureAsync(new ConfigureVmRequest(name));

        Assert.Equal((OperationState.Succeeded, name), (ended.State, ended.VmName));
        Guest.Do(d => Assert.Equal(name, d.Name));
        Assert.Equal(disks, BlankMachine.Targets.Select(Guest.DiskFile));
        Assert.Equal((record, true), (Record, record is not null));

        await _portal.SucceedAsync(_portal.Snapshots.RestoreAsync(_portal.Owner, before.Id, new RestoreSnapshotRequest(), None));
        Guest.Do(d => Assert.Equal(name, d.Name));
        Assert.Equal(1, _machine.Read("vda")[0]);
        var seen = await ViewAsync();
        Assert.Equal((name, VmPresence.Present, null), (seen.Name, seen.Presence, seen.Drift));
        await _portal.TakeAsync(_machine.Id, "under the new name");
        await FileAgreement.AssertAsync(_portal, _host);
    }

    [Fact]
    public async Task Rename_OfAMachineWithASnapshotWithMemory_IsRefusedAndItsMemoryStaysOfUse()
    {
        await _portal.SucceedAsync(_portal.Vms.PowerAsync(_portal.Owner, _machine.Id, new PowerRequest(PowerAction.Start), None));
        var taken = await _portal.SucceedAsync(_portal.Snapshots.TakeAsync(_portal.Owner, _machine.Id, new TakeSnapshotRequest("with memory", WithMemory: true), None));
        await OffAsync();

        var refused = await _portal.Vms.ConfigureAsync(_portal.Owner, _machine.Id, new ConfigureVmRequest(_host.NewName("renamed")), None);
        Assert.Equal((FailureKind.Conflict, FailureCodes.VmSaved), (refused.Failure!.Kind, refused.Failure.Code));

        // What else can be changed of it leaves the memory alone.
        Assert.Equal(OperationState.Succeeded, (await ConfigureAsync(new ConfigureVmRequest(StartsWithHost: true, BootOrder: ["vdb", "vda"]))).State);
        await _portal.SucceedAsync(_portal.Snapshots.RestoreAsync(_portal.Owner, taken.SnapshotId!.Value, new RestoreSnapshotRequest(), None));
        Assert.True(_machine.Runs);
    }

    [Fact]
    public async Task Rename_SeenFromTheHost_IsNoMomentThatTheMachineIsGone()
    {
        HostRef host;
        await using (var db = await _portal.DbAsync())
        {
            var row = await db.Hosts.SingleAsync();
            host = new HostRef(row.Id, row.Name, row.Uri, []);
        }

        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var name = _host.NewName("renamed");
        var signals = new List<HostSignal>();
        await foreach (var signal in _portal.Services.GetRequiredService<IHypervisorEngine>().WatchAsync(host, enough.Token))
        {
            signals.Add(signal);
            if (signal is HostConnected)
            {
                await ConfigureAsync(new ConfigureVmRequest(name));
            }
            else if (signal is VmChanged { Vm: { } seen } && seen.VmId == _machine.Id && seen.Name == name)
            {
                break;
            }
        }

        Assert.DoesNotContain(signals, s => s is VmRemoved removed && removed.VmId == _machine.Id);
    }

    [Fact]
    public async Task Rename_ToANameOfSomebodyElsesDomain_FailsAndNothingIsLeftOfTheRest()
    {
        var other = BlankMachine.Define(_host);
        var taken = "";
        _host.Guest(other.Id).Do(d => taken = d.Name);
        var (xml, name) = (Inactive, (await ViewAsync()).Name);

        var ended = await ConfigureAsync(new ConfigureVmRequest(taken, StartsWithHost: true, BootOrder: ["vdb"]));

        Assert.Equal((OperationState.Failed, FailureCodes.NameTaken), (ended.State, ended.ErrorCode));
        Assert.Equal(name, (await ViewAsync()).Name);
        Assert.Equal(xml.ToString(), Inactive.ToString());
        Guest.Do(static d => Assert.False(d.GetAutostart()));
    }

    [Fact]
    public async Task Rename_OfAMachineWhoseMemoryIsSaved_IsRefusedAndSaysWhatToDo()
    {
        await _portal.SucceedAsync(_portal.Vms.PowerAsync(_portal.Owner, _machine.Id, new PowerRequest(PowerAction.Start), None));
        Guest.Do(static d => d.ManagedSave());
        await SeenOffAsync();
        var name = (await ViewAsync()).Name;

        var ended = await ConfigureAsync(new ConfigureVmRequest(_host.NewName("renamed")));

        Assert.Equal((OperationState.Failed, FailureCodes.VmSaved), (ended.State, ended.ErrorCode));
        Assert.Contains("shut it down", ended.ErrorMessage, StringComparison.Ordinal);
        Guest.Do(d => Assert.Equal((name, true), (d.Name, d.HasManagedSave())));
    }

    [Fact]
    public async Task Rename_OfAMachineThatSomebodyStarted_FailsAndItRunsOn()
    {
        Guest.Do(static d => d.Create());

        // Whether the portal has seen it by then or not.
        var requested = await _portal.Vms.ConfigureAsync(_portal.Owner, _machine.Id, new ConfigureVmRequest(_host.NewName("renamed")), None);

        Assert.Equal(FailureCodes.VmRunning, requested.IsSuccess ? (await _portal.EndAsync(requested)).ErrorCode : requested.Failure.Code);
        Assert.True(_machine.Runs);
    }

    [Fact]
    public async Task Boot_OrderAndStartWithTheHost_AreInTheDefinitionAndReadBack()
    {
        Assert.Equal("False: vda1 vdb", await BootAsync());
        Assert.Equal("hd", Assert.Single(Inactive.Element("os")!.Elements("boot")).Attribute("dev")!.Value);

        await ConfigureAsync(new ConfigureVmRequest(StartsWithHost: true, BootOrder: ["vdb", "vda"]));

        Assert.Equal("True: vdb1 vda2", await BootAsync());
        Guest.Do(static d => Assert.True(d.GetAutostart()));
        Assert.Empty(Inactive.Element("os")!.Elements("boot"));
        Assert.Equal(["vda 2", "vdb 1"], Inactive.Descendants("disk").Select(static d => $"{d.Element("target")!.Attribute("dev")!.Value} {d.Element("boot")!.Attribute("order")!.Value}"));

        await ConfigureAsync(new ConfigureVmRequest(StartsWithHost: false, BootOrder: ["vdb"]));
        Assert.Equal("False: vdb1 vda", await BootAsync());
    }

    [Fact]
    public async Task BootOrder_OfAMachineThatRuns_CountsFromItsNextStart()
    {
        await _portal.SucceedAsync(_portal.Vms.PowerAsync(_portal.Owner, _machine.Id, new PowerRequest(PowerAction.Start), None));

        await ConfigureAsync(new ConfigureVmRequest(BootOrder: ["vdb", "vda"]));

        Assert.True(_machine.Runs);
        Assert.Empty(XElement.Parse(Guest.Xml()).Descendants("disk").Elements("boot"));
        Assert.Equal("False: vdb1 vda2", await BootAsync());
        await OffAsync();
        await _portal.SucceedAsync(_portal.Vms.PowerAsync(_portal.Owner, _machine.Id, new PowerRequest(PowerAction.Start), None));
        Assert.Equal(["2", "1"], XElement.Parse(Guest.Xml()).Descendants("disk").Elements("boot").Select(static b => b.Attribute("order")!.Value));
        await _portal.TakeAsync(_machine.Id, "life goes on");
        await FileAgreement.AssertAsync(_portal, _host);
    }

    [Fact]
    public async Task BootOrder_WithADeviceThatIsNotThere_FailsAndNothingIsChanged()
    {
        var xml = Inactive;

        var ended = await ConfigureAsync(new ConfigureVmRequest(StartsWithHost: true, BootOrder: ["vda", "vdz"]));

        Assert.Equal((OperationState.Failed, FailureCodes.BootOrderInvalid), (ended.State, ended.ErrorCode));
        Assert.Equal(xml.ToString(), Inactive.ToString());
        Guest.Do(static d => Assert.False(d.GetAutostart()));
    }

    private XElement Inactive
    {
        get
        {
            var xml = XElement.Parse(Guest.Xml(DomainXmlFlags.Inactive));

            // The record is written when its time has come.
            xml.Elements("metadata").Remove();
            return xml;
        }
    }

    private string? Record => DomainDefinition.Parse(Guest.Xml(DomainXmlFlags.Inactive)).Record;

    private async Task<VmView> ViewAsync() => (await _portal.Vms.GetAsync(_portal.Owner, _machine.Id, None)).Value!;

    private async Task<OperationView> ConfigureAsync(ConfigureVmRequest request)
        => await _portal.EndAsync(await _portal.Vms.ConfigureAsync(_portal.Owner, _machine.Id, request, None));

    private async Task<string> BootAsync()
    {
        var boot = (await _portal.Vms.BootAsync(_portal.Owner, _machine.Id, None)).Value!;
        return $"{boot.StartsWithHost}: {string.Join(' ', boot.Devices.Select(static d => $"{d.Id}{d.Place}"))}";
    }

    private async Task OffAsync()
    {
        await _portal.SucceedAsync(_portal.Vms.PowerAsync(_portal.Owner, _machine.Id, new PowerRequest(PowerAction.Stop), None));
        await SeenOffAsync();
    }

    private Task SeenOffAsync() => Eventually.TrueAsync(async () => (await ViewAsync()).Power == PowerState.ShutOff, "the portal has seen it go off");
}
