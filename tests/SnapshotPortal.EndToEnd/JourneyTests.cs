using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using SnapshotPortal.EndToEnd.Portal;
using static Microsoft.Playwright.Assertions;

namespace SnapshotPortal.EndToEnd;

/// <summary>The whole way, from the browser to the disk and back.</summary>
[Collection(GoodDays.Name)]
public sealed partial class JourneyTests(PortalWithGuest shared) : PortalTests(shared)
{
    [Fact]
    public async Task Journey_TakeChangeRestoreClone_IsSeenLiveByTheOwnerAndByNobodyElse()
    {
        var guest = await Shared.RunningAsync();
        var (mac, file) = (guest.MacAddress, $"/root/{Guid.NewGuid():N}");
        await using var strangersHub = await HubListener.ConnectAsync(Shared.Student);
        await using var ownersHub = await HubListener.ConnectAsync(Shared.Developer);
        var first = await SignInAsync(Visitor.Developer);
        var second = await SignInAsync(Visitor.Developer);
        await first.OpenAsync(Shared.VmId);
        await second.OpenAsync(Shared.VmId);
        await guest.WriteAsync(file, "before");

        // Taken with one click in one browser, seen step by step in both.
        var name = await first.Page.GetByTestId("snapshot-name").InputValueAsync();
        await Watching.BeginAsync(first.Page, name);
        await Watching.BeginAsync(second.Page, name);
        await first.Page.GetByTestId("take-snapshot").ClickAsync();
        await first.PhaseAsync(name, "Succeeded");
        await second.PhaseAsync(name, "Succeeded");
        foreach (var page in new[] { first.Page, second.Page })
        {
            var seen = await Watching.EndAsync(page);
            Output.WriteLine($"phases {string.Join(", ", seen.Phases)}; steps {string.Join(", ", seen.Steps)}");
            Assert.Equal("Succeeded", seen.Phases[^1]);
            Assert.Contains("InProgress", seen.Phases);
        }

        Assert.Equal("thawed", guest.FreezeStatus());
        var snapshot = (await Shared.Developer.SnapshotsAsync(Shared.VmId)).Single(s => s.Text("name") == name);
        Assert.Equal(["Online", "GuestAgent"], snapshot.GetProperty("indications").EnumerateArray().Select(static i => i.Text("kind")));

        // Back to it through the dialog: the same machine with the old content.
        await guest.WriteAsync(file, "after");
        await first.Node(name).GetByTestId("snapshot-restore").ClickAsync();
        await Expect(first.Dialog).ToContainTextAsync("Before restore");
        await first.Page.GetByTestId("restore-confirm").ClickAsync();
        await first.ToldAsync("is back at", name);
        await Expect(second.Node(name).GetByTestId("here")).ToBeVisibleAsync(new() { Timeout = Visitor.Patience });
        await guest.BootedAsync();
        Assert.Equal("before", await guest.ReadAsync(file));
        Assert.Equal(mac, guest.MacAddress);
        await first.PowerAsync("Running");

        // A new machine from it: the old content, but its own identity.
        var cloneName = Shared.Host.NewName("copy");
        await first.Node(name).GetByTestId("snapshot-clone").ClickAsync();
        await first.Page.GetByTestId("clone-name").FillAsync(cloneName);
        await first.Page.GetByTestId("clone-confirm").ClickAsync();
        await first.ToldAsync(cloneName, "is ready");
        var cloneId = (await Shared.Developer.GetAsync($"vms?q={cloneName}")).Json.GetProperty("items")[0].GetProperty("id").GetGuid();
        var clone = await Shared.Host.Guest(cloneId).BootedAsync();
        Assert.Equal("before", await clone.ReadAsync(file));
        Assert.NotEqual(mac, clone.MacAddress);
        Assert.NotEqual(Shared.VmId, cloneId);
        await second.GoAsync("/");
        await Expect(second.Page.Locator($"[data-vm-id='{cloneId}']")).ToBeVisibleAsync();

        await AssertUnseenAsync(snapshot.GetProperty("id").GetGuid(), cloneId);
        Assert.Contains(ownersHub.Events, e => e.Text("vmId") == Shared.VmId.ToString());
        Assert.Contains(ownersHub.Events, e => e.Text("vmId") == cloneId.ToString());
        Assert.DoesNotContain(strangersHub.Events, e => e.Text("vmId") == Shared.VmId.ToString() || e.Text("vmId") == cloneId.ToString());

        await Shared.Developer.QuietAsync(cloneId);
        await Shared.Developer.EndAsync((await Shared.Developer.SendAsync(HttpMethod.Delete, $"vms/{cloneId}")).Json.GetProperty("id").GetGuid());
    }

