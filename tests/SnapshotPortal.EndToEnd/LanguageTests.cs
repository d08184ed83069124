using System.Text.RegularExpressions;
using SnapshotPortal.EndToEnd.Portal;
using static Microsoft.Playwright.Assertions;

namespace SnapshotPortal.EndToEnd;

/// <summary>Somebody chooses German, and is spoken to in German from then on.</summary>
[Collection(GoodDays.Name)]
public sealed partial class LanguageTests(PortalWithGuest shared) : PortalTests(shared)
{
    [Fact]
    public async Task German_ChosenBeforeSigningIn_IsSpokenFromThenOn()
    {
        await Shared.RunningAsync();
        await using var visitor = await Shared.ArriveAsync();
        var page = visitor.Page;
        await page.GotoAsync($"{Shared.Portal.Url}/account/sign-in");
        await page.GetByTestId("language-de").ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "de");
        await HasNoEnglishAsync(page);

        await page.GetByTestId("sign-in-email").FillAsync(Visitor.Developer);
        await page.GetByTestId("sign-in-password").FillAsync(Visitor.Password);
        await page.GetByTestId("sign-in-submit").ClickAsync();
        await visitor.LiveAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Meine VMs");
        await HasNoEnglishAsync(page);

        var name = Unique("Stand");
        await visitor.OpenAsync(Shared.VmId);
        await visitor.TakeAsync(name);
        await visitor.PhaseAsync(name, "Succeeded");
        await visitor.ToldAsync(name, "ist erstellt");
        await visitor.Node(name).GetByTestId("snapshot-restore").ClickAsync();
        await Expect(visitor.Dialog).ToContainTextAsync($"„{name}“ wiederherstellen");
        await page.GetByTestId("restore-confirm").ClickAsync();
        await visitor.ToldAsync("ist zurück bei", name);

        // German words are longer, and a telephone is as narrow as ever: even where there is a table of tokens.
        await visitor.CreateTokenAsync(Unique("Sicherung"));
        await page.SetViewportSizeAsync(390, 844);
        foreach (var address in new[] { $"/vms/{Shared.VmId}?tab=snapshots", $"/vms/{Shared.VmId}?tab=overview", $"/vms/{Shared.VmId}?tab=settings", "/", "/account", "/templates", "/classes", "/activity", "/live" })
        {
            await visitor.GoAsync(address);
            await visitor.QuietAsync();
            Assert.True(await visitor.TooWideAsync() is null, $"{address}: {await visitor.TooWideAsync()}");
        }
    }

    private static async Task HasNoEnglishAsync(IPage page)
    {
        var text = await page.Locator("body").InnerTextAsync();
        Assert.Equal([], EnglishWord().Matches(text).Select(static m => m.Value));
    }

    // Words that are no German ones, and that names of machines and snapshots in the demo do not hold.
    [GeneratedRegex(@"\b(the|and|is|are|your|with|sign in|snapshot taken|take snapshot|running|last|ago|password|home|classes|templates)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex EnglishWord();
}
