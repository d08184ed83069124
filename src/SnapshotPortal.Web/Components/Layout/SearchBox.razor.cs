using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using MudBlazor;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Searching;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Controls;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Layout;

/// <summary>Finds machines, snapshots, templates, classes and pages, and does what is said with a machine.</summary>
public sealed partial class SearchBox : IDisposable
{
    private const int OfEach = 5;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(120);

    private Debounce? _debounce;
    private string _text = "";
    private bool _open;
    private int _active = -1;
    private bool _asked;
    private List<SearchOption> _options = [];

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private ISearch Search { get; set; } = default!;

    [Inject]
    private IVirtualMachines Machines { get; set; } = default!;

    [Inject]
    private ISnapshots Snapshots { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private MyRequests Mine { get; set; } = default!;

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private IJSRuntime Browser { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    private string Announcement => !_open || !_asked ? "" : _options.Count switch
    {
        0 => SearchTexts.NothingFound,
        1 => SearchTexts.FormatResultsOne(1),
        var many => SearchTexts.FormatResultsMany(many),
    };

    public void Dispose()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        _debounce?.Dispose();
    }

    protected override void OnInitialized()
    {
        _debounce = new Debounce(Clock, _pause);
        Navigation.LocationChanged += OnLocationChanged;
    }

    private static string IdOf(int index) => $"search-option-{index}";

    private async Task OpenAsync()
    {
        if (!_open)
        {
            _open = true;
            await FindAsync(CancellationToken.None);
        }
    }

    private void Close()
    {
        _open = false;
        _active = -1;
    }

    private async Task OnInputAsync(string? text)
    {
        _text = text ?? "";
        _open = true;
        await _debounce!.RunAsync(FindAsync);
    }

    private async Task OnKeyAsync(KeyboardEventArgs e)
    {
        switch (e.Key)
        {
            case "Escape" or "Tab":
                Close();
                return;
            case "ArrowDown" or "ArrowUp" when !_open:
                await OpenAsync();
                return;
            case "ArrowDown" when _options.Count > 0:
                _active = (_active + 1) % _options.Count;
                break;
            case "ArrowUp" when _options.Count > 0:
                _active = _active <= 0 ? _options.Count - 1 : _active - 1;
                break;
            default:
                return;
        }

        await Browser.InvokeVoidAsync("portal.showOption", IdOf(_active));
    }

    private async Task ChooseActiveAsync()
    {
        // Enter may come before the pause is over: what counts is what stands in the field.
        if (_active < 0)
        {
            await FindAsync(CancellationToken.None);
        }

        var index = Math.Max(_active, 0);
        if (index < _options.Count)
        {
            await ChooseAsync(_options[index]);
        }
    }

    private async Task ChooseAsync(SearchOption option)
    {
        Close();
        _text = "";
        if (option.DoAsync is { } act)
        {
            await act();
        }
        else if (option.Address is { } address)
        {
            Navigation.NavigateTo(address);
        }
    }

    private async Task FindAsync(CancellationToken cancellationToken)
    {
        if (await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        var text = _text.Trim();
        var (verb, rest) = SearchVerbs.Read(text);
        var found = await Search.FindAsync(actor, text, OfEach, cancellationToken);
        var meant = verb is null ? [] : (await Search.FindAsync(actor, rest, OfEach, cancellationToken)).Vms;
        cancellationToken.ThrowIfCancellationRequested();
        _options =
        [
            .. meant.Where(vm => SearchVerbs.Fits(verb!.Value, vm)).Select(vm => Act(verb!.Value, vm)),
            .. found.Vms.Select(static vm => new SearchOption($"vm {vm.Id}", CommonTexts.VMs, Glyphs.Console, vm.Name) { Detail = Words.Power(vm.Power), Address = $"/vms/{vm.Id}" }),
            .. found.Snapshots.Select(s => new SearchOption($"snapshot {s.Id}", CommonTexts.Snapshots, Glyphs.Camera, s.Name) { Detail = $"{s.VmName}, {Time.Short(s.At)}", Address = $"/vms/{s.VmId}?tab=snapshots&find={Uri.EscapeDataString(s.Name)}" }),
            .. found.Templates.Select(static t => new SearchOption($"template {t.Id}", CommonTexts.Templates, Glyphs.Gallery, t.Name) { Address = $"/templates/{t.Id}" }),
            .. found.Classes.Select(static c => new SearchOption($"class {c.Id}", CommonTexts.Classes, Glyphs.Cap, c.Name) { Address = $"/classes/{c.Id}" }),
            .. SearchPages.Find(actor, text),
            .. verb is null ? found.Vms.Take(2).SelectMany(Acts) : [],
        ];
        if (found.Vms.Count == OfEach)
        {
            _options.Insert(_options.FindLastIndex(static o => o.Key.StartsWith("vm ", StringComparison.Ordinal)) + 1, new SearchOption("more-vms", CommonTexts.VMs, Glyphs.Search, SearchTexts.FormatAllVMsLike(text)) { Address = $"/?q={Uri.EscapeDataString(text)}" });
        }

        _active = -1;
        _asked = true;
    }

    private IEnumerable<SearchOption> Acts(FoundVmView vm)
        => Enum.GetValues<SearchVerb>().Where(verb => SearchVerbs.Fits(verb, vm)).Select(verb => Act(verb, vm));

    private SearchOption Act(SearchVerb verb, FoundVmView vm)
    {
        var option = new SearchOption($"{verb} {vm.Id}", SearchTexts.Actions, SearchVerbs.Draw(verb), SearchVerbs.Say(verb, vm.Name));
        return verb switch
        {
            SearchVerb.OpenConsole => option with { Address = $"/vms/{vm.Id}?tab=console" },
            SearchVerb.TakeSnapshot => option with { DoAsync = () => TakeAsync(vm.Id) },
            _ => option with { DoAsync = () => PowerAsync(vm.Id, verb == SearchVerb.Start ? PowerAction.Start : PowerAction.Shutdown) },
        };
    }

    private async Task TakeAsync(Guid vmId)
    {
        if (await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        var present = await Snapshots.ListAsync(actor, vmId, CancellationToken.None);
        if (!present.IsSuccess)
        {
            Snackbar.Add(present.Failure.Message, Severity.Error);
            return;
        }

        var name = FreeNames.Snapshot(Time, present.Value.Select(static s => s.Name));
        if (Mine.Accept(await Snapshots.TakeAsync(actor, vmId, new TakeSnapshotRequest(name, IdempotencyKey: Guid.NewGuid().ToString("N")), CancellationToken.None), Snackbar))
        {
            Navigation.NavigateTo($"/vms/{vmId}?tab=snapshots");
        }
    }

    private async Task PowerAsync(Guid vmId, PowerAction action)
    {
        if (await CurrentActor.GetAsync() is { } actor
            && Mine.Accept(await Machines.PowerAsync(actor, vmId, new PowerRequest(action, Guid.NewGuid().ToString("N")), CancellationToken.None), Snackbar))
        {
            Navigation.NavigateTo($"/vms/{vmId}");
        }
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e)
    {
        if (_open)
        {
            Close();
            _ = InvokeAsync(StateHasChanged);
        }
    }
}
