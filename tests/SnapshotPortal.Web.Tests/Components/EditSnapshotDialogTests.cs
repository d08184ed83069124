using Bunit;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Vm;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

public sealed class EditSnapshotDialogTests : ComponentTest
{
    private readonly VmView _vm = Sample.Vm();

    public EditSnapshotDialogTests()
    {
        Portal.Put(_vm);
        Portal.AllSnapshots.Add(Sample.Snapshot(_vm, "monday", Sample.Start.AddHours(-5)));
        Open();
    }

    [Fact]
    public void Edit_AnotherName_SendsThatAlone()
    {
        Dialogs.Find(Id("edit-snapshot-name")).Input("before the update");
        Dialogs.Find(Id("edit-snapshot-save")).Click();

        Dialogs.WaitForAssertion(() => Assert.Equal(new ChangeSnapshotRequest("before the update"), Assert.Single(Portal.Requests)));
        Dialogs.WaitForAssertion(() => Assert.Empty(Dialogs.FindAll(Id("edit-snapshot-name"))));
    }

    [Fact]
    public void Edit_Refused_StaysOpenWithWhatWasTypedAndSaysWhy()
    {
        Portal.Refusal = new Failure(FailureKind.Conflict, FailureCodes.NameTaken, "“web” has a snapshot named “tuesday” already. Choose another name.", "name");

        Dialogs.Find(Id("edit-snapshot-name")).Input("tuesday");
        Dialogs.Find(Id("edit-snapshot-save")).Click();

        Dialogs.WaitForAssertion(() => Assert.Contains("tuesday", Dialogs.Find("#edit-snapshot-error").TextContent, StringComparison.Ordinal));
        Assert.Equal("true", Dialogs.Find(Id("edit-snapshot-name")).GetAttribute("aria-invalid"));
        Assert.Equal("tuesday", Dialogs.Find(Id("edit-snapshot-name")).GetAttribute("value"));
    }

    [Fact]
    public void Edit_WithoutAName_CannotBeSaved()
    {
        Dialogs.Find(Id("edit-snapshot-name")).Input("  ");

        Assert.True(Dialogs.Find(Id("edit-snapshot-save")).HasAttribute("disabled"));
    }

    private void Open()
    {
        var page = Show<VmSnapshots>(p => p.Add(static c => c.Vm, _vm));
        page.WaitForElement(Id("snapshot-node"));
        Act(page, () => page.Find(Id("snapshot-menu")).Click());
        page.WaitForElement(Id("snapshot-edit")).Click();
        Dialogs.WaitForElement(Id("edit-snapshot-name"));
    }
}
