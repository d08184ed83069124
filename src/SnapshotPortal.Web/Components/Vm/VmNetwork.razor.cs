using Microsoft.AspNetCore.Components;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>The machine's network cards and the addresses to reach it at, looked at again while somebody looks.</summary>
public sealed partial class VmNetwork
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(15);

    private VmNetworkView? _network;
    private string? _failure;
    private ITimer? _timer;

    [Parameter, EditorRequired]
    public VmView Vm { get; set; } = default!;

    [Inject]
    private IVirtualMachines Machines { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    protected override void Leave() => _timer?.Dispose();

    protected override async Task LoadAsync(Actor actor, CancellationToken cancellationToken)
    {
        // The guest may take seconds: the page does not wait for it.
        if (!RendererInfo.IsInteractive)
        {
            return;
        }

        var answer = await Machines.NetworkAsync(actor, Vm.Id, cancellationToken);
        (_network, _failure) = (answer.Value, Sentences.Say(answer.Failure?.Message));
        _timer ??= Clock.CreateTimer(static state => ((VmNetwork)state!).OnTick(), this, _interval, _interval);
        if (Gone.IsCancellationRequested)
        {
            Leave();
        }
    }

    protected override async Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken)
    {
        if (!InspectionEvents.Any(batch, Vm.Id))
        {
            return false;
        }

        await LoadAsync(actor, cancellationToken);
        return true;
    }

    private static string Place(NetworkCard card)
        => string.Join(" · ", new[] { VmTexts.FormatMacAddress(card.Mac), card.GuestName, Sentences.Say(card.Network) }.Where(static word => word is not null));

    private string SourceWords(VmNetworkView network) => (Vm, network) switch
    {
        ({ Power: not PowerState.Running }, _) => VmTexts.AddressesShowWhileItRuns,
        (_, { Source: AddressSource.Leases }) => VmTexts.AsTheHostsNetworkHandedThemOut,
        (_, { Source: AddressSource.Guest }) when network.Cards.Any(static c => c.Addresses.Count > 0) => VmTexts.AsItsGuestSays,
        (_, { Source: AddressSource.Guest }) => VmTexts.TheGuestHasNoAddressYet,
        ({ AgentConnected: false }, _) => VmTexts.NobodyTellsTheAddress,
        _ => VmTexts.TheGuestDidNotTellItsAddress,
    };

    private void OnTick() => _ = InvokeAsync(async () =>
    {
        if (Vm.Power == PowerState.Running && !Gone.IsCancellationRequested)
        {
            await ReloadAsync();
            StateHasChanged();
        }
    });
}
