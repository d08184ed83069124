using Microsoft.AspNetCore.Components;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Board;

/// <summary>
/// The board for a screen in the room: large, dark, and as many rows as can be read from the last bench. More than that takes turns.
/// </summary>
public sealed partial class LiveWall
{
    /// <summary>Each has the same part of the height, whatever the screen: letters of three centimetres on a television.</summary>
    internal const int RowsOnPage = 6;

    /// <summary>Long enough to find one's name.</summary>
    internal static readonly TimeSpan Turn = TimeSpan.FromSeconds(10);

    private DateTimeOffset? _turned;
    private int _page;
    private bool _held;

    [SupplyParameterFromQuery(Name = "theme")]
    private string? Theme { get; set; }

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private bool IsLight => Theme is "light";

    private int Pages => ((Entries?.Count ?? 0) + RowsOnPage - 1) / RowsOnPage;

    private int Page => Math.Clamp(_page, 0, Math.Max(0, Pages - 1));

    private string Title => Query.ClassId is { } id && Board?.Classes.FirstOrDefault(c => c.Id == id) is { } group ? group.Name : CommonTexts.Live;

    /// <summary>What runs first, then what waits, then what has just ended.</summary>
    private IEnumerable<BoardEntryView> Ordered => (Entries ?? []).OrderBy(static e => e.Operation.State switch
    {
        OperationState.Running => 0,
        OperationState.Queued => 1,
        _ => 2,
    });

    protected override bool OnSecond()
    {
        _turned ??= Time.Now;
        if (Pages <= 1 || _held || Time.Now - _turned < Turn)
        {
            // The clock turns with the minute.
            return Time.Now.Second == 0;
        }

        _turned = Time.Now;
        _page = (Page + 1) % Pages;
        return true;
    }

    private void Hold()
    {
        _held = !_held;
        _turned = Time.Now;
    }

    /// <summary>The address of the board with the same filter.</summary>
    private string Back => Navigation.GetUriWithQueryParameter("theme", (string?)null).Replace("/live/wall", "/live", StringComparison.Ordinal);
}
