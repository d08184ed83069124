using System.Net;
using SnapshotPortal.Domain;
using SnapshotPortal.EndToEnd.Portal;
using static Microsoft.Playwright.Assertions;

namespace SnapshotPortal.EndToEnd;

/// <summary>Names as people, programs and attackers write them. What is refused is refused in a sentence.</summary>
[Collection(GoodDays.Name)]
public sealed class BadInputTests(PortalWithGuest shared) : PortalTests(shared)
{
    private static readonly string[] _refusedSnapshotNames = ["", "   ", new('x', 300)];

    private static readonly string[] _acceptedSnapshotNames =
        ["../../etc/passwd", "Vor 👩🏽‍💻 dem Umbau 🚀", "<b>&amp;\"'</b>]]><!-- -->", "{{7*7}} ${x} %s", "nul", "日本語", "لقطة قبل الترقية (2)", string.Concat(Enumerable.Repeat("🚀", 64))];

    // The empty one last: a field is emptied by a key, and a dialog that is just opening takes the focus away from it.
    private static readonly string[] _refusedVmNames = [new('x', 300), "../evil", "emoji-🚀", "<vm>&'\"", "UPPER", "-first", "two words", ""];

    [Fact]
    public async Task SnapshotName_Refused_IsExplainedOnThePageAndByTheApi()
    {
        var (id, _) = await Shared.AddOffAsync("names");
        var dev = await SignInAsync(Visitor.Developer);
        await dev.OpenAsync(id);

        foreach (var name in _refusedSnapshotNames)
        {
            var sentence = Names.CheckSnapshotName(name)!;
            await dev.TakeAsync(name);
            await Expect(dev.Page.GetByTestId("take-error")).ToHaveTextAsync(sentence);
            var answer = await Shared.Developer.PostAsync($"vms/{id}/snapshots", new { name });
            Assert.Equal((HttpStatusCode.BadRequest, "name-invalid", sentence), (answer.Status, answer.Code, answer.Detail));
        }

        Assert.Equal("name-invalid", (await Shared.Developer.PostAsync($"vms/{id}/snapshots", new { name = "two\nlines" })).Code);
        Assert.Equal("malformed-request", (await Shared.Developer.PostAsync($"vms/{id}/snapshots", new { })).Code);
        Assert.Empty(await Shared.Developer.SnapshotsAsync(id));
    }

    [Fact]
    public async Task SnapshotName_OddButVisible_IsTakenAndShownAsItIs()
    {
        var (id, _) = await Shared.AddOffAsync("odd");
        var dev = await SignInAsync(Visitor.Developer);
        await dev.OpenAsync(id);

        foreach (var name in _acceptedSnapshotNames)
        {
            await dev.TakeAsync(name);
            await dev.PhaseAsync(name, "Succeeded");
            await Expect(dev.Node(name).Locator("h3")).ToHaveTextAsync(name);
        }

        Assert.Equal(
            _acceptedSnapshotNames.Order(StringComparer.Ordinal),
            (await Shared.Developer.SnapshotsAsync(id)).Select(static s => s.Text("name")!).Order(StringComparer.Ordinal));

        // The longest breaks its lines, and nothing runs out of a narrow screen.
        await dev.Page.SetViewportSizeAsync(390, 844);
        Assert.Null(await dev.TooWideAsync());
        await dev.Page.SetViewportSizeAsync(1280, 900);

        // What the pages and the host's own definition make of them: text, and nothing else.
        await dev.OpenAsync(id, "activity");
        await Expect(dev.Page.GetByTestId("operation").Filter(new() { HasText = "<b>&amp;" })).ToBeVisibleAsync();
        Assert.Equal(0, await dev.Page.Locator("main b").CountAsync());
        Assert.NotEmpty(Shared.Host.Guest(id).Xml());
        await Shared.Developer.SucceedAsync($"snapshots/{(await Shared.Developer.SnapshotsAsync(id))[0].GetProperty("id").GetGuid()}/restore", new { policy = "StopTarget" });
    }

    [Fact]
    public async Task SnapshotName_Taken_IsRefusedWithTheSentence()
    {
        var (id, vmName) = await Shared.AddOffAsync("dup");
        var name = Unique("Twice");
        await Shared.Developer.TakeAsync(id, name);
        var dev = await SignInAsync(Visitor.Developer);
        await dev.OpenAsync(id);

        await dev.TakeAsync(name);

        var sentence = $"“{vmName}” has a snapshot named “{name}” already. Choose another name.";
        await Expect(dev.Page.GetByTestId("take-error")).ToHaveTextAsync(sentence);
        var answer = await Shared.Developer.PostAsync($"vms/{id}/snapshots", new { name });
        Assert.Equal((HttpStatusCode.Conflict, "name-taken", sentence), (answer.Status, answer.Code, answer.Detail));
        Assert.Single(await Shared.Developer.SnapshotsAsync(id));
    }

