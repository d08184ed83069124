using Microsoft.AspNetCore.Components;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Components.Home;

/// <summary>The person's machines as cards, live.</summary>
public sealed partial class MyVms
{
    // With more changed at once, one list costs less than asking one by one.
    private const int OneByOne = 6;
    private const int PageSize = 60;

    private VmPage? _page;
    private (string? Search, bool Everybodys, int Page)? _asked;
    private DateTimeOffset _loadedAt;

    /// <summary>What prerendering found: shown until the circuit has read the state itself.</summary>
    [PersistentState]
    public VmPage? Prerendered { get; set; }

    [Parameter]
    public string? Search { get; set; }

    /// <summary>Administrators: not only one's own.</summary>
    [Parameter]
    public bool Everybodys { get; set; }

    /// <summary>Which of the pages, from 1 on.</summary>
    [Parameter]
    public int Page { get; set; } = 1;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [Inject]
    private IVirtualMachines Machines { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private IEnumerable<VmView> Unreachable => _page!.Items.Where(static vm => !vm.HostReachable).DistinctBy(static vm => vm.HostName);

    private int Pages => Math.Max(1, (_page!.Total + PageSize - 1) / PageSize);

    private int FirstShown => (Math.Max(Page, 1) - 1) * PageSize;

    protected override void OnInitialized() => _page = Prerendered;

    protected override async Task OnParametersSetAsync()
    {
        if (_asked is { } asked && asked != (Search, Everybodys, Page))
        {
            await ReloadAsync();
        }
    }

    protected override async Task LoadAsync(Actor actor, CancellationToken cancellationToken)
    {
        var asked = (Search, Everybodys, Page);
        _loadedAt = Clock.GetUtcNow();
        _asked = asked;
        var page = await Machines.ListAsync(actor, new VmQuery(Search, Everybodys, FirstShown, PageSize), cancellationToken);
        if (_asked == asked)
        {
            _page = Prerendered = page;
        }
    }

    protected override async Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken)
    {
        var changed = batch.Events.Where(static e => e.VmId is not null).Select(static e => e.VmId!.Value).Distinct().ToList();
        if (_page is null || changed.Count > OneByOne || batch.Events.Any(static e => e.VmId is null))
        {
            await LoadAsync(actor, cancellationToken);
            return true;
        }

        var items = _page.Items.ToList();
        foreach (var id in changed)
        {
            var answer = await Machines.GetAsync(actor, id, cancellationToken);
            var index = items.FindIndex(vm => vm.Id == id);
            if (index >= 0 && answer.IsSuccess)
            {
                items[index] = answer.Value;
            }
            else if (index >= 0 || (answer.IsSuccess && BelongsHere(answer.Value, actor) && !IsOnAnotherPage(answer.Value)))
            {
                // One came or went: the list decides about order and total.
                await LoadAsync(actor, cancellationToken);
                return true;
            }
        }

        _page = _page with { Items = items };
        return changed.Count > 0;
    }

    // What was there when this page was read, and is not on it, changes nothing here.
    private bool IsOnAnotherPage(VmView vm) => _page!.Total > _page.Items.Count && vm.CreatedAt < _loadedAt;

    private string EverybodysAddress => Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>(StringComparer.Ordinal) { ["all"] = Everybodys ? null : "1", ["page"] = null });

    private string AddressOf(int page) => Navigation.GetUriWithQueryParameter("page", page > 1 ? page : (int?)null);

    private bool BelongsHere(VmView vm, Actor actor)
        => (Everybodys || vm.OwnerId == actor.UserId)
            && (Search is not { Length: > 0 } || vm.Name.Contains(Search, StringComparison.OrdinalIgnoreCase));
}
