using SnapshotPortal.EndToEnd.Portal;
using static Microsoft.Playwright.Assertions;

namespace SnapshotPortal.EndToEnd.Weather;

/// <summary>The portal is killed in the middle of its work, and started again.</summary>
[Collection(Deaths.Name)]
public sealed class DeathTests(PortalWithGuest shared) : PortalTests(shared)
{
    [Fact]
    public async Task Take_PortalDiesWhileTheGuestIsFrozen_GuestIsThawedAndTheSnapshotHasAnOutcome()
    {
        var (guest, file) = await PrepareAsync("before");
        var name = Unique("Frozen");
        var dev = await SignInAsync(Visitor.Developer);
        await RestartAsync(killAt: "TakeSnapshot:Capture");
        await dev.OpenAsync(Shared.VmId);

        await dev.TakeAsync(name);
        await DeathAsync();

        // The guard thaws although nobody is left to ask it to.
        await Eventually.TrueAsync(() => Task.Run(guest.SaysThawed), "the guest is thawed while the portal is dead");
        await guest.WriteAsync(file, "written while the portal was dead");
        await RestartAsync();
        var operation = await OutcomeAsync("TakeSnapshot", name);

        var snapshot = (await Shared.Developer.SnapshotsAsync(Shared.VmId)).Single(s => s.Text("name") == name);
        Assert.Equal(operation.Text("state"), snapshot.Text("phase"));
        Assert.Equal("thawed", guest.FreezeStatus());
        Assert.True(guest.IsActive);
        Assert.Equal("written while the portal was dead", await guest.ReadAsync(file));

        // The page that was left open finds the portal again, by itself or with its button.
        await dev.OpenAsync(Shared.VmId);
        await dev.PhaseAsync(name, operation.Text("state")!);
        var next = Unique("After the death");
        await dev.TakeAsync(next);
        await dev.PhaseAsync(next, "Succeeded");
    }

    [Theory]
    [InlineData("RestoreSnapshot:Redefine")]
    [InlineData("RestoreSnapshot:Start")]
    public async Task Restore_PortalDies_EndsAsOneOfTheTwoStatesAndRuns(string killAt)
    {
        var (guest, file) = await PrepareAsync("before");
        var (mac, name) = (guest.MacAddress, Unique("Restore"));
        var snapshot = await Shared.Developer.TakeAsync(Shared.VmId, name);
        await guest.WriteAsync(file, "after");
        await RestartAsync(killAt);

        await Shared.Developer.BeginAsync($"snapshots/{snapshot}/restore", new { policy = "StopTarget" });
        await DeathAsync();
        await RestartAsync();
        var operation = await OutcomeAsync("RestoreSnapshot", name);

        // Before the commit point it is undone, after it it is completed.
        Assert.Equal(killAt == "RestoreSnapshot:Start" ? "Succeeded" : "Failed", operation.Text("state"));
        await guest.BootedAsync();
        Assert.Equal(operation.Text("state") == "Succeeded" ? "before" : "after", await guest.ReadAsync(file));
        Assert.Equal("thawed", guest.FreezeStatus());
        Assert.Equal(mac, guest.MacAddress);
        await Shared.Developer.TakeAsync(Shared.VmId, Unique("After the death"));
    }

    [Fact]
    public async Task Clone_PortalDies_IsThereWholeOrNotAtAll()
    {
        var (guest, file) = await PrepareAsync("before");
        var name = Unique("Clone");
        var snapshot = await Shared.Developer.TakeAsync(Shared.VmId, name);
        var cloneName = Shared.Host.NewName("copy");
        var files = Directory.GetFiles(Shared.Host.Folder).Length;
        await RestartAsync(killAt: "CloneVm:Define");

        await Shared.Developer.BeginAsync($"snapshots/{snapshot}/clone", new { name = cloneName, start = false });
        await DeathAsync();
        await RestartAsync();
        var operation = await OutcomeAsync("CloneVm", name);

        var there = (await Shared.Developer.GetAsync($"vms?q={cloneName}")).Json.GetProperty("total").GetInt32();
        var defined = Shared.Host.Connection.ListAllDomains().Count(d =>
        {
            using (d)
            {
                return d.Name == cloneName;
            }
        });
        var whole = operation.Text("state") == "Succeeded" ? 1 : 0;
        Assert.Equal((whole, whole), (there, defined));
        Assert.Equal(files + whole, Directory.GetFiles(Shared.Host.Folder).Length);
        Assert.True(guest.IsActive);
        Assert.Equal("before", await guest.ReadAsync(file));

        // The name is free again, or taken for good.
        var again = await Shared.Developer.SucceedAsync($"snapshots/{snapshot}/clone", new { name = whole == 0 ? cloneName : Shared.Host.NewName("second"), start = false });
        Assert.NotEqual(Shared.VmId, again.GetProperty("vmId").GetGuid());
    }

