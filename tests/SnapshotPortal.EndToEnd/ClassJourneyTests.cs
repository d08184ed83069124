using System.Globalization;
using System.Text.Json;
using SnapshotPortal.EndToEnd.Portal;
using static Microsoft.Playwright.Assertions;

namespace SnapshotPortal.EndToEnd;

/// <summary>A class, from the prepared machine to its end, on real guests.</summary>
[Collection(GoodDays.Name)]
public sealed class ClassJourneyTests(PortalWithGuest shared) : PortalTests(shared)
{
    private static readonly LocatorAssertionsToHaveAttributeOptions _patiently = new() { Timeout = Visitor.Patience * 2 };

    [Fact]
    public async Task Class_PublishRosterDeployResetEnd_IsSeenLiveByTeacherAndStudent()
    {
        var (source, _) = await Shared.AddOffAsync("prepared");
        await MakeTeacherAsync(Visitor.Developer);
        var teacher = await SignInAsync(Visitor.Developer);
        var student = await SignInAsync(Visitor.Student);
        var title = Unique("Lab");

        await teacher.OpenAsync(source);
        await teacher.TakeAsync(title);
        await teacher.PhaseAsync(title, "Succeeded");
        await PublishAsync(teacher, source, title);
        await MakeClassAsync(teacher, Unique("Networks"));
        await AddStudentsAsync(teacher, $"{Guid.NewGuid():N}@school.test");
        await DeployAsync(teacher, title);

        // The grid fills live for the teacher, and the machine appears for the student.
        var tiles = teacher.Page.GetByTestId("tile");
        await Expect(tiles).ToHaveCountAsync(2);
        foreach (var tile in await tiles.AllAsync())
        {
            await Expect(tile).ToHaveAttributeAsync("data-state", "Ready", _patiently);
        }

        var mine = tiles.Filter(new() { HasText = "Sascha Student" });
        var name = (await mine.Locator("a.name").InnerTextAsync()).Trim();
        var vm = Guid.Parse((await mine.Locator("a.name").GetAttributeAsync("href"))!.Split('/')[^1], CultureInfo.InvariantCulture);
        await Expect(student.Page.Locator($"[data-testid=vm-card][data-vm-id='{vm}']")).ToContainTextAsync("Networks", new() { Timeout = Visitor.Patience });

        // The student starts it, breaks it, and starts afresh.
        await student.OpenAsync(vm);
        await student.Page.GetByTestId("start").ClickAsync();
        var guest = await Shared.Host.Guest(vm).BootedAsync();
        await Expect(mine).ToHaveAttributeAsync("data-power", "Running", _patiently);
        await guest.WriteAsync("/root/broken", "yes");

        // The teacher looks over the student's shoulder, which the student sees.
        var helper = await teacher.AnotherTabAsync();
        await helper.OpenAsync(vm, "console");
        await helper.Page.GetByTestId("console-watch").ClickAsync();
        await Expect(student.Page.GetByTestId("console-visit")).ToContainTextAsync("is watching the screen", new() { Timeout = Visitor.Patience });
        await helper.Page.CloseAsync();
        await Expect(student.Page.GetByTestId("console-visit")).ToHaveCountAsync(0, new() { Timeout = Visitor.Patience });

        await student.Page.GetByTestId("reset").ClickAsync();
        await Expect(student.Dialog).ToContainTextAsync("The present state is kept");
        await student.Page.GetByTestId("reset-confirm").ClickAsync();
        await student.ToldAsync(name, "as its template again");
        await guest.BootedAsync();
        Assert.Equal("gone", (await guest.ShAsync("cat /root/broken 2>/dev/null || echo gone")).Trim());

        // It is broken again, and the teacher resets the whole class; what the student had is kept.
        await guest.WriteAsync("/root/broken", "again");
        await teacher.Page.GetByTestId("choose-all").CheckAsync();
        await teacher.Page.GetByTestId("act-reset").ClickAsync();
        await teacher.Page.GetByTestId("batch-confirm").ClickAsync();
        await Expect(teacher.Page.GetByTestId("batch").First).ToHaveAttributeAsync("data-kind", "Reset", _patiently);
        await Expect(teacher.Page.GetByTestId("batch").First).ToHaveAttributeAsync("data-state", "Succeeded", _patiently);
        await guest.BootedAsync();
        Assert.Equal("gone", (await guest.ShAsync("cat /root/broken 2>/dev/null || echo gone")).Trim());
        await Expect(student.Page.Locator("[data-testid=snapshot-node][data-name^='Before reset']")).ToHaveCountAsync(2, new() { Timeout = Visitor.Patience });

        // The teacher ends it: what is lost is shown, and gone for both.
        await Expect(teacher.Page.GetByTestId("choose-all")).ToBeCheckedAsync();
        await teacher.Page.GetByTestId("act-delete").ClickAsync();
        await Expect(teacher.Page.GetByTestId("batch-lost")).ToContainTextAsync(name);
        await teacher.Page.GetByTestId("batch-typed").FillAsync(title);
        await teacher.Page.GetByTestId("batch-confirm").ClickAsync();
        await Expect(mine).ToHaveAttributeAsync("data-state", "Gone", _patiently);
        await Expect(student.Page.GetByTestId("not-found")).ToBeVisibleAsync(new() { Timeout = Visitor.Patience });
    }

