using SnapshotPortal.EndToEnd.Portal;
using static Microsoft.Playwright.Assertions;

namespace SnapshotPortal.EndToEnd;

/// <summary>What the others do all day: somebody who only watches, who only has a keyboard, who administers.</summary>
[Collection(GoodDays.Name)]
public sealed class RoleJourneyTests(PortalWithGuest shared) : PortalTests(shared)
{
    private const int MostTabs = 120;

    [Fact]
    public async Task Developer_WithTheKeyboardAlone_TakesASnapshotGoesBackAndUndoesIt()
    {
        var (id, name) = await Shared.AddOffAsync("keys");
        var dev = await SignInAsync(Visitor.Developer);
        var keys = dev.Page.Keyboard;

        // From the search: Ctrl-K, a verb and the name, Enter.
        await keys.PressAsync("Control+k");
        await Expect(dev.Page.Locator("#search")).ToBeFocusedAsync();
        await keys.TypeAsync($"snapshot {name}");
        await Expect(dev.Page.GetByTestId("search-option").First).ToContainTextAsync($"Take a snapshot of {name}");
        await keys.PressAsync("ArrowDown");
        await Expect(dev.Page.Locator("#search")).ToHaveAttributeAsync("aria-activedescendant", "search-option-0");
        await keys.PressAsync("Enter");
        var node = dev.Page.GetByTestId("snapshot-node");
        await Expect(node).ToHaveAttributeAsync("data-phase", "Succeeded", new() { Timeout = Visitor.Patience });
        Assert.Contains(id.ToString(), dev.Page.Url, StringComparison.OrdinalIgnoreCase);

        // Back to it, and back again, with Tab and Enter.
        await TabToAsync(dev, "[data-testid=snapshot-restore]");
        await keys.PressAsync("Enter");
        await Expect(dev.Dialog).ToBeVisibleAsync();
        await TabToAsync(dev, "[data-testid=restore-confirm]");
        await keys.PressAsync("Enter");
        await dev.ToldAsync("is back at");
        await Expect(node).ToHaveCountAsync(2);
        await TabToAsync(dev, ".mud-snackbar-action-button");
        await keys.PressAsync("Enter");

        await dev.ToldAsync("is back at", "Before restore");
    }

    [Fact]
    public async Task Administrator_WhoDoesNotAgreeToARole_SeesTheBoxAsItWas()
    {
        var administrator = await SignInAsync(Visitor.Administrator);
        await administrator.GoAsync("/admin");
        var box = administrator.Page.Locator($"[data-testid=person][data-email='{Visitor.Developer}']").GetByTestId("person-administrator");

        await box.ClickAsync();
        await administrator.Dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await Expect(administrator.Dialog).ToHaveCountAsync(0);
        await Expect(box).Not.ToBeCheckedAsync();
    }

    [Fact]
    public async Task Watcher_OnTheBoardAndOnTheHub_SeesEachChangeAndNothingOfOthers()
    {
        var (id, name) = await Shared.AddOffAsync("watched");
        var watcher = await SignInAsync(Visitor.Administrator);
        await watcher.GoAsync("/live");
        await using var hub = await HubListener.ConnectAsync(Shared.Administrator);

        var operation = await Shared.Developer.BeginAsync($"vms/{id}/snapshots", new { name = Unique("Watched") });
        await Shared.Developer.EndAsync(operation);

        var row = watcher.Page.Locator($"[data-testid=board-row][data-operation-id='{operation}']");
        await Expect(row).ToHaveAttributeAsync("data-state", "Succeeded", new() { Timeout = Visitor.Patience });
        await Expect(row).ToContainTextAsync(name);
        await Eventually.TrueAsync(() => Task.FromResult(States(hub, operation).Contains("Succeeded")), "the hub has told of the end");
        Assert.Contains("Running", States(hub, operation));
        var sequence = hub.Events.Select(static e => e.GetProperty("sequence").GetInt64()).ToList();
        Assert.Equal(sequence.Order().Distinct(), sequence);

        // The student on the board beside sees none of it.
        var stranger = await SignInAsync(Visitor.Student);
        await stranger.GoAsync("/live");
        await Expect(stranger.Page.Locator($"[data-operation-id='{operation}']")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Administrator_AdoptsSetsALimitAndSeesWhatIsReady_AndTheOwnerIsHeldToIt()
    {
        var name = Shared.Host.NewName("found");
        var id = Shared.Host.Define(name, start: false);
        var administrator = await SignInAsync(Visitor.Administrator);
        var owner = await SignInAsync(Visitor.Student);

        // Given away by page: its owner sees it at once.
        await administrator.GoAsync("/admin");
        await administrator.AdoptAsync(name, Visitor.Student);
        await Expect(owner.Page.Locator($"[data-testid=vm-card][data-vm-id='{id}']")).ToBeVisibleAsync(new() { Timeout = Visitor.Patience });

        // A limit of no snapshots, with its reason.
        await administrator.Page.GetByTestId("quota-new").ClickAsync();
        await administrator.Dialog.GetByLabel("Snapshots").FillAsync("0");
        await administrator.Page.GetByTestId("quota-reason").FillAsync("A test of limits.");
        await administrator.Page.GetByTestId("quota-save").ClickAsync();
        await Expect(administrator.Page.GetByTestId("quota")).ToHaveCountAsync(1);
        try
        {
            var answer = await Shared.Student.PostAsync($"vms/{id}/snapshots", new { name = "One too many" });
            Assert.Equal("quota-exceeded", answer.Code);
            Assert.Contains("0 snapshots", answer.Detail, StringComparison.Ordinal);
        }
        finally
        {
            var quota = (await Shared.Administrator.GetAsync("admin/quotas")).Json.GetProperty("items")[0].GetProperty("id").GetGuid();
            await Shared.Administrator.SendAsync(HttpMethod.Delete, $"admin/quotas/{quota}");
        }

        await administrator.GoAsync("/admin/readiness");
        await Expect(administrator.Page.Locator("[data-testid=readiness][data-state=Ready]").First).ToBeVisibleAsync(new() { Timeout = Visitor.Patience });
        await Shared.Student.TakeAsync(id, "Allowed again");
    }

    /// <summary>Presses Tab until something has the focus, as whoever has no mouse does.</summary>
    private static async Task TabToAsync(Visitor visitor, string selector)
    {
        await Expect(visitor.Page.Locator(selector).First).ToBeEnabledAsync();
        for (var i = 0; i < MostTabs; i++)
        {
            if (await visitor.Page.EvaluateAsync<bool>("s => !!document.activeElement?.matches(s)", selector))
            {
                return;
            }

            await visitor.Page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"{selector} cannot be reached with Tab.");
    }

    private static List<string?> States(HubListener hub, Guid operation)
        => [.. hub.Events.Where(e => e.Text("operationId") == operation.ToString()).Select(static e => e.Text("state"))];
}
