using LibVirt;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Engine.Libvirt.Tests.Tree;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>Work on disks that fails, or whose host is lost, at moments that nobody can hit from outside: only the journal is not real.</summary>
public sealed class InterruptedWorkTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly MemoryJournal _journal = new();
    private readonly HostRef _local = new(Guid.NewGuid(), "local", GuestHost.Uri, []);
    private GuestHost _host = null!;
    private PortalUnderTest _portal = null!;

    private IHypervisorEngine Engine => _portal.Services.GetRequiredService<IHypervisorEngine>();

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
    [InlineData(true)]
    [InlineData(false)]
    public async Task Merge_FailingInTheMiddle_LeavesNoJobToTheMachine(bool ofTheHead)
    {
        var machine = Start();
        var (bottom, child) = await TakenAsync(machine);
        machine.Write("vda", 0, 1);
        var head = ofTheHead ? child : (await TakenAsync(machine)).Head;
        var order = new MergeOrder(_local, machine.Id, bottom, child, head.Path);
        _journal.OnProgress = static () => throw new EngineException(FailureCodes.HypervisorError, "The hypervisor refused.");

        // Null where the job was over before it was aborted.
        var failure = await Record.ExceptionAsync(() => Engine.MergeAsync(order, _journal, None));
        _journal.Calm();

        AssertNoJob(_host.Guest(machine.Id), "vda");
        if (failure is not null)
        {
            Assert.Equal(head.Path, _host.Guest(machine.Id).DiskFile("vda"));
            await Engine.MergeAsync(order, _journal, None);
        }

        Assert.False(File.Exists(child.Path));
        ModelDisks.Blank.With("vda", 0, 1).AssertOn(machine, "after the merge");
    }

    /// <summary>libvirt waits half a minute for a machine that somebody else holds, and then says so: that ends no merge.</summary>
    [Fact]
    public async Task Merge_WhileSomebodyHoldsTheMachineLongerThanLibvirtWaits_IsDoneWhenTheyLetGo()
    {
        var machine = Start();
        var (bottom, child) = await TakenAsync(machine);
        machine.Write("vda", 0, 1);
        using var theirs = VirConnection.Open(GuestHost.Uri);
        Task? held = null;
        _journal.OnProgress = () =>
        {
            if (held is null)
            {
                held = Task.Run(() => new Guest(theirs, machine.Id).Do(static d => d.QemuMonitorCommand("qemu-io -d /machine/peripheral/virtio-disk0/virtio-backend \"sleep 32000\"", QemuMonitorCommandFlags.Human)));
                SpinWait.SpinUntil(() => IsHeld(machine));
            }
        };

        await Engine.MergeAsync(new MergeOrder(_local, machine.Id, bottom, child, child.Path), _journal, None);

        Assert.True(held?.IsCompleted);
        AssertNoJob(_host.Guest(machine.Id), "vda");
        Assert.False(File.Exists(child.Path));
        ModelDisks.Blank.With("vda", 0, 1).AssertOn(machine, "after the merge");
    }

    /// <summary>A pull that may go on is one that QEMU must not be asked about; see PulledMachines.</summary>
    [Theory]
    [InlineData(FailureCodes.HypervisorError, true)]
    [InlineData(FailureCodes.HostUnreachable, false)]
    public async Task Flatten_FailingInTheMiddle_KeepsQuestionsAboutDisksAwayWhileThePullMayGoOn(string code, bool asked)
    {
        var name = _host.NewName("pulled");
        var id = _host.Define(name, start: false, change: xml => xml.Replace("<interface", _host.ExtraDiskXml(name, "vdb", 200) + "<interface", StringComparison.Ordinal));
        var guest = _host.Guest(id);
        GuestHost.Run("qemu-io", "-f", "qcow2", "-c", "write -P 7 0 200M", guest.DiskFile("vdb"));
        guest.Do(static d => d.Create());
        var captured = await Engine.TakeSnapshotAsync(new TakeSnapshotOrder(_local, id, Guid.NewGuid(), new Dictionary<string, LayerFile>(StringComparer.Ordinal), WithMemory: false), _journal, None);
        var order = new FlattenOrder(_local, id, captured.Disks.Single(static d => d.Target == "vdb").NewHead!);
        _journal.OnProgress = () => throw new EngineException(code, "It failed.");

        // Null where the pull was over before anybody looked.
        var failure = await Record.ExceptionAsync(() => Engine.FlattenAsync(order, _journal, None));
        _journal.Calm();

        Assert.Equal(asked || failure is null, await DisksAsync() is not null);
        if (!asked)
        {
            await Engine.RecoverFlattenAsync(order, _journal, None);
        }

        AssertNoJob(guest, "vdb");
        Assert.NotNull(await DisksAsync());

        async Task<DiskCounters?> DisksAsync() => (await Engine.ReadCountersAsync(_local, None)).Single(counters => counters.VmId == id).Disks;
    }

    private BlankMachine Start()
    {
        var machine = BlankMachine.Define(_host);
        _host.Guest(machine.Id).Do(static d => d.Create());
        return machine;
    }

    private TakeSnapshotOrder Order(BlankMachine machine)
        => new(_local, machine.Id, Guid.NewGuid(), new Dictionary<string, LayerFile>(StringComparer.Ordinal), WithMemory: false);

    private async Task<(LayerFile Frozen, LayerFile Head)> TakenAsync(BlankMachine machine)
    {
        var disk = (await Engine.TakeSnapshotAsync(Order(machine), _journal, None)).Disks.Single(static d => d.Target == "vda");
        return (disk.Frozen!, disk.NewHead!);
    }

    private static void AssertNoJob(Guest guest, string target)
    {
        if (guest.IsActive)
        {
            guest.Do(d => Assert.Null(d.GetBlockJobInfo(target)));
        }
    }

    /// <summary>Somebody does something to the machine, for which everybody else waits.</summary>
    private static bool IsHeld(BlankMachine machine)
        => !GuestHost.Run("virsh", "-c", GuestHost.Uri, "domcontrol", machine.Id.ToString()).StartsWith("ok", StringComparison.Ordinal);
}
