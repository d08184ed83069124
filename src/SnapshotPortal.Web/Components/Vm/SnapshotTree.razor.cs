using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>
/// A machine's snapshots as a tree: who descends from what, and where the present state is. The arrow keys walk through it
/// (portal.js), what has the focus is selected, and the selected one is shown beside it as on the time line.
/// </summary>
public sealed partial class SnapshotTree
{
    private const int RowHeight = 46;
    private const double Edge = 16;
    private const double Radius = 8;

    // On a phone half the width is for the names, however many lanes there are.
    private const double WidestLane = 22;
    private const double WidestGraph = 150;

    private Lineage _lineage = new([], 1);
    private Guid? _selected;
    private bool _selectsNow = true;

    [Parameter, EditorRequired]
    public VmView Vm { get; set; } = default!;

    [Parameter, EditorRequired]
    public IReadOnlyList<SnapshotView> Snapshots { get; set; } = [];

    /// <summary>How the present state stands, in words.</summary>
    [Parameter]
    public string? NowText { get; set; }

    [Inject]
    private IJSRuntime Browser { get; set; } = default!;

    private Guid? CurrentId => Vm.CurrentSnapshotId ?? Snapshots.FirstOrDefault(static s => s.IsCurrent)?.Id;

    private LineageNode Selected => _lineage.Nodes.FirstOrDefault(IsSelected) ?? _lineage.Nodes.First(static n => n.Snapshot is null);

    private double LaneWidth => Math.Min(WidestLane, (WidestGraph - 2 * Edge) / Math.Max(1, _lineage.Lanes - 1));

    private double GraphWidth => 2 * Edge + (_lineage.Lanes - 1) * LaneWidth;

    private string Style => $"--graph: {Px(GraphWidth)}px; --row: {RowHeight}px";

    private string Descent
    {
        get
        {
            var children = _lineage.Nodes.Where(n => n.Parent == Selected).ToList();
            var from = Selected.Parent?.Snapshot is { } parent ? VmTexts.FormatDescendsFromParentName(parent.Name) : VmTexts.DescendsFromNoOtherSnapshot;
            var to = children switch
            {
                [] => VmTexts.NothingDescendsFromIt,
                [{ Snapshot: null }] => VmTexts.ThePresentStateDescendsFromIt,
                [{ Snapshot: { } only }] => VmTexts.FormatOneDescends(Words.Quoted(only.Name)),
                _ => VmTexts.FormatManyDescend(string.Join(", ", children.Select(static c => c.Snapshot is { } s ? Words.Quoted(s.Name) : VmTexts.ThePresentState))),
            };
            return $"{from} {to}";
        }
    }

    protected override void OnParametersSet()
    {
        _lineage = Lineage.Of(Snapshots, CurrentId);
        if (_selected is { } id && _lineage.Nodes.All(n => n.Snapshot?.Id != id))
        {
            // It was deleted while it was looked at.
            (_selected, _selectsNow) = (null, true);
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await Browser.InvokeVoidAsync("portal.reveal", $"tree-{KeyOf(Selected)}");
        }
    }

    private static string KeyOf(LineageNode node) => node.Snapshot?.Id.ToString("N") ?? "now";

    private static string Px(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Kind(LineageNode node) => node.Snapshot is { } snapshot ? snapshot.Phase.ToString().ToLowerInvariant() : "now";

    private static string Mark(LineageNode node) => node.Snapshot?.Phase switch
    {
        SnapshotPhase.Succeeded => "M-3.4 .3-1 2.8 3.6-2.6",
        SnapshotPhase.Failed => "M-2.8-2.8 2.8 2.8M2.8-2.8-2.8 2.8",
        SnapshotPhase.Deleting => "M-3.2 0h6.4",
        SnapshotPhase.InProgress => "M-2.6 0h.01M0 0h.01M2.6 0h.01",
        _ => "",
    };

    private double X(LineageNode node) => Edge + node.Lane * LaneWidth;

    private static double Y(LineageNode node) => (node.Row + 0.5) * RowHeight;

    // Down along the parent's lane, and round a corner into a lane of its own.
    private string Line(LineageNode node)
    {
        var (x, y, px, py) = (X(node), Y(node), X(node.Parent!), Y(node.Parent!));
        var bend = Math.Min(Radius, Math.Abs(x - px));
        return node.Lane == node.Parent!.Lane
            ? $"M{Px(px)} {Px(py)}V{Px(y)}"
            : $"M{Px(px)} {Px(py)}V{Px(y - bend)}Q{Px(px)} {Px(y)} {Px(px + bend)} {Px(y)}H{Px(x)}";
    }

    private bool IsSelected(LineageNode node) => node.Snapshot is { } snapshot ? !_selectsNow && snapshot.Id == _selected : _selectsNow;

    private void Select(LineageNode node) => (_selected, _selectsNow) = (node.Snapshot?.Id, node.Snapshot is null);
}
