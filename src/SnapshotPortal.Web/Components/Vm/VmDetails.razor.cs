using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>One machine: its head, and the part of it that the address names.</summary>
public sealed partial class VmDetails
{
    private static (string Id, string Name)[] Tabs =>
    [
        ("snapshots", CommonTexts.Snapshots),
        ("overview", VmTexts.Overview),
        ("console", VmTexts.Console),
        ("storage", VmTexts.Storage),
        ("activity", CommonTexts.Activity),
        ("settings", VmTexts.Settings),
    ];

    private VmView? _vm;
    private bool _missing;

    /// <summary>What prerendering found: shown until the circuit has read the state itself.</summary>
    [PersistentState]
    public VmView? Prerendered { get; set; }

    [Parameter, EditorRequired]
    public Guid VmId { get; set; }

    [Parameter]
    public string? Tab { get; set; }

    /// <summary>How the part is shown, where there are several ways.</summary>
    [Parameter]
    public string? View { get; set; }

    /// <summary>Only the snapshots that are called like this.</summary>
    [Parameter]
    public string? Find { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    [Inject]
    private IVirtualMachines Machines { get; set; } = default!;

    [Inject]
    private MyRequests Mine { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    private string? WhyNotStart => VmRules.WhyNotStart(_vm!, Actor);

    /// <summary>Where whoever looks came from: students' machines are found in their deployment, other people's in the list of all.</summary>
    private (string Address, string Name) Back => (_vm, Actor) switch
    {
        (null, _) or (_, null) => ("/", CommonTexts.MyVMs),
        var (vm, actor) when vm.OwnerId == actor.UserId => ("/", CommonTexts.MyVMs),
        ({ Class: { } taught }, _) => ($"/deployments/{taught.DeploymentId}", taught.DeploymentName),
        _ => ("/?all=1", HomeTexts.EverybodysVMs),
    };

    private string Current => Array.Exists(Tabs, tab => tab.Id == Tab) ? Tab! : "snapshots";

    protected override void OnInitialized() => _vm = Prerendered?.Id == VmId ? Prerendered : null;

    protected override async Task LoadAsync(Actor actor, CancellationToken cancellationToken)
    {
        var answer = await Machines.GetAsync(actor, VmId, cancellationToken);
        if (answer.IsSuccess)
        {
            _vm = Prerendered = answer.Value;
            _missing = false;
        }
        else
        {
            // Not there and not theirs look the same, here as everywhere.
            _vm = Prerendered = null;
            _missing = true;
            if (HttpContext is { Response.HasStarted: false })
            {
                HttpContext.Response.StatusCode = StatusCodes.Status404NotFound;
            }
        }
    }

    protected override async Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken)
    {
        if (!batch.Events.Any(e => e.VmId == VmId || e.VmId is null))
        {
            return false;
        }

        await LoadAsync(actor, cancellationToken);
        return true;
    }

    private string Address(string tab) => $"/vms/{VmId}?tab={tab}";

    private async Task StartAsync()
    {
        if (Actor is { } actor)
        {
            Mine.Accept(await Machines.PowerAsync(actor, VmId, new PowerRequest(PowerAction.Start, Guid.NewGuid().ToString("N")), CancellationToken.None), Snackbar);
        }
    }
}
