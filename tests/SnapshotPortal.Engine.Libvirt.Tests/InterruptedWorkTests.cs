using System.Diagnostics;
using System.Globalization;
using LibVirt;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Engine.Libvirt.Capturing;
using SnapshotPortal.Engine.Libvirt.Tests.Tree;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>Work on disks that fails, or whose host is lost, at moments that nobody can hit from outside: only the journal is not real.</summary>
public sealed class InterruptedWorkTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly MemoryJournal _journal = new();
    private readonly Faults _faults = new();
    private readonly HostRef _local = new(Guid.NewGuid(), "local", GuestHost.Uri, []);
    private GuestHost _host = null!;
    private PortalUnderTest _portal = null!;

    private IHypervisorEngine Engine => _portal.Services.GetRequiredService<IHypervisorEngine>();

    public async ValueTask InitializeAsync()
    {
        _host = GuestHost.Create();
        _portal = await PortalUnderTest.StartAsync(replace: services => services.Replace(ServiceDescriptor.Singleton<IFaultPoint>(_faults)));
    }

    public async ValueTask DisposeAsync()
    {
        await _portal.DisposeAsync();
        _host.Dispose();
    }

    /// <summary>
    /// The cancel came too late for the capture, and nobody saw the end of the undo. Files that are written to again are no
    /// snapshot's any more.
    /// </summary>
    [Theory]
    [InlineData("before the first disk", "it runs on")]
    [InlineData("before the first disk", "it was switched off")]
    [InlineData("in the middle of a disk", "it runs on")]
    [InlineData("in the middle of a disk", "it was switched off")]
    [InlineData("after the last disk", "it runs on")]
    public async Task Recovery_OfATakeWhoseUndoWasInterrupted_UndoesItAndKeepsEveryByte(string moment, string since)
    {
        var machine = Start();
        var guest = _host.Guest(machine.Id);
        var files = BlankMachine.Targets.Select(guest.DiskFile).ToList();
        machine.Write("vda", 0, 1);
        using var stop = new CancellationTokenSource();
        _journal.OnStep = step =>
        {
            switch (step)
            {
                case "Capture":
                    stop.Cancel();
                    break;
                case "Undo":
                    machine.Write("vda", 1, 2);
                    _journal.OnProgress = moment == "in the middle of a disk" ? static () => throw MemoryJournal.Lost() : _journal.OnProgress;
                    _ = moment == "before the first disk" ? throw MemoryJournal.Lost() : true;
                    break;
            }
        };
        var order = Order(machine);

        var stopped = await Record.ExceptionAsync(() => Engine.TakeSnapshotAsync(order, _journal, stop.Token));
        machine.Write("vda", 2, 3);
        machine.Write("vdb", 0, 4);
        if (since == "it was switched off")
        {
            guest.Do(static d => d.Destroy());
        }

        _journal.Calm();
        var recovered = await Engine.RecoverTakeSnapshotAsync(order, _journal, None);

        Assert.Equal(moment != "after the last disk", stopped is EngineException { Code: FailureCodes.HostUnreachable });
        Assert.Null(recovered);
        Assert.Equal(files, BlankMachine.Targets.Select(guest.DiskFile));
        Assert.Equal(since == "it runs on", guest.IsActive);
        Assert.Empty(Directory.EnumerateFiles(_host.Folder, "sp-*"));
        AssertNoJob(guest, "vda");
        ModelDisks.Blank.With("vda", 0, 1).With("vda", 1, 2).With("vda", 2, 3).With("vdb", 0, 4).AssertOn(machine, "after the undo");
    }

    [Fact]
    public async Task Take_CancelledTooLateAndItsHostLostAtTheUndo_IsUndoneWhenTheHostIsBack()
    {
        var machine = Start();
        await _portal.AdoptAsync(machine.Id);
        var head = _host.Guest(machine.Id).DiskFile("vda");
        machine.Write("vda", 0, 1);
        using var captures = new ManualResetEventSlim();
        using var cancelled = new ManualResetEventSlim();
        _faults.OnReached = step =>
        {
            switch (step)
            {
                case "Capture":
                    captures.Set();
                    cancelled.Wait(TimeSpan.FromSeconds(30), None);
                    break;
                case "Undo":
                    machine.Write("vda", 1, 2);
                    throw MemoryJournal.Lost();
            }
        };

        var asked = await _portal.Snapshots.TakeAsync(_portal.Owner, machine.Id, new TakeSnapshotRequest("too late"), None);
        await Eventually.TrueAsync(() => captures.IsSet, "it captures");
        await _portal.Operations.CancelAsync(_portal.Owner, asked.Value!.Id, None);
        cancelled.Set();
        var ended = await _portal.EndAsync(asked);

        Assert.Equal(FailureCodes.Interrupted, ended.ErrorCode);
        Assert.Equal(head, _host.Guest(machine.Id).DiskFile("vda"));
        ModelDisks.Blank.With("vda", 0, 1).With("vda", 1, 2).AssertOn(machine, "after the undo");
        _faults.OnReached = static _ => { };
        await _portal.TakeAsync(machine.Id, "in time");
        await FileAgreement.AssertAsync(_portal, _host);
    }

    /// <summary>What libvirt says of the machine's disks says nothing while it moves them.</summary>
    [Fact]
    public async Task Recovery_WhileTheHostIsStillCapturing_WaitsForWhatComesOfIt()
    {
        var machine = Start();
        var order = Order(machine);
        _journal.OnStep = static step => _ = step == "Capture" ? throw MemoryJournal.Lost() : true;
        await Assert.ThrowsAsync<EngineException>(() => Engine.TakeSnapshotAsync(order, _journal, None));
        _journal.Calm();
        var disks = (await _journal.FindIntentionAsync<CaptureIntention>(None))!.Disks;
        using var connection = VirConnection.Open(GuestHost.Uri);
        Task capture;
        Task<CaptureResult?> recovery;
        Signal(machine, "STOP");
        try
        {
            // The call that the portal did not see the end of.
            capture = Task.Run(() => new Guest(connection, machine.Id).Do(d => d.CreateSnapshot(
                $"<domainsnapshot><disks>{string.Concat(disks.Select(static d => $"<disk name='{d.Target}' snapshot='external'><source file='{d.NewHead!.Path}'/></disk>"))}</disks></domainsnapshot>",
                DomainSnapshotCreateFlags.DiskOnly | DomainSnapshotCreateFlags.Atomic | DomainSnapshotCreateFlags.NoMetadata).Dispose()));
            await Eventually.TrueAsync(() => IsHeld(machine), "libvirt captures");
            recovery = Engine.RecoverTakeSnapshotAsync(order, _journal, None);
            await Assert.ThrowsAsync<TimeoutException>(() => recovery.WaitAsync(TimeSpan.FromSeconds(2)));
        }
        finally
        {
            Signal(machine, "CONT");
        }

        await capture;

        Assert.NotNull(await recovery);
        Assert.Equal(disks.Select(static d => d.NewHead!.Path), BlankMachine.Targets.Select(_host.Guest(machine.Id).DiskFile));
        Assert.All(disks, static d => Assert.True(File.Exists(d.NewHead!.Path)));
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

        if (asked || failure is null)
        {
            await DiskQuestions.AssertAskedAsync(Engine, _local, id);
        }
        else
        {
            await DiskQuestions.AssertNotAskedAsync(Engine, _local, id);
        }

        if (!asked)
        {
            await Engine.RecoverFlattenAsync(order, _journal, None);
        }

        AssertNoJob(guest, "vdb");
        await DiskQuestions.AssertAskedAsync(Engine, _local, id);
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

    /// <summary>Signals the process that the machine runs in.</summary>
    private static void Signal(BlankMachine machine, string signal)
    {
        var process = Process.GetProcessesByName("qemu-system-x86_64").Single(p => File.ReadAllText($"/proc/{p.Id}/cmdline").Contains(machine.Id.ToString(), StringComparison.Ordinal));
        GuestHost.Run("sh", "-c", string.Create(CultureInfo.InvariantCulture, $"kill -{signal} {process.Id}"));
    }

    private sealed class Faults : IFaultPoint
    {
        public Action<string> OnReached { get; set; } = static _ => { };

        public void Reached(OperationKind kind, string step) => OnReached(step);
    }
}
