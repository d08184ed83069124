using SnapshotPortal.EndToEnd.Portal;
using static Microsoft.Playwright.Assertions;

namespace SnapshotPortal.EndToEnd;

/// <summary>The sentence behind a word: for whoever points, touches or comes with the keyboard, and in sight on a telephone, too.</summary>
public sealed class HintTests(Chromium chromium)
{
    [Fact]
    public async Task Hint_WordPointedAtOrFocused_IsShownUntilEscape()
    {
        await using var portal = await PortalProcess.StartAsync("test:///default");
        await using var visitor = await Visitor.SignInAsync(chromium.Browser, portal.Url, Visitor.Administrator);
        using var api = new PortalApi(portal.Url, await visitor.CreateTokenAsync("hints"));
        var group = (await api.PostAsync("classes", new { name = "Hints" })).Json.GetProperty("class").Id();
        await api.PostAsync($"classes/{group}/roster", new { roster = "newcomer@school.test" });
        await visitor.GoAsync($"/classes/{group}");
        var page = visitor.Page;
        var word = page.Locator("[data-testid=member] .chip[data-hint]");
        var hint = page.Locator(".hint");
        var sentence = (await word.GetAttributeAsync("data-hint"))!;
        Assert.EndsWith($": {sentence}", await word.GetAttributeAsync("aria-label"), StringComparison.Ordinal);
        await Expect(hint).ToHaveCountAsync(0);

        await word.FocusAsync();
        await Expect(hint).ToHaveTextAsync(sentence);
        await page.Keyboard.PressAsync("Escape");
        await Expect(hint).ToHaveCountAsync(0);

        await word.HoverAsync();
        await Expect(hint).ToBeVisibleAsync();
        await hint.HoverAsync();
        await Expect(hint).ToHaveTextAsync(sentence);
        await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).HoverAsync();
        await page.EvaluateAsync("() => document.activeElement.blur()");
        await Expect(hint).ToHaveCountAsync(0);

        await page.SetViewportSizeAsync(390, 844);
        await word.HoverAsync();
        await Expect(hint).ToBeInViewportAsync(new() { Ratio = 1 });
        Assert.Null(await visitor.TooWideAsync());
    }
}