    [Fact]
    public async Task Export_PortalIsKilledWhileItCopies_LeavesNoFileAndNoHelper()
    {
        var (guest, file) = await PrepareAsync("exported");
        await guest.ShAsync("dd if=/dev/urandom of=/root/much bs=1M count=60 2>/dev/null; sync");
        var name = Unique("Export");
        var snapshot = await Shared.Developer.TakeAsync(Shared.VmId, name);
        var export = await Shared.Developer.BeginAsync($"snapshots/{snapshot}/exports");
        await Eventually.TrueAsync(() => Task.FromResult(Directory.EnumerateFiles(Shared.Host.Folder, "export-*").Any()), "it copies");

        await Shared.Portal.KillAsync();
        await RestartAsync();
        var operation = await OutcomeAsync("ExportSnapshot", name);

        if (operation.Text("state") == "Succeeded")
        {
            // The copy was complete before the death came.
            await Shared.Developer.SendAsync(HttpMethod.Delete, $"exports/{export}");
        }

        await Eventually.TrueAsync(() => Task.FromResult(!Directory.EnumerateFiles(Shared.Host.Folder, "export-*").Any()), "no file of it is left");
        foreach (var domain in Shared.Host.Connection.ListAllDomains())
        {
            using (domain)
            {
                Assert.DoesNotContain("sp-export-", domain.Name, StringComparison.Ordinal);
            }
        }

        Assert.Equal("thawed", guest.FreezeStatus());
        Assert.Equal("exported", await guest.ReadAsync(file));
        await guest.ShAsync("rm /root/much");
    }

    [Fact]
    public async Task Flatten_PortalIsKilledWhileItCopies_DatabaseAndFilesAgree()
    {
        var (guest, file) = await PrepareAsync("flattened");
        await Shared.Developer.TakeAsync(Shared.VmId, Unique("Flatten"));
        var operation = await Shared.Developer.BeginAsync($"vms/{Shared.VmId}/flatten");
        await Eventually.TrueAsync(async () => (await Shared.Developer.GetAsync($"operations/{operation}")).Json.Text("currentStep") == "Pull", "it copies");

        await Shared.Portal.KillAsync();
        await RestartAsync();
        var ended = await Shared.Developer.EndAsync(operation, TimeSpan.FromSeconds(60));

        Output.WriteLine(ended.ToString());
        var map = (await Shared.Developer.GetAsync($"vms/{Shared.VmId}/layers")).Json;
        Assert.Equal(guest.Chain("vda").Count, map.GetProperty("chainDepth").GetInt32());
        Assert.Equal(ended.Text("state") == "Succeeded", map.GetProperty("chainDepth").GetInt32() == 1);
        Assert.Equal("flattened", await guest.ReadAsync(file));
        GuestHost.Run("qemu-img", "check", "-U", "-q", guest.DiskFile("vda"));

        await Shared.Developer.SucceedAsync($"vms/{Shared.VmId}/flatten");
        Assert.Single(guest.Chain("vda"));
        Assert.Null((await Shared.Developer.VmAsync(Shared.VmId)).Text("drift"));
        Assert.Equal("flattened", await guest.ReadAsync(file));
    }

    [Fact]
    public async Task Page_LeftOpenWhileThePortalIsAway_IsLiveAgainAndHasLostNothingTyped()
    {
        var (_, _) = await PrepareAsync("page");
        var dev = await SignInAsync(Visitor.Developer);
        await dev.OpenAsync(Shared.VmId);
        var name = Unique("Live again");
        var field = dev.Page.GetByTestId("snapshot-name");
        await field.FillAsync("");
        await field.PressSequentiallyAsync(name);

        await dev.Page.EvaluateAsync("() => { window.before = true; }");

        await Shared.Portal.KillAsync();
        var notice = dev.Page.Locator("#components-reconnect-modal");
        await Expect(notice).ToBeVisibleAsync(new() { Timeout = Visitor.Patience });
        await RestartAsync();

        // A new process knows no old circuit: the page loads itself again, and what was typed and not sent is there.
        await dev.Page.WaitForFunctionAsync("() => !window.before", null, new() { Timeout = 90_000 });
        await Expect(notice).ToBeHiddenAsync();
        await dev.LiveAsync();
        await Expect(field).ToHaveValueAsync(name);
        await dev.Page.GetByTestId("take-snapshot").ClickAsync();
        await dev.PhaseAsync(name, "Succeeded");
    }

    private async Task<(Guest Guest, string File)> PrepareAsync(string content)
    {
        // The test before may have left the portal as it failed.
        if (!Shared.Portal.IsRunning)
        {
            await RestartAsync();
        }

        var guest = await Shared.RunningAsync();
        var file = $"/root/{Guid.NewGuid():N}";
        await guest.WriteAsync(file, content);
        return (guest, file);
    }

    private async Task RestartAsync(string? killAt = null)
    {
        await Shared.Portal.StopAsync();
        Shared.Portal.Set("SNAPSHOTPORTAL_KILL_AT", killAt);
        await Shared.Portal.StartAsync();
    }

    private async Task DeathAsync() => Assert.Equal(137, await Shared.Portal.ExitAsync());

    private async Task<System.Text.Json.JsonElement> OutcomeAsync(string kind, string snapshot)
    {
        var operations = (await Shared.Developer.GetAsync("operations?take=50")).Json.GetProperty("operations");
        var id = operations.EnumerateArray().First(o => o.Text("kind") == kind && o.Text("snapshotName") == snapshot).GetProperty("id").GetGuid();
        var ended = await Shared.Developer.EndAsync(id, TimeSpan.FromSeconds(60));
        Output.WriteLine($"{kind}: {ended.Text("state")} {(ended.TryGetProperty("error", out var error) ? error.ToString() : "")}");
        return ended;
    }
}
