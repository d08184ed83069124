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
}
