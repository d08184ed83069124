using System.Net;
using System.Text.Json;
using SnapshotPortal.EndToEnd.Portal;
using static Microsoft.Playwright.Assertions;

namespace SnapshotPortal.EndToEnd.Weather;

/// <summary>The host goes away and comes back, and the portal stays.</summary>
public sealed class HostTests(Chromium chromium) : IAsyncDisposable
{
    private readonly OwnLibvirt _libvirt = new();
    private readonly List<IAsyncDisposable> _things = [];
    private PortalProcess _portal = null!;

    [Fact]
    public async Task Host_StoppedAndBackAgain_IsShownAndWhatWaitsGoesOnByItself()
    {
        var (dev, api, vm) = await BeginAsync();
        await api.TakeAsync(vm, "Fair weather");
        await dev.OpenAsync(vm);
        await Expect(dev.Page.GetByTestId("host-notice")).ToHaveCountAsync(0);

        await _libvirt.StopAsync();

        // The pages say so, the database is read on, requests wait with their reason.
        await Expect(dev.Page.GetByTestId("host-notice")).ToContainTextAsync("local does not answer", new() { Timeout = Visitor.Patience });
        await Expect(dev.Page.GetByTestId("take-snapshot")).ToBeDisabledAsync();
        await dev.PhaseAsync("Fair weather", "Succeeded");
        var asked = await api.PostAsync($"vms/{vm}/snapshots", new { name = "Asked in the storm" });
        Assert.Equal(HttpStatusCode.Accepted, asked.Status);
        var operation = asked.Json.GetProperty("id").GetGuid();
        await Eventually.TrueAsync(
            async () => (await api.GetAsync($"operations/{operation}")).Json.Text("waitingFor") is { } reason && reason.Contains("host does not answer", StringComparison.Ordinal),
            "the operation says what it waits for");
        await dev.PhaseAsync("Asked in the storm", "InProgress");
        await Expect(dev.Node("Asked in the storm")).ToContainTextAsync("The host does not answer");
        var inspection = await api.GetAsync($"vms/{vm}/inspection");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "host-unreachable"), (inspection.Status, inspection.Code));
        await dev.GoAsync("/");
        await Expect(dev.Page.GetByTestId("host-notice")).ToContainTextAsync("local does not answer");
        await dev.OpenAsync(vm);

        await _libvirt.StartAsync();

        await Expect(dev.Page.GetByTestId("host-notice")).ToHaveCountAsync(0, new() { Timeout = Visitor.Patience });
        await dev.PhaseAsync("Asked in the storm", "Succeeded");
        Assert.Equal("Succeeded", (await api.EndAsync(operation)).Text("state"));
        await dev.TakeAsync("Fair again");
        await dev.PhaseAsync("Fair again", "Succeeded");
    }

    [Fact]
    public async Task Host_WhoseDaemonIsKilledInTheMiddleOfOperations_EachHasAnOutcomeAndTheDisksAreWhole()
    {
        var (_, api, vm) = await BeginAsync();
        var first = await api.TakeAsync(vm, "Before");
        (string Address, object? Body)[] acts =
        [
            ($"vms/{vm}/snapshots", new { name = "In the middle" }),
            ($"snapshots/{first}/restore", new { policy = "StopTarget" }),
            ($"snapshots/{first}/clone", new { name = "copied", full = true }),
            ($"snapshots/{first}/clone", new { name = "linked" }),
            ($"vms/{vm}/flatten", null),
        ];
        foreach (var (address, body) in acts)
        {
            // It has begun when the answer comes, and is nowhere near its end.
            var operation = await api.BeginAsync(address, body);
            await _libvirt.KillAsync();
            await _libvirt.StartAsync();

            var ended = await api.EndAsync(operation);

            TestContext.Current.TestOutputHelper!.WriteLine($"{address}: {ended}");
            Assert.True(ended.Text("state") == "Succeeded" || ended.GetProperty("error").Text("code") is "interrupted" or "hypervisor-error" or "host-unreachable", ended.ToString());
            await Eventually.TrueAsync(async () => (await api.GetAsync($"vms/{vm}/inspection")).Json.TryGetProperty("canTakeSnapshot", out var can) && can.GetBoolean(), "the machine can be worked with again", TimeSpan.FromSeconds(60));
            await api.QuietAsync(vm);
        }

        await api.TakeAsync(vm, "After");
        await api.SucceedAsync($"snapshots/{first}/restore", new { policy = "StopTarget" });
        Assert.False((await api.VmAsync(vm)).TryGetProperty("drift", out var drift) && drift.ValueKind == JsonValueKind.String, drift.ToString());
    }

    [Fact]
    public async Task Host_NotThereAtTheStart_IsSaidAndTheDatabaseIsStillRead()
    {
        var (dev, api, vm) = await BeginAsync();
        await api.TakeAsync(vm, "Before the move");
        await _portal.StopAsync();
        _portal.Set("SnapshotPortal__Hosts__0__Uri", $"qemu+unix:///session?socket={_portal.Folder}/nowhere");

        await _portal.StartAsync();

        await dev.OpenAsync(vm);
        await Expect(dev.Page.GetByTestId("host-notice")).ToContainTextAsync("libvirt does not answer at", new() { Timeout = Visitor.Patience });
        await Expect(dev.Page.GetByTestId("vm-state").First).ToHaveTextAsync("Off when last seen");
        await dev.PhaseAsync("Before the move", "Succeeded");
        Assert.False((await api.VmAsync(vm)).GetProperty("hostReachable").GetBoolean());
        Assert.Single(await api.SnapshotsAsync(vm));
        await using var administrator = await Visitor.SignInAsync(chromium.Browser, _portal.Url, Visitor.Administrator);
        await administrator.GoAsync("/admin");
        await Expect(administrator.Page.Locator("[data-testid=host][data-state=Unreachable]")).ToContainTextAsync("nowhere");

        // Time runs out for what waits, and it says why.
        var asked = await api.PostAsync($"vms/{vm}/snapshots", new { name = "Too late", failureDeadlineSeconds = 2 });
        var ended = await api.EndAsync(asked.Json.GetProperty("id").GetGuid());
        Assert.Equal("Failed", ended.Text("state"));
        Assert.Equal("deadline-exceeded", ended.GetProperty("error").Text("code"));
        Assert.Contains("host does not answer", ended.GetProperty("error").Text("detail"), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState is { Result: TestResult.Failed } && _portal is not null)
        {
            TestContext.Current.TestOutputHelper!.WriteLine(_portal.Output);
        }

        foreach (var thing in _things)
        {
            await thing.DisposeAsync();
        }

        await _libvirt.DisposeAsync();
    }

    private async Task<(Visitor Developer, PortalApi Api, Guid VmId)> BeginAsync()
    {
        await _libvirt.StartAsync();
        var vm = _libvirt.Define("weathered");
        _portal = await PortalProcess.StartAsync(_libvirt.Uri);
        var developer = await Visitor.SignInAsync(chromium.Browser, _portal.Url, Visitor.Developer);
        _things.Add(developer);
        _things.Add(_portal);
        await using (var administrator = await Visitor.SignInAsync(chromium.Browser, _portal.Url, Visitor.Administrator))
        {
            await administrator.GoAsync("/admin");
            await administrator.AdoptAsync("weathered", Visitor.Developer);
        }

        return (developer, new PortalApi(_portal.Url, await developer.CreateTokenAsync("weather")), vm);
    }
}
