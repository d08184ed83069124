using SnapshotPortal.Operations.Engine;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>
/// Whether the engine asks a host about the disks of a machine. A look waits for nobody: one that meets another look at the
/// machine is told nothing of its disks (VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT), so a single one shows nothing.
/// </summary>
internal static class DiskQuestions
{
    private const int Looks = 20;

    public static Task AssertAskedAsync(IHypervisorEngine engine, HostRef host, Guid vmId)
        => Eventually.TrueAsync(() => AnsweredAsync(engine, host, vmId), "a look tells of the machine's disks");

    public static async Task AssertNotAskedAsync(IHypervisorEngine engine, HostRef host, Guid vmId)
    {
        for (var look = 0; look < Looks; look++)
        {
            Assert.False(await AnsweredAsync(engine, host, vmId), $"Look {look + 1} told of the machine's disks.");
        }
    }

    private static async Task<bool> AnsweredAsync(IHypervisorEngine engine, HostRef host, Guid vmId)
        => (await engine.ReadCountersAsync(host, CancellationToken.None)).Single(counters => counters.VmId == vmId).Disks is not null;
}
