using System.Diagnostics;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests.Deaths;

/// <summary>A portal in a process of its own, on the database of a portal that has been stopped.</summary>
internal static class VictimPortal
{
    private const int KilledExitCode = 128 + 9;

    /// <summary>Has it do something until it dies at a step.</summary>
    public static async Task DieAsync(PortalUnderTest portal, string killAt, string act, Guid id, string name)
    {
        using var victim = Start(portal, act, id, name, killAt);
        await victim.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(120));
        var output = await victim.StandardOutput.ReadToEndAsync() + await victim.StandardError.ReadToEndAsync();
        Assert.True(victim.ExitCode == KilledExitCode, $"It did not die at {killAt}: {output}");
    }

    /// <summary>Has it do something, and kills it a while after it is ready.</summary>
    public static async Task KillAsync(PortalUnderTest portal, TimeSpan after, string act, Guid id, string name)
    {
        using var victim = Start(portal, act, id, name, killAt: null);
        while (await victim.StandardOutput.ReadLineAsync() is { } line && line != "ready")
        {
        }

        using var moment = new PeriodicTimer(after);
        await moment.WaitForNextTickAsync();
        victim.Kill();
        await victim.WaitForExitAsync();
    }

    private static Process Start(PortalUnderTest portal, string act, Guid id, string name, string? killAt)
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "SnapshotPortal.Victim"),
            [portal.DatabasePath, portal.Owner.UserId.ToString(), act, id.ToString(), name])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["SNAPSHOTPORTAL_KILL_AT"] = killAt;
        return Process.Start(start)!;
    }
}
