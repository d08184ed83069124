using System.Diagnostics;
using System.Globalization;
using SnapshotPortal.EndToEnd.Portal;
using static Microsoft.Playwright.Assertions;

namespace SnapshotPortal.EndToEnd.Weather;

/// <summary>What happens to an open page while its connection, its machine or its clock fails.</summary>
[Collection(GoodDays.Name)]
public sealed class PageTests(PortalWithGuest shared, Chromium chromium) : PortalTests(shared)
{
    /// <summary>How long the connection is gone: five seconds, or what eng/soak says.</summary>
    private static readonly TimeSpan _cut = TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable("SNAPSHOTPORTAL_CUT_SECONDS") ?? "5", CultureInfo.InvariantCulture));

    [Fact]
    public async Task Page_ConnectionCutForAWhile_GoesOnWithWhatItMissedAndWhatWasTyped()
    {
        var (id, _) = await Shared.AddOffAsync("cut");
        await using var cable = new Cable(Shared.Portal.Url);
        await using var dev = await Visitor.SignInAsync(chromium.Browser, cable.Url, Visitor.Developer);
        await dev.OpenAsync(id);
        await dev.Page.GetByTestId("snapshot-name").FillAsync("Half a na");
        await dev.Page.EvaluateAsync("() => { window.isTheSamePage = true; }");

        cable.Cut();
        var watch = Stopwatch.StartNew();
        await Expect(dev.Page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        await Shared.Developer.TakeAsync(id, "Taken meanwhile");
        await Eventually.TrueAsync(() => Task.FromResult(watch.Elapsed > _cut), "the connection was gone for as long as it should", _cut + TimeSpan.FromSeconds(30));
        cable.Mend();

        await dev.PhaseAsync("Taken meanwhile", "Succeeded");
        await Expect(dev.Page.Locator("#components-reconnect-modal")).ToBeHiddenAsync();
        await Expect(dev.Page.GetByTestId("snapshot-name")).ToHaveValueAsync("Half a na");
        Assert.True(await dev.Page.EvaluateAsync<bool>("() => window.isTheSamePage === true"), "The page was loaded anew.");
    }

    /// <summary>The portal keeps a tab that has lost its connection for some minutes only; then the page begins anew in place.</summary>
    [Fact]
    public async Task Page_ForgottenByThePortal_ComesBackWithWhatItMissedAndWhatWasTyped()
    {
        var (id, _) = await Shared.AddOffAsync("forgotten");
        var dev = await SignInAsync(Visitor.Developer);
        await dev.OpenAsync(id);
        await dev.Page.GetByTestId("snapshot-name").FillAsync("Half a na");

        Assert.True(await dev.Page.EvaluateAsync<bool>("() => Blazor.pauseCircuit()"));
        await Expect(dev.Page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        await Shared.Developer.TakeAsync(id, "Taken meanwhile");
        Assert.True(await dev.Page.EvaluateAsync<bool>("() => Blazor.resumeCircuit()"));

        await dev.PhaseAsync("Taken meanwhile", "Succeeded");
        await Expect(dev.Page.Locator("#components-reconnect-modal")).ToBeHiddenAsync();
        await Expect(dev.Page.GetByTestId("snapshot-name")).ToHaveValueAsync("Half a na");
        await dev.Page.GetByTestId("take-snapshot").ClickAsync();
        await dev.PhaseAsync("Half a na", "Succeeded");
    }

    [Fact]
    public async Task Field_TypedIntoWhileThePortalIsSlow_KeepsEveryLetter()
    {
        var (id, _) = await Shared.AddOffAsync("slow");
        await using var cable = new Cable(Shared.Portal.Url);
        await using var dev = await Visitor.SignInAsync(chromium.Browser, cable.Url, Visitor.Developer);
        await dev.OpenAsync(id);
        var field = dev.Page.GetByTestId("snapshot-name");
        await field.FillAsync("");
        cable.Delay = TimeSpan.FromMilliseconds(150);

        await field.PressSequentiallyAsync("Every letter counts", new() { Delay = 40 });
        await dev.Page.GetByTestId("take-snapshot").ClickAsync();

        await dev.PhaseAsync("Every letter counts", "Succeeded");
    }

    [Fact]
    public async Task Machine_DeletedWhileItsPageIsOpen_IsSaidWithAWayOn()
    {
        var (id, _) = await Shared.AddOffAsync("deleted");
        var dev = await SignInAsync(Visitor.Developer);
        await dev.OpenAsync(id);
        await dev.Page.GetByTestId("snapshot-name").FillAsync("Too late");

        var deletion = (await Shared.Developer.SendAsync(HttpMethod.Delete, $"vms/{id}")).Json.GetProperty("id").GetGuid();
        await Shared.Developer.EndAsync(deletion);

        await Expect(dev.Page.GetByTestId("not-found")).ToBeVisibleAsync(new() { Timeout = Visitor.Patience });
        await dev.Page.GetByTestId("not-found").GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(dev.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("My VMs");
    }

    [Fact]
    public async Task Browser_ClockAnHourOff_StillSaysWhenThingsHappened()
    {
        var (id, _) = await Shared.AddOffAsync("clock");
        var dev = await SignInAsync(Visitor.Developer);
        await dev.Page.Clock.SetSystemTimeAsync(TimeProvider.System.GetUtcNow().AddHours(1).UtcDateTime);
        await dev.OpenAsync(id);

        await dev.TakeAsync("On time");
        await dev.PhaseAsync("On time", "Succeeded");

        await Expect(dev.Node("On time").Locator("time").First).ToHaveTextAsync("just now");
    }
}
