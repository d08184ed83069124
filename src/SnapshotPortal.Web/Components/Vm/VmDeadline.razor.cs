using Microsoft.AspNetCore.Components;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>How long a snapshot of the machine may take.</summary>
public partial class VmDeadline
{
    private const int SecondsPerMinute = 60;
    private const int SecondsPerHour = 3_600;

    // More than a TimeSpan can hold, and far more than is allowed.
    private const double Absurd = 1e9;

    private TimeSpan? _shown;
    private double? _count;
    private int _unit = SecondsPerMinute;
    private string? _failure;
    private bool _asking;

    [Parameter, EditorRequired]
    public VmView Vm { get; set; } = default!;

    [Inject]
    private IVirtualMachines Machines { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    private TimeSpan? Wanted => _count is { } count ? TimeSpan.FromSeconds(Math.Clamp(count * _unit, -Absurd, Absurd)) : null;

    protected override void OnParametersSet()
    {
        // What is being typed stays; a change that somebody made elsewhere is shown.
        if (Vm.FailureDeadline == _shown)
        {
            return;
        }

        _shown = Vm.FailureDeadline;
        _unit = _shown switch
        {
            { TotalSeconds: var s } when s % SecondsPerHour == 0 => SecondsPerHour,
            { TotalSeconds: var s } when s % SecondsPerMinute != 0 => 1,
            _ => SecondsPerMinute,
        };
        _count = _shown?.TotalSeconds / _unit;
    }

    private async Task SaveAsync()
    {
        if (_asking || await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        _asking = true;
        try
        {
            var answer = await Machines.ChangeAsync(actor, Vm.Id, new ChangeVmRequest(Wanted), CancellationToken.None);
            _failure = answer.Failure?.Message;
        }
        finally
        {
            _asking = false;
        }
    }
}
