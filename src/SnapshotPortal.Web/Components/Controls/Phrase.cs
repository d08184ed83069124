using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace SnapshotPortal.Web.Components.Controls;

/// <summary>
/// A sentence with markup in it: the text says where, by <c>{first}</c>, <c>{second}</c> and <c>{third}</c>, and the page
/// says what. So each language puts its words in its own order, and no text holds markup.
/// </summary>
public sealed class Phrase : ComponentBase
{
    [Parameter, EditorRequired]
    public string Text { get; set; } = "";

    /// <summary>What stands in the first place, where there is only one.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Parameter]
    public RenderFragment? First { get; set; }

    [Parameter]
    public RenderFragment? Second { get; set; }

    [Parameter]
    public RenderFragment? Third { get; set; }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        (string Place, RenderFragment? Content)[] places = [("{first}", First ?? ChildContent), ("{second}", Second), ("{third}", Third)];
        var rest = Text;
        while (places
            .Select(place => (Index: rest.IndexOf(place.Place, StringComparison.Ordinal), place.Place, place.Content))
            .Where(static found => found.Index >= 0)
            .OrderBy(static found => found.Index)
            .FirstOrDefault() is { Place: { } place } next)
        {
            builder.AddContent(0, rest[..next.Index]);
            builder.AddContent(1, next.Content);
            rest = rest[(next.Index + place.Length)..];
        }

        builder.AddContent(2, rest);
    }
}
