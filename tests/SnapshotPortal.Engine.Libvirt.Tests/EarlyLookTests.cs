using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Engine.Libvirt.Capturing;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>What a request saw of a machine serves its operation only as long as it is still so.</summary>
public sealed class EarlyLookTests
{
    private static readonly Guid Vm = Guid.NewGuid();

    public static TheoryData<string, int?, PowerState, string, int, bool> WhatIsSoNow() => new()
    {
        { "nothing has changed", 7, PowerState.Running, "/pool/a.qcow2", 0, true },
        { "it was started again", 8, PowerState.Running, "/pool/a.qcow2", 0, false },
        { "it was switched off", null, PowerState.ShutOff, "/pool/a.qcow2", 0, false },
        { "it was paused", 7, PowerState.Paused, "/pool/a.qcow2", 0, false },
        { "its head is another file", 7, PowerState.Running, "/pool/b.qcow2", 0, false },
        { "it was long ago", 7, PowerState.Running, "/pool/a.qcow2", 1, false },
    };

    [Theory]
    [MemberData(nameof(WhatIsSoNow))]
    public void Look_IsBelieved_OnlyWhileAllIsAsItWas(string what, int? run, PowerState power, string head, int secondsLater, bool believed)
    {
        var time = new SteppedTime();
        var look = new MachineLook(Vm, 7, PowerState.Running, DomainDefinition.Parse("<domain><name>a</name><devices/></domain>"), [Disk("/pool/a.qcow2")], new MachineConfiguration("<domain/>", null), time.GetTimestamp());
        time.Seconds = secondsLater;
        var order = new TakeSnapshotOrder(null!, Vm, Guid.NewGuid(), new Dictionary<string, LayerFile>(StringComparer.Ordinal) { ["vda"] = Disk(head).File! }, WithMemory: false);

        Assert.True(believed == look.Holds(order, run, power, time), what);
    }

    [Fact]
    public async Task Take_WithALookFromBeforeTheStart_SeesThatTheMachineRuns()
    {
        using var host = GuestHost.Create();
        await using var portal = await PortalUnderTest.StartAsync();
        var engine = portal.Services.GetRequiredService<IHypervisorEngine>();
        var reference = new HostRef(Guid.NewGuid(), "this host", GuestHost.Uri, []);
        var id = host.Define(host.NewName("looked-at"), start: false);
        var look = await engine.CheckTakeAsync(reference, id, withMemory: false, CancellationToken.None);
        host.Guest(id).Do(static d => d.Create());

        var heads = (await engine.InspectAsync(reference, id, CancellationToken.None)).Disks.Where(static d => d.Included).ToDictionary(static d => d.Target, static d => d.File!, StringComparer.Ordinal);
        var taken = await engine.TakeSnapshotAsync(new TakeSnapshotOrder(reference, id, Guid.NewGuid(), heads, WithMemory: false) { Look = look }, new MemoryJournal(), CancellationToken.None);

        Assert.NotNull(look);
        Assert.Contains(taken.Indications, static i => i.Kind == IndicationKind.Online);
    }

    private static DiskInspection Disk(string path)
        => new(new LayerFile(Guid.NewGuid(), "vda", "pool", Path.GetFileName(path), path, "qcow2", 1, 1), "vda", "disk", null, CouldBeIncluded: false, []);

    private sealed class SteppedTime : TimeProvider
    {
        public int Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