    [Fact]
    public async Task Take_ClickedAtOnceInTwoTabs_IsDoneOnceAndTheOtherIsTold()
    {
        var (id, _) = await Shared.AddOffAsync("tabs");
        var name = Unique("Both");
        var first = await SignInAsync(Visitor.Developer);
        var second = await first.AnotherTabAsync();
        await first.OpenAsync(id);
        await second.OpenAsync(id);
        await first.Page.GetByTestId("snapshot-name").FillAsync(name);
        await second.Page.GetByTestId("snapshot-name").FillAsync(name);

        await Task.WhenAll(first.Page.GetByTestId("take-snapshot").ClickAsync(), second.Page.GetByTestId("take-snapshot").ClickAsync());

        await first.PhaseAsync(name, "Succeeded");
        await second.PhaseAsync(name, "Succeeded");
        var told = await Eventually.GetAsync(
            async () =>
            {
                var texts = new[] { await first.Page.GetByTestId("take-error").InnerTextAsync(), await second.Page.GetByTestId("take-error").InnerTextAsync() };
                return texts.Any(static t => t.Length > 0) ? texts : null;
            },
            "one of the tabs is told");
        Assert.Single(told!, static t => t.Contains("has a snapshot named", StringComparison.Ordinal));
        Assert.Single(await Shared.Developer.SnapshotsAsync(id));
    }

    [Fact]
    public async Task CloneName_RefusedOrTaken_IsExplainedInTheDialogAndByTheApi()
    {
        var (id, vmName) = await Shared.AddOffAsync("source");
        var name = Unique("Base");
        var snapshot = await Shared.Developer.TakeAsync(id, name);
        var dev = await SignInAsync(Visitor.Developer);
        await dev.OpenAsync(id);
        await dev.Node(name).GetByTestId("snapshot-clone").ClickAsync();
        var input = dev.Page.GetByTestId("clone-name");
        var confirm = dev.Page.GetByTestId("clone-confirm");

        foreach (var wrong in _refusedVmNames)
        {
            var sentence = Names.CheckVmName(wrong)!;
            await input.FillAsync(wrong);
            if (wrong.Length > 0)
            {
                await Expect(dev.Dialog).ToContainTextAsync(sentence);
            }

            await Expect(confirm).ToBeDisabledAsync();
            var answer = await Shared.Developer.PostAsync($"snapshots/{snapshot}/clone", new { name = wrong });
            Assert.Equal((HttpStatusCode.BadRequest, "name-invalid", sentence), (answer.Status, answer.Code, answer.Detail));
        }

        // The machine's own name, and that of a domain that the portal does not manage.
        await input.FillAsync(vmName);
        await confirm.ClickAsync();
        await Expect(dev.Dialog.GetByRole(AriaRole.Alert).Filter(new() { HasText = vmName })).ToBeVisibleAsync();
        var taken = await Shared.Developer.PostAsync($"snapshots/{snapshot}/clone", new { name = vmName });
        Assert.Equal((HttpStatusCode.Conflict, "name-taken"), (taken.Status, taken.Code));

        var foreign = Shared.Host.NewName("foreign");
        var foreignId = Shared.Host.Define(foreign, start: false);
        var foreignXml = Shared.Host.Guest(foreignId).Xml();
        var asked = await Shared.Developer.PostAsync($"snapshots/{snapshot}/clone", new { name = foreign, start = false });
        var code = asked.Status == HttpStatusCode.Accepted
            ? (await Shared.Developer.EndAsync(asked.Json.GetProperty("id").GetGuid())).GetProperty("error").Text("code")
            : asked.Code;
        Assert.Equal("name-taken", code);
        Assert.Equal(foreignXml, Shared.Host.Guest(foreignId).Xml());
        Assert.Equal(0, (await Shared.Developer.GetAsync($"vms?q={foreign}")).Json.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Description_TooLong_IsRefused()
    {
        var (id, _) = await Shared.AddOffAsync("desc");
        var answer = await Shared.Developer.PostAsync($"vms/{id}/snapshots", new { name = "fine", description = new string('d', 2_001) });
        Assert.Equal((HttpStatusCode.BadRequest, "description-invalid"), (answer.Status, answer.Code));
    }
}