    /// <summary>What a page brings along from its prerendering grows with the class, and the circuit has to accept it.</summary>
    [Fact]
    public async Task Grid_OfAClassOfThirty_ComesAlive()
    {
        const int Students = 30;
        var (source, _) = await Shared.AddOffAsync("thirty");
        await MakeTeacherAsync(Visitor.Developer);
        var (title, stem) = (Unique("Thirty"), Shared.Host.NewName("thirty"));
        var snapshot = await Shared.Developer.TakeAsync(source, title);
        var template = (await Shared.Developer.PostAsync($"snapshots/{snapshot}/template", new { title })).Json.GetProperty("template").Id();
        var group = (await Shared.Developer.PostAsync("classes", new { name = title })).Json.GetProperty("class").Id();
        var roster = string.Join('\n', Enumerable.Range(1, Students).Select(n => $"{stem}-{n.ToString(CultureInfo.InvariantCulture)}@school.test"));
        await Shared.Developer.PostAsync($"classes/{group}/roster", new { roster });
        var made = (await Shared.Developer.PostAsync($"classes/{group}/deployments", new { templateId = template, name = title, namePattern = $"{stem}-{{n}}" })).Json;
        var deployment = made.GetProperty("deployment").Id();
        await Shared.Developer.BatchAsync(made.GetProperty("batches")[0].Id());
        var teacher = await SignInAsync(Visitor.Developer);

        await teacher.GoAsync($"/deployments/{deployment}");

        await Expect(teacher.Page.GetByTestId("tile")).ToHaveCountAsync(Students);
        await teacher.Page.GetByTestId("choose-all").CheckAsync();
        await teacher.Page.GetByTestId("act-delete").ClickAsync();
        await teacher.Page.GetByTestId("batch-typed").FillAsync(title);
        await teacher.Page.GetByTestId("batch-confirm").ClickAsync();
        await Expect(teacher.Page.GetByTestId("batch").First).ToHaveAttributeAsync("data-kind", "Delete", _patiently);
        await Expect(teacher.Page.GetByTestId("batch").First).ToHaveAttributeAsync("data-state", "Succeeded", _patiently);
        await Expect(teacher.Page.Locator("[data-testid=tile][data-state=Gone]")).ToHaveCountAsync(Students);
    }

    private async Task MakeTeacherAsync(string email)
    {
        var administrator = await SignInAsync(Visitor.Administrator);
        await administrator.GoAsync("/admin");
        var box = administrator.Page.Locator($"[data-testid=person][data-email='{email}']").GetByTestId("person-teacher");
        await box.CheckAsync();
        await Expect(box).ToBeCheckedAsync();
    }

    private static async Task PublishAsync(Visitor teacher, Guid source, string title)
    {
        await teacher.OpenAsync(source);
        await teacher.ChooseAsync(teacher.Node(title).GetByTestId("snapshot-menu"), "snapshot-publish");
        await teacher.Page.GetByTestId("template-title").FillAsync(title);
        await teacher.Page.GetByTestId("audience-everybody").CheckAsync();
        await teacher.Page.GetByTestId("publish-confirm").ClickAsync();
        await teacher.ToldAsync(title, "is published");
    }

    private static async Task MakeClassAsync(Visitor teacher, string name)
    {
        await teacher.GoAsync("/classes");
        await teacher.Page.GetByTestId("class-new").ClickAsync();
        await teacher.Page.GetByTestId("class-name").FillAsync(name);
        await teacher.Page.GetByTestId("class-save").ClickAsync();
        await Expect(teacher.Page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = name })).ToBeVisibleAsync();
    }

    /// <summary>A list with a mistake adds nobody; the corrected one adds both.</summary>
    private static async Task AddStudentsAsync(Visitor teacher, string newcomer)
    {
        await teacher.Page.GetByTestId("members-add").ClickAsync();
        await teacher.Page.GetByTestId("roster-text").FillAsync($"Name;E-mail\nSascha;{Visitor.Student}\nNia New;{newcomer}\nOops;not an address");
        await Expect(teacher.Page.Locator("[data-testid=roster-row][data-state=Invalid]")).ToHaveCountAsync(1);
        await Expect(teacher.Page.GetByTestId("roster-add")).ToBeDisabledAsync();
        await teacher.Page.GetByTestId("roster-text").FillAsync($"Name;E-mail\nSascha;{Visitor.Student}\nNia New;{newcomer}");
        await Expect(teacher.Page.GetByTestId("roster-row")).ToHaveCountAsync(2);
        await teacher.Page.GetByTestId("roster-add").ClickAsync();
        await Expect(teacher.Page.GetByTestId("member")).ToHaveCountAsync(3);
        await Expect(teacher.Page.GetByTestId("copy-invitation")).ToHaveCountAsync(1);
    }

    private async Task DeployAsync(Visitor teacher, string title)
    {
        await teacher.Page.GetByTestId("deploy-link").ClickAsync();
        await teacher.Page.GetByTestId("deploy-template").SelectOptionAsync(new SelectOptionValue { Label = await LabelAsync(teacher, title) });
        await teacher.Page.GetByTestId("deploy-name").FillAsync(title);
        var stem = Shared.Host.NewName("lab");
        await teacher.Page.GetByTestId("deploy-pattern").FillAsync($"{stem}-{{n}}");
        await Expect(teacher.Page.GetByTestId("planned").First).ToContainTextAsync($"{stem}-1");
        await Expect(teacher.Page.GetByTestId("deploy")).ToBeEnabledAsync();
        await teacher.Page.GetByTestId("deploy").ClickAsync();
    }

    private static async Task<string> LabelAsync(Visitor teacher, string title)
    {
        var option = teacher.Page.GetByTestId("deploy-template").Locator("option").Filter(new() { HasText = title });
        return (await option.TextContentAsync())!.Trim();
    }
}
