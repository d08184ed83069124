using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Pages;

/// <summary>Hosts, machines without an owner, people.</summary>
public sealed partial class AdminView
{
    // How busy the hosts are, is no event: nobody would want to read it again.
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(30);

    private readonly Dictionary<Guid, Guid?> _owners = [];
    private IReadOnlyList<HostView>? _hosts;
    private IReadOnlyList<UnmanagedVmView>? _unmanaged;
    private string? _unmanagedFailure;
    private IReadOnlyList<PersonView> _people = [];
    private ITimer? _timer;

    [Inject]
    private IHosts Hosts { get; set; } = default!;

    [Inject]
    private IPeople People { get; set; } = default!;

    [Inject]
    private IVirtualMachines Machines { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    protected override void Leave() => _timer?.Dispose();

    protected override async Task LoadAsync(Actor actor, CancellationToken cancellationToken)
    {
        _hosts = (await Hosts.ListAsync(actor, cancellationToken)).Value ?? [];
        _people = (await People.ListAsync(actor, cancellationToken)).Value ?? [];

        // Asks the hosts themselves, which may take a while: what the database knows is shown first.
        StateHasChanged();
        if (RendererInfo.IsInteractive)
        {
            _timer ??= Clock.CreateTimer(static state => ((AdminView)state!).OnTick(), this, _interval, _interval);
            if (Gone.IsCancellationRequested)
            {
                Leave();
                return;
            }

            await ReadUnmanagedAsync(actor, cancellationToken);
        }
    }

    protected override async Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Events.All(static e => e.OperationId is not null))
        {
            return false;
        }

        await LoadAsync(actor, cancellationToken);
        return true;
    }

    private void OnTick() => _ = InvokeAsync(async () =>
    {
        if (Actor is { } actor && !Gone.IsCancellationRequested && (await Hosts.ListAsync(actor, CancellationToken.None)).Value is { } hosts)
        {
            _hosts = hosts;
            StateHasChanged();
        }
    });

    private async Task ReadUnmanagedAsync(Actor actor, CancellationToken cancellationToken)
    {
        var answer = await Machines.ListUnmanagedAsync(actor, cancellationToken);
        _unmanaged = answer.Value;
        _unmanagedFailure = Sentences.Say(answer.Failure?.Message);
    }

    private void Replace(PersonView person)
        => _people = [.. _people.Where(p => p.Id != person.Id).Append(person).OrderBy(static p => p.DisplayName, StringComparer.CurrentCultureIgnoreCase)];

    private void Remove(PersonView person) => _people = [.. _people.Where(p => p.Id != person.Id)];

    private async Task AdoptAsync(UnmanagedVmView vm)
    {
        if (Actor is not { } actor || _owners.GetValueOrDefault(vm.VmId) is not { } owner)
        {
            return;
        }

        var answer = await Machines.AdoptAsync(actor, new AdoptRequest(vm.HostId, vm.VmId, owner), Gone);
        if (answer.IsSuccess)
        {
            Snackbar.Add(PageTexts.FormatVmNowBelongsToOwnerName(vm.Name, answer.Value.OwnerName), Severity.Success);
            await LoadAsync(actor, Gone);
        }
        else
        {
            Snackbar.Add(Sentences.Say(answer.Failure.Message), Severity.Error);
        }
    }
}
