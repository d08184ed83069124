using static Microsoft.Playwright.Assertions;

namespace SnapshotPortal.EndToEnd.Portal;

/// <summary>A person at a browser of their own.</summary>
public sealed class Visitor : IAsyncDisposable
{
    public const string Developer = "dev@demo.test";
    public const string Teacher = "teacher@demo.test";
    public const string Student = "student2@demo.test";
    public const string Administrator = "admin@demo.test";
    public const string Password = "snapshot-portal-demo";

    /// <summary>How long a page may take where a guest under emulation, or a busy machine, is behind it.</summary>
    public const float Patience = 60_000;

    private const string Widest =
        """
        () => {
          const room = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= room) return null;
          const beyond = [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > room + 0.5);
          return beyond.slice(-3).map(e => e.outerHTML.slice(0, 160)).join(' | ');
        }
        """;

    private readonly IBrowserContext _context;
    private readonly string _url;

    private Visitor(IBrowserContext context, IPage page, string url)
    {
        _context = context;
        Page = page;
        _url = url;
    }

    public IPage Page { get; }

    public IBrowserContext Context => _context;

    public ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    /// <summary>Opens a browser; nobody is signed in.</summary>
    public static async Task<Visitor> ArriveAsync(IBrowser browser, string url, ColorScheme colours = ColorScheme.Light)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions { ColorScheme = colours, ReducedMotion = ReducedMotion.Reduce, ViewportSize = new ViewportSize { Width = 1280, Height = 900 } });
        context.SetDefaultTimeout(Patience);
        context.SetDefaultNavigationTimeout(Patience);
        return new Visitor(context, await context.NewPageAsync(), url);
    }

    /// <summary>Opens a browser and signs in through the page.</summary>
    public static async Task<Visitor> SignInAsync(IBrowser browser, string url, string email, ColorScheme colours = ColorScheme.Light)
    {
        var visitor = await ArriveAsync(browser, url, colours);
        await visitor.Page.GotoAsync($"{url}/");
        await visitor.Page.GetByTestId("sign-in-email").FillAsync(email);
        await visitor.Page.GetByTestId("sign-in-password").FillAsync(Password);
        await visitor.Page.GetByTestId("sign-in-submit").ClickAsync();
        await visitor.LiveAsync();
        return visitor;
    }

    /// <summary>Another tab of the same browser.</summary>
    public async Task<Visitor> AnotherTabAsync() => new(_context, await _context.NewPageAsync(), _url);

    /// <summary>Goes to an address of the portal and waits until the page is live.</summary>
    public async Task<IResponse?> GoAsync(string address)
    {
        var answer = await Page.GotoAsync($"{_url}{address}");
        await LiveAsync();
        return answer;
    }

    /// <summary>Goes to one part of a machine's page.</summary>
    public Task OpenAsync(Guid vmId, string tab = "snapshots") => GoAsync($"/vms/{vmId}?tab={tab}");

    /// <summary>A click before the circuit is up is lost: waits for its sign.</summary>
    public Task LiveAsync() => Expect(Page.Locator("[data-testid=layout][data-interactive=true]")).ToBeVisibleAsync(new() { Timeout = Patience });

    /// <summary>Everything that the page asked for is there, and nothing moves.</summary>
    public async Task QuietAsync()
    {
        await Expect(Page.Locator("[aria-busy=true]")).ToHaveCountAsync(0, new() { Timeout = Patience });
        await Eventually.TrueAsync(() => Page.EvaluateAsync<bool>("() => document.getAnimations().every(a => a.playState !== 'running' || a.effect.getComputedTiming().iterations === Infinity) && [...document.images].every(i => i.complete)"), "what moves has come to rest");
    }

    /// <summary>What reaches beyond the right edge of a page that is wider than its window; nothing where it fits.</summary>
    public Task<string?> TooWideAsync() => Page.EvaluateAsync<string?>(Widest);

    /// <summary>A snapshot on the time line.</summary>
    public ILocator Node(string name) => Page.Locator($"[data-testid=snapshot-node][data-name={Quote(name)}]");

    public Task PhaseAsync(string name, string phase) => Expect(Node(name)).ToHaveAttributeAsync("data-phase", phase, new() { Timeout = Patience });

    /// <summary>Asks for a snapshot with the page's own button; does not wait for its end.</summary>
    public async Task TakeAsync(string name)
    {
        await Page.GetByTestId("snapshot-name").FillAsync(name);
        await Page.GetByTestId("take-snapshot").ClickAsync();
    }

    public Task PowerAsync(string power) => Expect(Page.GetByTestId("vm-state").First).ToHaveAttributeAsync("data-power", power, new() { Timeout = Patience * 2 });

    /// <summary>Waits for a snackbar that says all of it, in whatever words around.</summary>
    public Task ToldAsync(params ReadOnlySpan<string> parts)
    {
        var snackbar = Page.Locator(".mud-snackbar");
        foreach (var part in parts)
        {
            snackbar = snackbar.Filter(new() { HasText = part });
        }

        return Expect(snackbar.First).ToBeVisibleAsync(new() { Timeout = Patience });
    }

    /// <summary>Chooses from a menu.</summary>
    public async Task ChooseAsync(ILocator menu, string item)
    {
        await menu.ClickAsync();
        await Page.GetByTestId(item).ClickAsync();
    }

    /// <summary>On the administration's page: gives a domain that nobody manages to somebody.</summary>
    public async Task AdoptAsync(string name, string owner)
    {
        var row = Page.Locator($"[data-testid=unmanaged][data-name='{name}']");
        await row.GetByTestId("adopt-owner").FillAsync(owner);
        await row.GetByTestId("adopt-owner").PressAsync("Tab");
        await row.GetByTestId("adopt").ClickAsync();
        await ToldAsync(name);
    }

    /// <summary>Makes an access token on the account page.</summary>
    public async Task<string> CreateTokenAsync(string name)
    {
        await GoAsync("/account");
        await Page.GetByTestId("token-name").FillAsync(name);
        await Page.GetByTestId("token-create").ClickAsync();
        return (await Page.GetByTestId("token-secret").Locator("code").InnerTextAsync()).Trim();
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
