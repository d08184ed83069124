using System.Globalization;
using SnapshotPortal.EndToEnd.Portal;
using static Microsoft.Playwright.Assertions;

namespace SnapshotPortal.EndToEnd;

/// <summary>Makes the pictures of the documents. <c>eng/screenshots</c> starts the portal that they are of, and this.</summary>
public sealed class Pictures(Chromium chromium) : IAsyncDisposable
{
    private const string Teacher = "teacher@demo.test";
    private const string FirstStudent = "student1@demo.test";

    private readonly string _url = Environment.GetEnvironmentVariable("SNAPSHOTPORTAL_PICTURES_OF") ?? "";
    private readonly string _folder = Environment.GetEnvironmentVariable("SNAPSHOTPORTAL_PICTURES") ?? "";
    private readonly string? _looks = Environment.GetEnvironmentVariable("SNAPSHOTPORTAL_LOOKS") is { Length: > 0 } folder ? folder : null;
    private readonly List<Visitor> _visitors = [];

    [Fact(Explicit = true)]
    [Trait("Run", "ByHand")]
    public async Task Pictures_OfARealPortal_AreMade()
    {
        await HealthyAsync();
        await using var stranger = await Visitor.ArriveAsync(chromium.Browser, _url);
        await stranger.Page.GotoAsync($"{_url}/account/sign-in");
        await ShootAsync(stranger, "sign-in", 620);

        var dev = await SignInAsync(Visitor.Developer);
        var workspace = await MachineAsync(dev, "workspace");
        using var api = new PortalApi(_url, await dev.CreateTokenAsync("pictures"));
        var snapshot = await StoryAsync(api, workspace);
        await OfTheDeveloperAsync(dev, workspace);

        var administrator = await SignInAsync(Visitor.Administrator);
        using var administratorsApi = new PortalApi(_url, await administrator.CreateTokenAsync("pictures"));
        var things = await OfTheClassAsync(administratorsApi, snapshot, workspace);
        await administrator.GoAsync("/admin/readiness");
        await Expect(administrator.Page.GetByTestId("readiness").First).ToBeVisibleAsync();
        await ShootAsync(administrator, "readiness", 620);
        await administrator.GoAsync("/admin");
        await Expect(administrator.Page.GetByTestId("person").First).ToBeVisibleAsync();
        await ShootAsync(administrator, "people", 720, administrator.Page.Locator("[aria-labelledby=people-title]"));

        if (_looks is not null)
        {
            List<string> tooWide = [];
            foreach (var (theme, width, language) in new[] { (ColorScheme.Light, 1280, "en"), (ColorScheme.Dark, 1280, "en"), (ColorScheme.Light, 390, "en"), (ColorScheme.Dark, 390, "de") })
            {
                tooWide.AddRange(await LooksAsync(things, theme, width, language));
            }

            Assert.True(tooWide.Count == 0, string.Join('\n', tooWide));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var visitor in _visitors)
        {
            await visitor.DisposeAsync();
        }
    }

    /// <summary>Snapshots with a branch, and a restore that can be undone.</summary>
    private static async Task<Guid> StoryAsync(PortalApi api, Guid workspace)
    {
        await Eventually.TrueAsync(async () => (await api.GetAsync($"vms/{workspace}/inspection")).Json.TryGetProperty("agentConnected", out var answers) && answers.GetBoolean(), "the guest agent answers", TimeSpan.FromMinutes(4));
        var first = await api.TakeAsync(workspace, "Fresh install");
        var upgrade = await api.TakeAsync(workspace, "Before upgrade");
        await api.TakeAsync(workspace, "Upgrade, does not start");
        await api.SucceedAsync($"snapshots/{upgrade}/restore", new { policy = "StopTarget" });
        await Eventually.TrueAsync(async () => (await api.GetAsync($"vms/{workspace}/inspection")).Json.TryGetProperty("agentConnected", out var answers) && answers.GetBoolean(), "the guest agent answers again", TimeSpan.FromMinutes(4));
        await api.TakeAsync(workspace, "Second try");
        return first;
    }