    [Fact]
    public async Task NewVm_WithAnIdentity_IsProvedUniqueOnItsOverview()
    {
        await Shared.RunningAsync();
        var name = Unique("Identity");
        await Shared.Developer.TakeAsync(Shared.VmId, name);
        var dev = await SignInAsync(Visitor.Developer);
        await dev.OpenAsync(Shared.VmId);
        var cloneName = Shared.Host.NewName("own");

        await dev.Node(name).GetByTestId("snapshot-clone").ClickAsync();
        await dev.Page.GetByTestId("clone-name").FillAsync(cloneName);
        await Expect(dev.Page.GetByTestId("clone-identity")).ToBeCheckedAsync();
        await dev.Page.GetByTestId("clone-options").ClickAsync();
        await dev.Page.GetByTestId("clone-script").FillAsync("hostname");
        await dev.Page.GetByTestId("clone-confirm").ClickAsync();
        await dev.ToldAsync(cloneName, "is ready");
        var cloneId = (await Shared.Developer.GetAsync($"vms?q={cloneName}")).Json.GetProperty("items")[0].GetProperty("id").GetGuid();
        await dev.OpenAsync(cloneId, "overview");

        await Expect(dev.Page.GetByTestId("identity")).ToHaveAttributeAsync("data-state", "Unique", new() { Timeout = Visitor.Patience * 2 });
        await Expect(dev.Page.GetByTestId("script-output")).ToContainTextAsync(cloneName);
        await Shared.Developer.QuietAsync(cloneId);
        await Shared.Developer.EndAsync((await Shared.Developer.SendAsync(HttpMethod.Delete, $"vms/{cloneId}")).Json.GetProperty("id").GetGuid());
    }

    [Fact]
    public async Task Undo_AfterARestore_BringsTheLatestStateBack()
    {
        var guest = await Shared.RunningAsync();
        var file = $"/root/{Guid.NewGuid():N}";
        var name = Unique("Undo");
        await guest.WriteAsync(file, "before");
        await Shared.Developer.TakeAsync(Shared.VmId, name);
        await guest.WriteAsync(file, "after");
        var dev = await SignInAsync(Visitor.Developer);
        await dev.OpenAsync(Shared.VmId);

        await dev.Node(name).GetByTestId("snapshot-restore").ClickAsync();
        await dev.Page.GetByTestId("restore-confirm").ClickAsync();
        await dev.ToldAsync("is back at", name);
        await dev.Page.Locator(".mud-snackbar").GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await dev.ToldAsync("is back at", "Before restore");

        await guest.BootedAsync();
        Assert.Equal("after", await guest.ReadAsync(file));
    }

    [Fact]
    public async Task Delete_SnapshotOfARunningMachine_ShortensTheChainAndKeepsTheData()
    {
        var guest = await Shared.RunningAsync();
        var file = $"/root/{Guid.NewGuid():N}";
        await guest.WriteAsync(file, "one");
        var (first, second) = (Unique("Delete"), Unique("Keep"));
        await Shared.Developer.TakeAsync(Shared.VmId, first);
        await guest.WriteAsync(file, "two");
        await Shared.Developer.TakeAsync(Shared.VmId, second);
        await guest.WriteAsync(file, "three");
        await Shared.Developer.QuietAsync(Shared.VmId);
        var before = guest.Chain("vda").Count;
        var dev = await SignInAsync(Visitor.Developer);
        await dev.OpenAsync(Shared.VmId);

        await dev.ChooseAsync(dev.Node(second).GetByTestId("snapshot-menu"), "snapshot-delete");
        await dev.Page.GetByTestId("delete-confirm").ClickAsync();

        await Expect(dev.Node(second)).ToHaveCountAsync(0, new() { Timeout = Visitor.Patience });
        await Expect(dev.Node(first)).ToBeVisibleAsync();
        await Eventually.TrueAsync(() => Task.Run(() => guest.Chain("vda").Count == before - 1), "the chain is shorter by one", TimeSpan.FromSeconds(60));
        await Shared.Developer.QuietAsync(Shared.VmId);
        Assert.Equal("three", await guest.ReadAsync(file));
        await guest.WriteAsync(file, "four");
        Assert.Equal("four", await guest.ReadAsync(file));
    }

    [Fact]
    public async Task Power_FromThePage_ChangesTheStateLive()
    {
        await Shared.RunningAsync();
        var dev = await SignInAsync(Visitor.Developer);
        var watcher = await SignInAsync(Visitor.Developer);
        await dev.OpenAsync(Shared.VmId);
        await watcher.GoAsync("/");
        var card = watcher.Page.Locator($"[data-vm-id='{Shared.VmId}']");
        await dev.PowerAsync("Running");

        await dev.ChooseAsync(dev.Page.GetByTestId("vm-menu"), "vm-shutdown");
        await dev.PowerAsync("ShutOff");
        await Expect(card.GetByTestId("vm-state")).ToHaveAttributeAsync("data-power", "ShutOff");
        Assert.False(Shared.Guest.IsActive);

        await dev.Page.GetByTestId("start").ClickAsync();
        await dev.PowerAsync("Running");
        await Expect(card.GetByTestId("vm-state")).ToHaveAttributeAsync("data-power", "Running");
        Assert.True(Shared.Guest.IsActive);

        await dev.ChooseAsync(dev.Page.GetByTestId("vm-menu"), "vm-stop");
        await dev.Page.GetByTestId("confirm").ClickAsync();
        await dev.PowerAsync("ShutOff");
        await Expect(card.GetByTestId("vm-state")).ToHaveAttributeAsync("data-power", "ShutOff");
        Assert.False(Shared.Guest.IsActive);
    }

