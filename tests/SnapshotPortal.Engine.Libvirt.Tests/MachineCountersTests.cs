using LibVirt;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Measuring;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>What is read from libvirt's statistics.</summary>
public sealed class MachineCountersTests
{
    private static readonly Guid Vm = Guid.CreateVersion7();

    [Fact]
    public void Counters_OfSeveralDisksAndCards_AreTheirSums()
    {
        var counters = MachineCounters.Of(Vm, new TypedParameters
        {
            ["cpu.time"] = 7_000UL,
            ["vcpu.current"] = 2U,
            ["balloon.current"] = 131_072UL,
            ["balloon.rss"] = 281_352UL,
            ["balloon.available"] = 94_788UL,
            ["balloon.usable"] = 61_644UL,
            ["balloon.unused"] = 55_712UL,
            ["balloon.last-update"] = 1_795_494_081UL,
            ["block.count"] = 2U,
            ["block.0.rd.bytes"] = 100UL,
            ["block.1.rd.bytes"] = 11UL,
            ["block.0.wr.bytes"] = 200UL,
            ["block.1.wr.bytes"] = 22UL,
            ["block.0.rd.reqs"] = 3UL,
            ["block.0.wr.reqs"] = 4UL,
            ["net.count"] = 1U,
            ["net.0.rx.bytes"] = 5UL,
            ["net.0.tx.bytes"] = 6UL,
        });

        Assert.Equal((Vm, 2, 7_000UL), (counters.VmId, counters.VCpus, counters.CpuNanoseconds));
        Assert.Equal(new MemoryReading(131_072UL * 1024, 281_352UL * 1024, 94_788UL * 1024, 61_644UL * 1024, 1_795_494_081UL), counters.Memory);
        Assert.Equal(new DiskCounters(111, 222, 3, 4), counters.Disks);
        Assert.Equal(new NetworkCounters(5, 6), counters.Network);
    }

    [Fact]
    public void Counters_OfAMachineThatSaysNothing_AreUnknown()
        => Assert.Equal(new VmCounters(Vm, 0, null, null, null, null), MachineCounters.Of(Vm, []));

    [Fact]
    public void Counters_WithoutATotal_AddUpTheProcessors()
        => Assert.Equal(30UL, MachineCounters.Of(Vm, new TypedParameters { ["vcpu.0.time"] = 10UL, ["vcpu.1.time"] = 20UL, ["vcpu.1.wait"] = 99UL }).CpuNanoseconds);

    [Fact]
    public void Counters_ThatCannotBe_AreUnknownOrStayWithinTheirRange()
    {
        var counters = MachineCounters.Of(Vm, new TypedParameters
        {
            ["cpu.time"] = -5L,
            ["vcpu.current"] = ulong.MaxValue,
            ["balloon.current"] = ulong.MaxValue,
            ["block.count"] = ulong.MaxValue,
            ["block.0.rd.bytes"] = ulong.MaxValue,
            ["block.1.rd.bytes"] = 5UL,
            ["block.0.wr.bytes"] = double.NaN,
            ["net.0.rx.bytes"] = "many",
        });

        Assert.Null(counters.CpuNanoseconds);
        Assert.Equal((int.MaxValue, ulong.MaxValue), (counters.VCpus, counters.Memory!.Allotted));
        Assert.Null(counters.Disks);
        Assert.Null(counters.Network);
    }

    [Theory]
    [InlineData("<memballoon model='virtio'/>", true)]
    [InlineData("<memballoon model='virtio-non-transitional'/>", true)]
    [InlineData("<memballoon model='virtio'><stats period='5'/></memballoon>", false)]
    [InlineData("<memballoon model='none'/>", false)]
    [InlineData("", false)]
    public void SilentGuest_IsOneThatCouldTellAndWasNotAsked(string balloon, bool expected)
        => Assert.Equal(expected, GuestMemory.IsSilent(SafeXml.Parse($"<domain><devices>{balloon}</devices></domain>")));
}