    private async Task OfTheDeveloperAsync(Visitor dev, Guid workspace)
    {
        await dev.OpenAsync(workspace);
        await Expect(dev.Page.GetByTestId("expectation")).ToContainTextAsync("Guest agent connected");
        await ShootAsync(dev, "vm", 900);

        await dev.Node("Before upgrade").GetByTestId("snapshot-restore").ClickAsync();
        await Expect(dev.Dialog).ToBeVisibleAsync();
        await ShootAsync(dev, "restore", 800);
        await dev.Dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await dev.Node("Fresh install").GetByTestId("snapshot-clone").ClickAsync();
        await Expect(dev.Page.GetByTestId("clone-name")).ToBeVisibleAsync();
        await ShootAsync(dev, "new-vm", 800);
        await dev.Dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await dev.ChooseAsync(dev.Node("Fresh install").GetByTestId("snapshot-menu"), "snapshot-publish");
        await Expect(dev.Page.GetByTestId("template-title")).ToBeVisibleAsync();
        await ShootAsync(dev, "publish", 800);
        await dev.Dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await dev.GoAsync("/activity");
        await dev.QuietAsync();
        await ShootAsync(dev, "activity", 720);
        await dev.GoAsync("/");
        await dev.Page.Locator("#search").FillAsync("snapshot work");
        await Expect(dev.Page.GetByTestId("search-option").First).ToContainTextAsync("workspace");
        await ShootAsync(dev, "search", 620);

        await dev.OpenAsync(workspace, "settings");
        await Expect(dev.Page.GetByTestId("boot-device").First).ToBeVisibleAsync();
        await dev.Page.GetByTestId("vm-description").FillAsync("The web shop of the project. Tell Dana before you switch it off.");
        await ShootAsync(dev, "settings", 900);

        await dev.OpenAsync(workspace, "console");
        await Expect(dev.Page.GetByTestId("console-state")).ToHaveAttributeAsync("data-state", "Connected", new() { Timeout = Visitor.Patience });
        await ShootAsync(dev, "console", 800);

        var dark = await SignInAsync(Visitor.Developer, ColorScheme.Dark);
        await dark.QuietAsync();
        await ShootAsync(dark, "home-dark", 620);
        await dark.Page.SetViewportSizeAsync(390, 844);
        await dark.OpenAsync(workspace);
        await Expect(dark.Page.GetByTestId("expectation")).ToContainTextAsync("Guest agent connected");
        await dark.QuietAsync();
        await dark.Page.ScreenshotAsync(new() { Path = Path.Combine(_folder, "phone.png") });
    }

    private async Task<AccessibilityTests.Things> OfTheClassAsync(PortalApi administrator, Guid snapshot, Guid workspace)
    {
        var template = (await administrator.PostAsync($"snapshots/{snapshot}/template", new { title = "Networks lab", description = "A small Linux with its tools. **Begin** with `ip addr`.", icon = "network", audience = "Everybody" })).Json.GetProperty("template").GetProperty("id").GetGuid();
        var teacher = await SignInAsync(Teacher);
        using var api = new PortalApi(_url, await teacher.CreateTokenAsync("pictures"));
        var group = (await api.PostAsync("classes", new { name = "Networks 2", description = "Mondays, room 12" })).Json.GetProperty("class").GetProperty("id").GetGuid();

        await teacher.GoAsync($"/classes/{group}");
        await teacher.Page.GetByTestId("members-add").ClickAsync();
        await teacher.Page.GetByTestId("roster-text").FillAsync("Name;E-mail\nSam Student;student1@demo.test\nAda Example;ada@school.test\nBruno Example;bruno.school.test\nCleo Example;\nAda Example;ada@school.test");
        await Expect(teacher.Page.GetByTestId("roster-row")).ToHaveCountAsync(5);
        await ShootAsync(teacher, "roster", 800);
        await teacher.Dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await api.PostAsync($"classes/{group}/roster", new { roster = "Sam Student;student1@demo.test\nSascha Student;student2@demo.test\nAda Example;ada@school.test\nBruno Example;bruno@school.test\nCleo Example;cleo@school.test" });

        await teacher.GoAsync($"/classes/{group}/deploy");
        await teacher.Page.GetByTestId("deploy-template").SelectOptionAsync([template.ToString()]);
        await Expect(teacher.Page.GetByTestId("planned").First).ToBeVisibleAsync();
        await teacher.QuietAsync();
        await ShootAsync(teacher, "deploy", 900);

        var deployment = (await api.PostAsync($"classes/{group}/deployments", new { templateId = template, name = "Lab 1", namePattern = "lab1-{n}" })).Json.GetProperty("deployment").GetProperty("id").GetGuid();
        await teacher.GoAsync($"/deployments/{deployment}");
        await Expect(teacher.Page.Locator("[data-testid=tile][data-state=Ready]")).ToHaveCountAsync(5, new() { Timeout = 4 * Visitor.Patience });
        await teacher.QuietAsync();
        await ShootAsync(teacher, "grid", 800);

        var student = await SignInAsync(FirstStudent);
        var own = await MachineAsync(student, "lab1-");
        await student.OpenAsync(own);
        await student.QuietAsync();
        await ShootAsync(student, "student", 720);
        return new AccessibilityTests.Things(workspace, template, group, deployment, Guid.Empty);
    }