    /// <summary>No limit is asserted: a busy machine says nothing about the portal. The number is for the reader.</summary>
    [Fact]
    public async Task Take_FiveTimes_TellsHowLongItTookFromClickToSucceeded()
    {
        await Shared.RunningAsync();
        var dev = await SignInAsync(Visitor.Developer);
        await dev.OpenAsync(Shared.VmId);
        await Expect(dev.Page.GetByTestId("expectation")).ToContainTextAsync("Guest agent connected");
        var times = new List<double>();
        for (var i = 1; i <= 5; i++)
        {
            var name = Unique("Timed");
            await dev.Page.GetByTestId("snapshot-name").FillAsync(name);
            await Watching.BeginAsync(dev.Page, name);
            await dev.Page.GetByTestId("take-snapshot").ClickAsync();
            await dev.PhaseAsync(name, "Succeeded");
            var seen = await Watching.EndAsync(dev.Page);
            times.Add(seen.Succeeded!.Value - seen.Clicked!.Value);
        }

        var windows = (await Shared.Developer.SnapshotsAsync(Shared.VmId)).Take(5).Select(static s => s.GetProperty("freezeWindowMilliseconds").GetDouble());
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"click to Succeeded on the screen, ms: {string.Join(", ", times.Select(static t => t.ToString("F0", CultureInfo.InvariantCulture)))}; frozen, ms: {string.Join(", ", windows.Reverse().Select(static w => w.ToString("F0", CultureInfo.InvariantCulture)))}");
        Output.WriteLine(text);
        TestContext.Current.SendDiagnosticMessage(text);
    }

    /// <summary>By page, API and hub alike, what is another's answers as what does not exist.</summary>
    private async Task AssertUnseenAsync(Guid snapshotId, Guid cloneId)
    {
        var stranger = await SignInAsync(Visitor.Student);
        await Expect(stranger.Page.Locator($"[data-vm-id='{Shared.VmId}']")).ToHaveCountAsync(0);
        var shown = new List<string>();
        foreach (var id in new[] { Guid.NewGuid(), Shared.VmId, cloneId })
        {
            var answer = await stranger.GoAsync($"/vms/{id}");
            await Expect(stranger.Page.GetByTestId("not-found")).ToBeVisibleAsync();
            shown.Add($"{answer!.Status} {await stranger.Page.TitleAsync()} {await stranger.Page.Locator("main").InnerTextAsync()}");
        }

        Assert.StartsWith("404", shown[0], StringComparison.Ordinal);
        Assert.Single(shown.Distinct(StringComparer.Ordinal));

        var random = Guid.NewGuid();
        (HttpMethod Method, string Address, Guid Id, object? Body)[] calls =
        [
            (HttpMethod.Get, "vms/{0}", Shared.VmId, null),
            (HttpMethod.Get, "vms/{0}/inspection", Shared.VmId, null),
            (HttpMethod.Get, "vms/{0}/snapshots", Shared.VmId, null),
            (HttpMethod.Post, "vms/{0}/snapshots", Shared.VmId, new { name = "mine" }),
            (HttpMethod.Post, "vms/{0}/stop", Shared.VmId, null),
            (HttpMethod.Delete, "vms/{0}", cloneId, null),
            (HttpMethod.Get, "snapshots/{0}", snapshotId, null),
            (HttpMethod.Post, "snapshots/{0}/restore", snapshotId, null),
            (HttpMethod.Post, "snapshots/{0}/clone", snapshotId, new { name = "mine" }),
            (HttpMethod.Delete, "snapshots/{0}", snapshotId, null),
        ];
        foreach (var (method, address, id, body) in calls)
        {
            var others = await Shared.Student.SendAsync(method, string.Format(CultureInfo.InvariantCulture, address, id), body);
            var nobodys = await Shared.Student.SendAsync(method, string.Format(CultureInfo.InvariantCulture, address, random), body);
            Assert.Equal(System.Net.HttpStatusCode.NotFound, others.Status);
            Assert.Equal(nobodys with { Body = TraceId().Replace(nobodys.Body, "") }, others with { Body = TraceId().Replace(others.Body, "") });
        }

        var mine = (await Shared.Student.GetAsync("operations")).Body + (await Shared.Student.GetAsync("events?since=0")).Body + (await Shared.Student.GetAsync("vms")).Body;
        Assert.DoesNotContain(Shared.VmId.ToString(), mine, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(cloneId.ToString(), mine, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(snapshotId.ToString(), mine, StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex("\"traceId\":\"[^\"]*\"", RegexOptions.None, 1000)]
    private static partial Regex TraceId();
}
