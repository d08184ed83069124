using Bunit;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Components.Layout;
using SnapshotPortal.Web.Components.Pages;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

public sealed class SearchBoxTests : ComponentTest
{
    private IRenderedComponent<SearchBox> Open()
    {
        var box = Show<SearchBox>();
        Act(box, () => box.Find("#search").Focus());
        return box;
    }

    /// <summary>Types, and lets the pause pass after which the search begins.</summary>
    private IRenderedComponent<SearchBox> Type(string text)
    {
        var box = Open();
        Type(box, "search", text);
        box.WaitForAssertion(() =>
        {
            Clock.Advance(TimeSpan.FromMilliseconds(200));
            Assert.Contains(text.Trim(), Search.Asked);
        });
        box.WaitForAssertion(() => Assert.NotEmpty(box.FindAll(Id("search-option") + "," + Id("search-none"))));
        return box;
    }

    private static IReadOnlyList<string> Options(IRenderedComponent<SearchBox> box) => [.. box.FindAll(Id("search-option") + " .search-name").Select(static o => o.TextContent)];

    private static void Press(IRenderedComponent<SearchBox> box, string key) => Act(box, () => box.Find("#search").KeyDown(key));

    private static void Enter(IRenderedComponent<SearchBox> box) => Act(box, () => box.Find("form").Submit());

    [Fact]
    public void Search_Focused_OffersThePages()
    {
        var box = Open();

        box.WaitForAssertion(() => Assert.Contains("Live board", Options(box)));
        Assert.DoesNotContain("Hosts and people", Options(box));
        Assert.Equal("true", box.Find("#search").GetAttribute("aria-expanded"));
    }

    [Fact]
    public void Search_Administrator_IsOfferedTheirPagesToo()
    {
        Actor.Actor = Sample.Ada;

        var box = Type("ready");

        box.WaitForAssertion(() => Assert.Contains("Is everything ready?", Options(box)));
    }

    [Fact]
    public void Search_Administrator_IsOfferedEveryPartOfTheAdministration()
    {
        Actor.Actor = Sample.Ada;
        var parts = Show<AdminNav>(static p => p.Add(static c => c.Current, "/admin")).FindAll("a").Select(static a => a.TextContent).ToList();

        var box = Open();

        box.WaitForAssertion(() => Assert.Empty(parts.Except(Options(box))));
        Assert.Equal(7, parts.Count);
    }

    [Theory]
    [InlineData("administration", "Hosts and people")]
    [InlineData("disk image", "Import an image")]
    public void Search_WordThatIsNotInItsName_FindsThePageOfTheAdministration(string text, string page)
    {
        Actor.Actor = Sample.Ada;

        var box = Type(text);

        box.WaitForAssertion(() => Assert.Contains(page, Options(box)));
    }

    [Fact]
    public void Search_Enter_GoesToTheFirst()
    {
        var vm = Sample.Vm("workspace");
        Portal.Put(vm);
        var box = Type("work");
        box.WaitForAssertion(() => Assert.Equal("workspace", Options(box)[0]));

        Enter(box);

        box.WaitForAssertion(() => Assert.EndsWith($"/vms/{vm.Id}", Navigation.Uri, StringComparison.Ordinal));
        Assert.Equal("false", box.Find("#search").GetAttribute("aria-expanded"));
    }

    [Fact]
    public void Search_Arrows_GoRoundAndNameTheActiveOption()
    {
        Portal.Put(Sample.Vm("one"));
        var box = Type("one");
        var all = Options(box).Count;

        Press(box, "ArrowUp");
        box.WaitForAssertion(() => Assert.Equal($"search-option-{all - 1}", box.Find("#search").GetAttribute("aria-activedescendant")));
        Press(box, "ArrowDown");

        box.WaitForAssertion(() => Assert.Equal("search-option-0", box.Find("#search").GetAttribute("aria-activedescendant")));
        Assert.Equal("true", box.Find("#search-option-0").GetAttribute("aria-selected"));
    }

    [Fact]
    public void Search_Escape_Closes()
    {
        var box = Open();
        box.WaitForAssertion(() => Assert.NotEmpty(Options(box)));

        Press(box, "Escape");

        box.WaitForAssertion(() => Assert.Empty(Options(box)));
    }

    [Fact]
    public void Search_Snapshot_LeadsToItsMachineAndFindsItThere()
    {
        var vm = Sample.Vm("workspace");
        Portal.Put(vm);
        Portal.Put(Sample.Snapshot(vm, "Before upgrade & more"));
        var box = Type("upgrade");
        box.WaitForAssertion(() => Assert.Contains("Before upgrade & more", Options(box)));

        Enter(box);

        box.WaitForAssertion(() => Assert.EndsWith($"/vms/{vm.Id}?tab=snapshots&find=Before%20upgrade%20%26%20more", Navigation.Uri, StringComparison.Ordinal));
    }

    [Fact]
    public void Search_VerbAndName_DoesIt()
    {
        var vm = Sample.Vm("workspace", power: PowerState.ShutOff);
        Portal.Put(vm);
        var box = Type("start work");
        box.WaitForAssertion(() => Assert.Equal("Start workspace", Options(box)[0]));

        Enter(box);

        box.WaitForAssertion(() => Assert.Equal(PowerAction.Start, Assert.IsType<PowerRequest>(Assert.Single(Portal.Requests)).Action));
        Assert.Single(Mine.Open);
    }

    [Fact]
    public void Search_VerbThatTheStateForbids_IsNotOffered()
    {
        Portal.Put(Sample.Vm("workspace"));

        var box = Type("start work");

        box.WaitForAssertion(() => Assert.DoesNotContain("Start workspace", Options(box)));
    }

    [Fact]
    public void Search_SnapshotVerb_TakesOne()
    {
        Portal.Put(Sample.Vm("workspace"));
        var box = Type("snapshot work");
        box.WaitForAssertion(() => Assert.Equal("Take a snapshot of workspace", Options(box)[0]));

        Enter(box);

        box.WaitForAssertion(() => Assert.StartsWith("Snapshot ", Assert.IsType<TakeSnapshotRequest>(Assert.Single(Portal.Requests)).Name, StringComparison.Ordinal));
    }

    [Fact]
    public void Search_OthersMachines_AreNotFound()
    {
        Portal.Put(Sample.Vm("workspace", Sample.Sam));

        var box = Type("workspace");

        box.WaitForAssertion(() => Assert.Contains("that you may see", box.Find(Id("search-none")).TextContent, StringComparison.Ordinal));
    }
}