    /// <summary>A picture of every page; which of them do not fit into the width.</summary>
    private async Task<List<string>> LooksAsync(AccessibilityTests.Things things, ColorScheme theme, int width, string language)
    {
        List<string> tooWide = [];
        var people = new Dictionary<AccessibilityTests.Eyes, Visitor>
        {
            [AccessibilityTests.Eyes.Stranger] = await Visitor.ArriveAsync(chromium.Browser, _url, theme),
            [AccessibilityTests.Eyes.Developer] = await SignInAsync(Visitor.Developer, theme),
            [AccessibilityTests.Eyes.Administrator] = await SignInAsync(Visitor.Administrator, theme),
        };
        _visitors.Add(people[AccessibilityTests.Eyes.Stranger]);
        people[AccessibilityTests.Eyes.DeveloperAtAForm] = people[AccessibilityTests.Eyes.Developer];
        foreach (var visitor in people.Values.Distinct())
        {
            await visitor.Context.AddCookiesAsync([new() { Name = "portal-language", Value = Uri.EscapeDataString($"c={language}|uic={language}"), Url = _url }]);
        }

        var number = 0;
        foreach (var look in AccessibilityTests.Looks.Values)
        {
            var visitor = people[look.Eyes];
            await visitor.Page.SetViewportSizeAsync(width, 900);
            foreach (var address in look.Addresses(things))
            {
                await visitor.Page.GotoAsync($"{_url}{address}");
                if (look.Eyes is AccessibilityTests.Eyes.Developer or AccessibilityTests.Eyes.Administrator)
                {
                    await visitor.LiveAsync();
                    await visitor.QuietAsync();
                }

                var name = string.Concat(address.Split('/', '?', '=').Where(static p => !Guid.TryParse(p, out _)).Select(static p => p.Length > 0 ? $"-{p}" : ""));
                await visitor.Page.ScreenshotAsync(new() { Path = Path.Combine(_looks!, string.Create(CultureInfo.InvariantCulture, $"{theme.ToString().ToLowerInvariant()}-{width}-{language}-{number++:00}{name}.png")), FullPage = true });
                if (await visitor.TooWideAsync() is { } widest)
                {
                    tooWide.Add(string.Create(CultureInfo.InvariantCulture, $"{address} in {language} at {width}: {widest}"));
                }
            }
        }

        return tooWide;
    }

    private async Task<Visitor> SignInAsync(string email, ColorScheme theme = ColorScheme.Light)
    {
        var visitor = await Visitor.SignInAsync(chromium.Browser, _url, email, theme);
        _visitors.Add(visitor);
        return visitor;
    }

    /// <summary>The first of the visitor's machines that is called like this, once it is there.</summary>
    private static async Task<Guid> MachineAsync(Visitor visitor, string name)
    {
        await visitor.GoAsync("/");
        var card = visitor.Page.GetByTestId("vm-card").Filter(new() { HasText = name }).First;
        await Expect(card).ToBeVisibleAsync(new() { Timeout = 4 * Visitor.Patience });
        return Guid.Parse((await card.GetAttributeAsync("data-vm-id"))!, CultureInfo.InvariantCulture);
    }

    /// <summary>A picture of the page, or of what there is from a part of it on.</summary>
    private async Task ShootAsync(Visitor visitor, string name, int height, ILocator? from = null)
    {
        await visitor.Page.SetViewportSizeAsync(1280, height);
        await visitor.QuietAsync();
        if (from is not null)
        {
            // Below the bar that stays on top.
            await from.EvaluateAsync("part => scrollBy(0, part.getBoundingClientRect().top - 80)");
        }

        await visitor.Page.ScreenshotAsync(new() { Path = Path.Combine(_folder, $"{name}.png"), Animations = ScreenshotAnimations.Disabled, Caret = ScreenshotCaret.Hide });
    }

    private async Task HealthyAsync()
    {
        Assert.True(_url.Length > 0 && _folder.Length > 0, "Run it by eng/screenshots, which starts the portal.");
        using var http = new HttpClient();
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    using var answer = await http.GetAsync(new Uri($"{_url}/healthz"));
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            "the portal answers",
            TimeSpan.FromMinutes(2));
    }
}
