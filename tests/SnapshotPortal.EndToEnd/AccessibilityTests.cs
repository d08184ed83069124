using Deque.AxeCore.Playwright;
using SnapshotPortal.EndToEnd.Portal;
using static Microsoft.Playwright.Assertions;

namespace SnapshotPortal.EndToEnd;

/// <summary>The rules of axe on every page and dialog, in both themes.</summary>
[Collection(GoodDays.Name)]
public sealed class AccessibilityTests(PortalWithGuest shared) : PortalTests(shared)
{
    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Pages_AndDialogs_BreakNoRule(ColorScheme colours)
    {
        await Shared.RunningAsync();
        var snapshot = Unique("Accessible");
        await Shared.Developer.TakeAsync(Shared.VmId, snapshot);
        var broken = new List<string>();
        await using (var stranger = await Shared.ArriveAsync(colours))
        {
            foreach (var address in new[] { "/account/sign-in", "/account/register", "/account/forgot-password" })
            {
                await stranger.Page.GotoAsync($"{Shared.Portal.Url}{address}");
                await CheckAsync(stranger.Page, address);
            }
        }

        var dev = await SignInAsync(Visitor.Developer, colours);
        foreach (var address in new[] { "/", $"/vms/{Shared.VmId}?tab=snapshots", $"/vms/{Shared.VmId}?tab=overview", $"/vms/{Shared.VmId}?tab=activity", $"/vms/{Shared.VmId}?tab=settings", "/activity", "/account", $"/vms/{Guid.NewGuid()}" })
        {
            await dev.GoAsync(address);
            await SettledAsync(dev.Page);
            await CheckAsync(dev.Page, address);
        }

        foreach (var address in new[] { "/account/password", "/account/second-factor" })
        {
            await dev.Page.GotoAsync($"{Shared.Portal.Url}{address}");
            await CheckAsync(dev.Page, address);
        }

        await dev.OpenAsync(Shared.VmId);
        foreach (var (button, name) in new[] { ("snapshot-restore", "restore dialog"), ("snapshot-clone", "clone dialog") })
        {
            await dev.Node(snapshot).GetByTestId(button).ClickAsync();
            await CheckDialogAsync(name);
        }

        await dev.ChooseAsync(dev.Node(snapshot).GetByTestId("snapshot-menu"), "snapshot-delete");
        await CheckDialogAsync("delete dialog");
        await dev.ChooseAsync(dev.Page.GetByTestId("vm-menu"), "vm-stop");
        await CheckDialogAsync("force off dialog");

        var administrator = await SignInAsync(Visitor.Administrator, colours);
        await administrator.GoAsync("/admin");
        await SettledAsync(administrator.Page);
        await CheckAsync(administrator.Page, "/admin");

        Assert.True(broken.Count == 0, string.Join('\n', broken));

        async Task CheckDialogAsync(string name)
        {
            await Expect(dev.Dialog).ToBeVisibleAsync();
            await CheckAsync(dev.Page, name);
            await dev.Dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
            await Expect(dev.Dialog).ToHaveCountAsync(0);
        }

        async Task CheckAsync(IPage page, string where)
        {
            await Eventually.TrueAsync(async () => await page.EvaluateAsync<bool>("() => document.getAnimations().every(a => a.playState !== 'running' || a.effect.getComputedTiming().iterations === Infinity)"), "what moves has come to rest");
            var result = await page.RunAxe();
            broken.AddRange(result.Violations.SelectMany(v => v.Nodes.Select(n => $"{where}: {v.Id} ({v.Help}): {n.Html}: {string.Join("; ", n.Any.Concat(n.All).Concat(n.None).Select(static c => c.Message))}")));
        }
    }

    private static Task SettledAsync(IPage page) => Expect(page.Locator("[aria-busy=true]")).ToHaveCountAsync(0, new() { Timeout = Visitor.Patience });
}
