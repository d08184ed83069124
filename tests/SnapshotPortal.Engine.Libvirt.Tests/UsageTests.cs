using System.Xml.Linq;
using LibVirt;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Usage;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>How busy a real guest is, as its host counts it.</summary>
public sealed class UsageTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Usage_OfAGuestUnderLoad_ShowsItAndEndsWithTheMachine()
    {
        using var host = GuestHost.Create();
        await using var portal = await PortalUnderTest.StartAsync();
        var usage = portal.Services.GetRequiredService<IUsage>();
        var id = host.Define(host.NewName("busy"));
        var guest = await host.Guest(id).BootedAsync();
        await portal.AdoptAsync(id);
        using var watch = (await usage.WatchAsync(portal.Owner, id, None)).Value!;
        var definition = XElement.Parse(guest.Xml(DomainXmlFlags.Inactive)).Element("devices")!.Element("memballoon")!.ToString();

        // A processor that never rests, and a file that is written again and again.
        await guest.ShAsync("(while :; do :; done) >/dev/null 2>&1 & (while :; do dd if=/dev/zero of=/root/load bs=64k count=32 conv=fsync; done) >/dev/null 2>&1 & :");
        var busy = await SampleAsync(usage, portal.Owner, id, static s => s is { CpuPercent: > 20, DiskWriteBytesPerSecond: > 0 });

        Assert.InRange(busy.CpuPercent!.Value, 20, 100);
        Assert.True(busy.DiskWritesPerSecond > 0);
        Assert.Equal(128L << 20, busy.MemoryAllottedBytes);
        Assert.True(busy.MemoryResidentBytes > 0);
        Assert.Null(busy.NetworkReceivedBytesPerSecond); // Behind the host's own address nothing is counted.

        // While somebody looks, its guest tells what it uses; the definition stays as it is.
        var told = await SampleAsync(usage, portal.Owner, id, static s => s.MemoryUsedBytes is not null);
        Assert.InRange(told.MemoryUsedBytes!.Value, 1, 128L << 20);
        Assert.Equal(definition, XElement.Parse(guest.Xml(DomainXmlFlags.Inactive)).Element("devices")!.Element("memballoon")!.ToString());

        await portal.SucceedAsync(portal.Vms.PowerAsync(portal.Owner, id, new PowerRequest(PowerAction.Stop), None));
        await NextAsync(watch);
        await NextAsync(watch);
        var last = (await usage.GetAsync(portal.Owner, id, None)).Value!.Samples[^1].At;
        await NextAsync(watch);

        Assert.Equal(last, (await usage.GetAsync(portal.Owner, id, None)).Value!.Samples[^1].At);
        Assert.Equal(FailureCodes.NotFound, (await usage.GetAsync(portal.Stranger, id, None)).Failure!.Code);
    }

    [Fact]
    public async Task Compare_WithAMachineThatWasChanged_SaysWhat()
    {
        using var host = GuestHost.Create();
        await using var portal = await PortalUnderTest.StartAsync();
        var name = host.NewName("changed");
        var id = host.Define(name, start: false);
        await portal.AdoptAsync(id);
        var snapshot = await portal.TakeAsync(id, "before");
        var same = (await portal.Snapshots.CompareAsync(portal.Owner, snapshot.Id, null, None)).Value!;

        using (host.Connection.DefineDomain(host.Guest(id).Xml(DomainXmlFlags.Inactive | DomainXmlFlags.Secure)
            .Replace(">131072<", ">262144<", StringComparison.Ordinal)
            .Replace("<vcpu placement='static'>1</vcpu>", "<vcpu placement='static'>2</vcpu>", StringComparison.Ordinal)))
        {
        }

        var changed = (await portal.Snapshots.CompareAsync(portal.Owner, snapshot.Id, null, None)).Value!;

        Assert.Empty(same.Differences);
        Assert.NotNull(same.WrittenBytes);
        Assert.Equal(
            [new ConfigurationDifference(ConfigurationPart.Memory, null, "128 MiB", "256 MiB"), new ConfigurationDifference(ConfigurationPart.Processors, null, "1 vCPU", "2 vCPU")],
            changed.Differences);
        Assert.Equal(("before", null), (changed.Before.Name, changed.After.Name));
    }

    private static async Task<UsageSample> SampleAsync(IUsage usage, Actor actor, Guid id, Func<UsageSample, bool> wanted)
        => (await Eventually.GetAsync(
            async () => (await usage.GetAsync(actor, id, None)).Value!.Samples.LastOrDefault(wanted),
            "a sample shows what the guest does",
            Patience))!;

    private static async Task NextAsync(IUsageWatch watch) => Assert.True(await watch.NextAsync(None).WaitAsync(Patience));
}
