using Bunit;
using SnapshotPortal.Web.Components.Controls;

namespace SnapshotPortal.Web.Tests.Components;

public sealed class ActionMenuTests : ComponentTest
{
    [Fact]
    public void Item_Chosen_PutsTheFocusOnTheButtonBeforeItActs()
    {
        var focusedBefore = 0;
        var menu = Show<ActionMenu>(p => p
            .Add(static c => c.Label, "More")
            .AddChildContent<ActionItem>(item => item
                .Add(static c => c.Icon, Glyphs.Check)
                .Add(static c => c.OnClick, () => focusedBefore = Focused)
                .AddChildContent("Delete…")));
        menu.Find("button").Click();
        menu.WaitForAssertion(() => Assert.Equal(1, Focused));

        menu.Find("[role='menuitem']").Click();

        // A dialog gives the focus back to what had it when it opened; the item itself has gone by then.
        menu.WaitForAssertion(() => Assert.Equal(2, focusedBefore));
        Assert.Empty(menu.FindAll("[role='menu']"));
    }

    private int Focused => JSInterop.Invocations.Count(static i => i.Identifier == "Blazor._internal.domWrapper.focus");
}
