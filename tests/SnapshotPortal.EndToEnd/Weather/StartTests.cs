using System.Net;
using System.Net.Sockets;
using SnapshotPortal.EndToEnd.Portal;

namespace SnapshotPortal.EndToEnd.Weather;

/// <summary>A start that cannot succeed ends with one sentence for whoever started it.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task Start_DatabaseFolderMissing_EndsWithOneSentence()
    {
        await using var portal = PortalProcess.Prepare("test:///default");
        var folder = Path.Combine(portal.Folder, "nowhere");
        portal.Set("ConnectionStrings__Portal", $"Data Source={folder}/portal.db");

        await AssertRefusedAsync(portal, folder);

        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task Start_DatabaseIsAFolder_EndsWithOneSentence()
    {
        await using var portal = PortalProcess.Prepare("test:///default");
        var folder = Directory.CreateDirectory(Path.Combine(portal.Folder, "portal.db")).FullName;

        await AssertRefusedAsync(portal, folder);
        Assert.Contains("folder", portal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DatabaseIsNoDatabase_EndsWithOneSentenceAndLeavesTheFileAlone()
    {
        await using var portal = PortalProcess.Prepare("test:///default");
        var file = Path.Combine(portal.Folder, "portal.db");
        await File.WriteAllTextAsync(file, "These are somebody's notes and no database at all.", TestContext.Current.CancellationToken);

        await AssertRefusedAsync(portal, file);

        Assert.StartsWith("These are", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DatabaseReadOnly_EndsWithOneSentence()
    {
        await using var portal = PortalProcess.Prepare("test:///default");

        var file = Path.Combine(portal.Folder, "portal.db");
        await File.WriteAllBytesAsync(file, [], TestContext.Current.CancellationToken);
        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        if (Environment.IsPrivilegedProcess)
        {
            // No mode keeps root from writing.
            portal.Set("ConnectionStrings__Portal", $"Data Source={file};Mode=ReadOnly");
        }

        await AssertRefusedAsync(portal, file);
    }

    [Fact]
    public async Task Start_PortTaken_EndsWithOneSentence()
    {
        await using var portal = PortalProcess.Prepare("test:///default");
        using var listener = new TcpListener(IPAddress.Loopback, new Uri(portal.Url).Port);
        listener.Start();

        await AssertRefusedAsync(portal, new Uri(portal.Url).Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static async Task AssertRefusedAsync(PortalProcess portal, string names)
    {
        portal.Launch();
        var code = await portal.ExitAsync();
        Assert.True(code != 0, $"It ended with 0. {portal.Output}");
        var lines = portal.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.True(lines.Length == 1, $"More or less than one line on standard error:\n{portal.Error}");
        Assert.Contains(names, lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", portal.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", portal.Output, StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper!.WriteLine(lines[0]);
    }
}
