using SnapshotPortal.EndToEnd.Portal;
using static Microsoft.Playwright.Assertions;

namespace SnapshotPortal.EndToEnd;

/// <summary>The consoles in a real browser, on a real guest.</summary>
[Collection(GoodDays.Name)]
public sealed class ConsoleTests(PortalWithGuest shared) : PortalTests(shared)
{
    [Fact]
    public async Task Console_OfTheOwner_ShowsTheScreenAndTypesIntoTheSerialConsole()
    {
        await Shared.RunningAsync();
        var dev = await SignInAsync(Visitor.Developer);
        await dev.OpenAsync(Shared.VmId, "console");

        await ConnectedAsync(dev);
        await Eventually.TrueAsync(
            () => dev.Page.EvaluateAsync<bool>(
                """
                () => {
                  const canvas = document.querySelector('.console-stage canvas');
                  const pixels = canvas && canvas.width > 300 && canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
                  return !!pixels && pixels.some((value, i) => i % 4 !== 3 && value > 100);
                }
                """),
            "something is drawn on the screen");

        await dev.Page.GetByTestId("console-Serial").ClickAsync();

        // What is said of the connection is the screen's until the terminal is there.
        await Expect(dev.Page.Locator(".xterm-helper-textarea")).ToBeAttachedAsync(new() { Timeout = Visitor.Patience });
        await ConnectedAsync(dev);
        await dev.Page.Locator(".xterm-helper-textarea").FocusAsync();
        await dev.Page.Keyboard.PressAsync("Enter");

        // At its prompt the shell asks the terminal where the cursor is; keys that come in between would mix with the answer.
        await Expect(dev.Page.Locator(".xterm-accessibility")).ToContainTextAsync("root@", new() { Timeout = Visitor.Patience });
        await dev.Page.Keyboard.TypeAsync("echo answer=$((6*7))", new() { Delay = 50 });
        await dev.Page.Keyboard.PressAsync("Enter");
        await Expect(dev.Page.Locator(".xterm-accessibility")).ToContainTextAsync("answer=42", new() { Timeout = Visitor.Patience });

        await dev.Page.GetByTestId("console-text").ClickAsync();
        await dev.Page.Locator("#console-typed").FillAsync("echo \"pasted $((40+3))\"\n");
        await dev.Page.GetByRole(AriaRole.Button, new() { Name = "Type it" }).ClickAsync();
        await Expect(dev.Page.Locator(".xterm-accessibility")).ToContainTextAsync("pasted 43", new() { Timeout = Visitor.Patience });

        // The keyboard belongs to the machine until it is taken back.
        await dev.Page.Locator(".xterm-helper-textarea").FocusAsync();
        await dev.Page.Keyboard.PressAsync("Shift+Escape");
        await Expect(dev.Page.Locator(".xterm-helper-textarea")).Not.ToBeFocusedAsync();
    }

    [Fact]
    public async Task Console_WatchedByAnAdministrator_IsSeenByTheOwnerAndTakesNoKeys()
    {
        await Shared.RunningAsync();
        var dev = await SignInAsync(Visitor.Developer);
        await dev.OpenAsync(Shared.VmId, "overview");
        var administrator = await SignInAsync(Visitor.Administrator);
        await administrator.OpenAsync(Shared.VmId, "console");
        await Expect(dev.Page.GetByTestId("console-visit")).ToHaveCountAsync(0);

        await administrator.Page.GetByTestId("console-watch").ClickAsync();
        await ConnectedAsync(administrator);
        await Expect(dev.Page.GetByTestId("console-visit")).ToContainTextAsync("is watching the screen", new() { Timeout = Visitor.Patience });
        await Expect(administrator.Page.GetByTestId("console-text")).ToHaveCountAsync(0);

        await administrator.GoAsync("/");
        await Expect(dev.Page.GetByTestId("console-visit")).ToHaveCountAsync(0, new() { Timeout = Visitor.Patience });
    }

    [Fact]
    public async Task Console_WhileTheMachineIsForcedOffAndStarted_SaysSoAndComesBack()
    {
        await Shared.RunningAsync();
        var dev = await SignInAsync(Visitor.Developer);
        await dev.OpenAsync(Shared.VmId, "console");
        await ConnectedAsync(dev);

        await Shared.Developer.EndAsync((await Shared.Developer.SendAsync(HttpMethod.Post, $"vms/{Shared.VmId}/stop")).Json.GetProperty("id").GetGuid());
        await Expect(dev.Page.GetByTestId("console-ended")).ToContainTextAsync("has stopped", new() { Timeout = Visitor.Patience });
        await dev.Page.GetByTestId("start").ClickAsync();

        await ConnectedAsync(dev);
    }

    private static Task ConnectedAsync(Visitor visitor)
        => Expect(visitor.Page.GetByTestId("console-state")).ToHaveAttributeAsync("data-state", "Connected", new() { Timeout = Visitor.Patience });
}
