using System.Diagnostics;
using SnapshotPortal.EndToEnd.Portal;
using static Microsoft.Playwright.Assertions;

namespace SnapshotPortal.EndToEnd;

/// <summary>One's own account, in browsers. No machine is needed for that.</summary>
public sealed class AccountTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task SignOutElsewhere_AnotherBrowserThatIsOpen_LandsAtSignIn()
    {
        await using var portal = await PortalProcess.StartAsync("test:///default");
        await using var here = await Visitor.SignInAsync(chromium.Browser, portal.Url, Visitor.Developer);
        await using var elsewhere = await Visitor.SignInAsync(chromium.Browser, portal.Url, Visitor.Developer);
        await here.GoAsync("/account");
        var watch = Stopwatch.StartNew();

        await here.Page.GetByTestId("sign-out-elsewhere").ClickAsync();
        await Expect(elsewhere.Page.GetByTestId("sign-in-email")).ToBeVisibleAsync(new() { Timeout = Visitor.Patience });

        TestContext.Current.TestOutputHelper!.WriteLine($"{watch.Elapsed.TotalSeconds:F2} s");
        await here.LiveAsync();
        await Expect(here.Page.GetByTestId("account-event").First).ToContainTextAsync("Signed out everywhere else");
    }

    [Fact]
    public async Task Passkey_OfTheBrowser_IsAddedSignsInAndIsRemoved()
    {
        await using var portal = await PortalProcess.StartAsync("test:///default");

        // An authenticator knows names, not numbers.
        var url = portal.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        await using var developer = await Visitor.SignInAsync(chromium.Browser, url, Visitor.Developer);
        var page = developer.Page;
        var browser = await developer.Context.NewCDPSessionAsync(page);
        await browser.SendAsync("WebAuthn.enable");
        await browser.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["options"] = new { protocol = "ctap2", transport = "internal", hasResidentKey = true, hasUserVerification = true, isUserVerified = true, automaticPresenceSimulation = true },
        });
        await page.GotoAsync($"{url}/account/passkeys");
        await page.GetByTestId("passkey-name").FillAsync("Laptop");
        await page.GetByTestId("passkey-password").FillAsync("not the password");
        await page.GetByTestId("passkey-add").ClickAsync();
        await Expect(page.GetByTestId("form-error")).ToContainTextAsync("not your present password");
        await page.GetByTestId("passkey-password").FillAsync(Visitor.Password);
        await page.GetByTestId("passkey-add").ClickAsync();
        await Expect(page.GetByTestId("passkey")).ToContainTextAsync("Laptop");

        await developer.Context.ClearCookiesAsync();
        await page.GotoAsync($"{url}/account/sign-in?returnUrl=%2Faccount");
        await page.GetByTestId("sign-in-passkey").ClickAsync();
        await developer.LiveAsync();
        await Expect(page.GetByTestId("account-event").First).ToContainTextAsync("Signed in with a passkey");

        await page.GotoAsync($"{url}/account/passkeys");
        await page.GetByTestId("passkey-remove").ClickAsync();
        await Expect(page.GetByTestId("passkey")).ToHaveCountAsync(0);
        await developer.Context.ClearCookiesAsync();
        await page.GotoAsync($"{url}/account/sign-in");
        await page.GetByTestId("sign-in-passkey").ClickAsync();
        await Expect(page.GetByTestId("passkey-error")).ToContainTextAsync("not known here");
    }
}
