using Bunit;
using Microsoft.AspNetCore.Components;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Board;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Board;
using SnapshotPortal.Web.Components.Pages;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

public sealed class BoardTests : ComponentTest
{
    private readonly VmView _vm = Sample.Vm();

    private OperationView Operation(OperationState state, int secondsAgo = 0, params StepView[] steps)
        => Sample.Operation(_vm, OperationKind.TakeSnapshot, Sample.Snapshot(_vm, "Nightly"), state, steps) with { RequestedAt = Sample.Start.AddSeconds(-secondsAgo) };

    private IRenderedComponent<LivePage> Open(string address = "/live")
    {
        Portal.Put(_vm);
        Navigation.NavigateTo(address);
        return Show<LivePage>();
    }

    private static IEnumerable<string?> States<T>(IRenderedComponent<T> page, string row = "board-row")
        where T : IComponent
        => page.FindAll(Id(row)).Select(static r => r.GetAttribute("data-state"));

    [Fact]
    public void Board_Empty_NamesTheNextStep()
    {
        var page = Open();

        page.WaitForAssertion(() => Assert.Equal("/", page.Find(Id("board-empty") + " a").GetAttribute("href")));
    }

    [Fact]
    public void Board_WhatHappens_AppearsOnTopFollowsItsStepsAndStays()
    {
        Portal.Put(Operation(OperationState.Succeeded, secondsAgo: 60));
        var page = Open();
        page.WaitForAssertion(() => Assert.Equal(["Succeeded"], States(page)));

        var running = Operation(OperationState.Running, 0, Sample.Done("Inspect", 12), Sample.Running("Freeze"));
        Portal.Publish(running);
        page.WaitForAssertion(() => Assert.Equal(["Running", "Succeeded"], States(page)));
        Assert.Contains("Freezing file systems", page.FindAll(Id("board-row"))[0].TextContent, StringComparison.Ordinal);
        Assert.Equal("1 running, 1 done", page.Find(Id("board-summary")).TextContent);

        Portal.Publish(running with { State = OperationState.Failed, ErrorMessage = "The disk said no." });
        page.WaitForAssertion(() => Assert.Equal(["Failed", "Succeeded"], States(page)));
        Assert.Contains("The disk said no.", page.FindAll(Id("board-row"))[0].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Board_WhatChanges_IsAskedForWithTheFilterInOneQuestion()
    {
        var page = Open("/live?state=Running");
        page.WaitForAssertion(() => page.Find(Id("board-empty")));
        var (one, two) = (Operation(OperationState.Running), Operation(OperationState.Succeeded));
        Portal.Put(one);
        Portal.Put(two);

        Portal.Publish(new EventBatch([Portal.Event("TakeSnapshot", _vm.Id, one.Id, "Running"), Portal.Event("TakeSnapshot", _vm.Id, two.Id, "Succeeded")], Gap: false));

        page.WaitForAssertion(() => Assert.Equal(["Running"], States(page)));
        Assert.Equal(2, Board.Queries.Count);
        Assert.Equal(OperationState.Running, Board.Queries[1].State);
        Assert.Equal(new HashSet<Guid> { one.Id, two.Id }, Board.Queries[1].OperationIds!.ToHashSet());
    }

    [Fact]
    public void Board_AQuarterOfAnHourAfterTheEnd_ForgetsByItself()
    {
        Portal.Put(Operation(OperationState.Succeeded));
        var page = Open();
        page.WaitForAssertion(() => Assert.Single(page.FindAll(Id("board-row"))));

        Clock.Advance(BoardQuery.Recent + TimeSpan.FromSeconds(2));

        page.WaitForAssertion(() => page.Find(Id("board-empty")));
    }

    [Fact]
    public void Board_WhileSomethingRuns_CountsTheSeconds()
    {
        Portal.Put(Operation(OperationState.Running, 0, Sample.Running("Copy")));
        var page = Open();
        page.WaitForAssertion(() => Assert.Single(page.FindAll(Id("board-row"))));

        Clock.Advance(TimeSpan.FromSeconds(7));

        page.WaitForAssertion(() => Assert.Contains("7 s", page.Find(Id("board-row")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Board_Filter_StandsInTheAddress()
    {
        Board.Hosts.Add("other");
        Board.Classes.Add(new BoardClassView(Guid.CreateVersion7(), "Databases"));
        var page = Open();
        page.WaitForAssertion(() => page.Find(Id("filter-host")));

        page.Find(Id("filter-kind")).Change(nameof(OperationKind.CloneVm));
        page.WaitForAssertion(() => Assert.Equal(OperationKind.CloneVm, Board.Queries[^1].Kind));
        page.Find(Id("filter-host")).Change("other");
        page.Find(Id("filter-class")).Change(Board.Classes[0].Id.ToString());
        page.Find(Id("filter-text")).Input("web");

        page.WaitForAssertion(() => Assert.Equal(new BoardQuery(OperationKind.CloneVm, null, "other", Board.Classes[0].Id, "web"), Board.Queries[^1]));
        Assert.Contains("kind=CloneVm", Navigation.Uri, StringComparison.Ordinal);
        Assert.Contains("class=", page.Find(Id("wall-link")).GetAttribute("href"), StringComparison.Ordinal);

        Navigation.NavigateTo("/live");
        page.WaitForAssertion(() => Assert.Equal(new BoardQuery(), Board.Queries[^1]));
    }

    [Fact]
    public void Board_NonsenseInTheAddress_IsLeftOut()
    {
        var page = Open("/live?kind=Nonsense&state=77&class=x&q=%20");

        page.WaitForAssertion(() => page.Find(Id("board-empty")));
        Assert.Equal(new BoardQuery(), Board.Queries[0]);
    }

    [Fact]
    public void Board_DatabaseGone_SaysSoAndTriesAgain()
    {
        Portal.IsBroken = true;
        var page = Open();
        page.WaitForAssertion(() => page.Find("[role=alert]"));

        Portal.IsBroken = false;
        page.Find("[role=alert] button").Click();

        page.WaitForAssertion(() => page.Find(Id("board-empty")));
    }

    [Fact]
    public void Wall_MoreThanFits_TakesTurnsUnlessHeld()
    {
        for (var i = 0; i < LiveWall.RowsOnPage + 2; i++)
        {
            Portal.Put(Operation(i == 0 ? OperationState.Running : OperationState.Queued, secondsAgo: 100 - i));
        }

        Portal.Put(_vm);
        var wall = Show<LiveWall>();
        wall.WaitForAssertion(() => Assert.Equal(LiveWall.RowsOnPage, wall.FindAll(Id("wall-row")).Count));

        // What runs stands first, however long ago it was asked for.
        Assert.Equal("Running", States(wall, "wall-row").First());
        Assert.Equal("1 / 2", wall.Find(Id("wall-page")).TextContent);

        Pass(LiveWall.Turn);
        wall.WaitForAssertion(() => Assert.Equal(2, wall.FindAll(Id("wall-row")).Count));

        wall.Find(Id("wall-hold")).Click();
        Pass(LiveWall.Turn * 3);
        Assert.Equal("2 / 2", wall.Find(Id("wall-page")).TextContent);

        wall.Find(Id("wall-hold")).Click();
        Pass(LiveWall.Turn);
        wall.WaitForAssertion(() => Assert.Equal("1 / 2", wall.Find(Id("wall-page")).TextContent));

        void Pass(TimeSpan time)
        {
            for (var second = 0; second <= time.TotalSeconds; second++)
            {
                Clock.Advance(TimeSpan.FromSeconds(1));
                wall.InvokeAsync(static () => { }).GetAwaiter().GetResult();
            }
        }
    }

    [Fact]
    public void Wall_Quiet_SaysSo()
    {
        var wall = Show<LiveWall>();

        wall.WaitForAssertion(() => Assert.Contains("All is quiet", wall.Find(Id("wall-empty")).TextContent, StringComparison.Ordinal));
    }
}
