using Bunit;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Home;
using SnapshotPortal.Web.Components.Vm;
using SnapshotPortal.Web.Tests.Components;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Speaking;

/// <summary>The pages that everybody uses, in the second language.</summary>
public sealed class GermanPagesTests : ComponentTest
{
    // Words that would show that a text was forgotten. None of them is German too.
    private static readonly string[] EnglishWords = ["the ", " is ", " are ", "Take", "Restore", "Delete", "snapshot taken", "Guest agent", " ago", "running", "Last ", "Cancel", "No ", "Now"];

    private readonly LanguageScope _german = new("de");

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _german.Dispose();
    }

    private IRenderedComponent<VmSnapshots> Open(VmView vm)
    {
        Portal.Put(vm);
        var page = Show<VmSnapshots>(p => p.Add(c => c.Vm, vm));
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".timeline")));
        return page;
    }

    private static void HasNoEnglish(string text) => Assert.Equal([], EnglishWords.Where(word => text.Contains(word, StringComparison.Ordinal)));

    [Fact]
    public void VmCard_German_SpeaksGerman()
    {
        Portal.Put(Sample.Vm());

        var page = Show<MyVms>();

        page.WaitForAssertion(() => page.Find(Id("vm-card")));
        var card = page.Find(Id("vm-card")).TextContent;
        Assert.Contains("Läuft", card, StringComparison.Ordinal);
        Assert.Contains("Snapshot erstellen", card, StringComparison.Ordinal);
        HasNoEnglish(card);
    }

    [Fact]
    public void TimeLine_German_SpeaksGerman()
    {
        var vm = Sample.Vm();
        Portal.Put(Sample.Snapshot(vm, "Stand A"));

        var page = Open(vm);

        page.WaitForAssertion(() => Assert.Equal("Gast-Agent verbunden: Dateisysteme werden für etwa 71 ms eingefroren.", page.Find(Id("expectation")).TextContent));
        var line = page.Find(".timeline").TextContent;
        Assert.Contains("Jetzt", line, StringComparison.Ordinal);
        Assert.Contains("Wiederherstellen", line, StringComparison.Ordinal);
        HasNoEnglish(line);
    }

    [Fact]
    public void TakeSnapshot_German_ProposesAGermanDate()
        => Assert.Equal("Snapshot 23. Nov., 13:02", Open(Sample.Vm()).Find(Id("snapshot-name")).GetAttribute("value"));

    [Fact]
    public void TakeOptions_German_SpeakGerman()
    {
        var page = Open(Sample.Vm());

        page.Find(Id("take-options")).Click();

        page.WaitForAssertion(() => Assert.Contains("Aufgeben nach", page.Markup, StringComparison.Ordinal));
        HasNoEnglish(page.Find("section.take").TextContent);
    }

    [Fact]
    public void RestoreDialog_German_SpeaksGerman()
    {
        var vm = Sample.Vm();
        Portal.Put(Sample.Snapshot(vm, "Stand A"));
        var page = Open(vm);

        page.Find(Id("snapshot-restore")).Click();

        Dialogs.WaitForAssertion(() => Assert.Contains("„Stand A“ wiederherstellen", Dialogs.Markup, StringComparison.Ordinal));
        Assert.Contains("hart ausgeschaltet", Dialogs.Markup, StringComparison.Ordinal);
        HasNoEnglish(Dialogs.Find(".mud-dialog").TextContent.Replace("Before restore", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Operation_German_SpeaksGerman()
    {
        var vm = Sample.Vm();
        var operation = Sample.Operation(vm, OperationKind.TakeSnapshot, Sample.Snapshot(vm, "Stand A"), OperationState.Succeeded);

        var row = Render<OperationRow>(p => p.Add(c => c.Operation, operation));

        Assert.Contains("Snapshot erstellen: „Stand A“", row.Find("strong").TextContent, StringComparison.Ordinal);
    }
}
