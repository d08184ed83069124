using System.Text.RegularExpressions;
using SnapshotPortal.EndToEnd.Portal;
using static Microsoft.Playwright.Assertions;

namespace SnapshotPortal.EndToEnd;

/// <summary>What goes on is seen where it is looked for: in the tab's title, on Home, on the board and on the wall.</summary>
[Collection(GoodDays.Name)]
public sealed partial class LiveJourneyTests(PortalWithGuest shared) : PortalTests(shared)
{
    [Fact]
    public async Task Live_WhatRuns_IsSeenInTheTitleAtHomeOnTheBoardAndOnTheWallAndByNobodyElse()
    {
        await Shared.RunningAsync();
        var name = Unique("Live");
        var snapshot = await Shared.Developer.TakeAsync(Shared.VmId, name);
        await Shared.Developer.QuietAsync(Shared.VmId);
        var home = await SignInAsync(Visitor.Developer);
        var board = await home.AnotherTabAsync();
        var wall = await home.AnotherTabAsync();
        var stranger = await SignInAsync(Visitor.Student);
        await home.GoAsync("/");
        await board.GoAsync("/live");
        await wall.GoAsync("/live/wall?kind=ExportSnapshot");
        await stranger.GoAsync("/live");
        await Expect(wall.Page.GetByTestId("wall-empty")).ToBeVisibleAsync();
        await Watching.TitlesAsync(home.Page);

        var export = await Shared.Developer.BeginAsync($"snapshots/{snapshot}/exports");

        var row = board.Page.Locator($"[data-testid=board-row][data-operation-id='{export}']");
        await Expect(row).ToContainTextAsync(name);
        await Expect(row).ToHaveAttributeAsync("data-state", "Succeeded", new() { Timeout = Visitor.Patience });
        await Expect(wall.Page.Locator($"[data-operation-id='{export}']")).ToHaveAttributeAsync("data-state", "Succeeded", new() { Timeout = Visitor.Patience });
        await Expect(stranger.Page.Locator($"[data-operation-id='{export}']")).ToHaveCountAsync(0);
        await Expect(stranger.Page.Locator($"a[href='/vms/{Shared.VmId}']")).ToHaveCountAsync(0);

        // While it ran the title said so; now it is as before, on every page.
        await Expect(home.Page).ToHaveTitleAsync("My VMs · SnapshotPortal");
        Assert.Contains("(1) My VMs · SnapshotPortal", await Watching.TitlesSeenAsync(home.Page));
        await Expect(home.Page.GetByTestId("now")).ToHaveCountAsync(0);

        // The filter is kept from the wall to the board.
        await wall.Page.GetByRole(AriaRole.Link, new() { Name = "Leave" }).ClickAsync();
        await Expect(wall.Page).ToHaveURLAsync(Filtered());
        await Expect(wall.Page.GetByTestId("filter-kind")).ToHaveValueAsync("ExportSnapshot");
        await Shared.Developer.SendAsync(HttpMethod.Delete, $"exports/{export}");
    }

    [GeneratedRegex("/live\\?kind=ExportSnapshot$", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Filtered();
}
