using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Data;
using SnapshotPortal.Web.Components.Dialogs;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Pages;

/// <summary>Everybody with an account, and what they are.</summary>
public partial class AdminPeople
{
    private string? _failure;

    [Parameter, EditorRequired]
    public IReadOnlyList<PersonView> People { get; set; } = [];

    /// <summary>Who looks.</summary>
    [Parameter]
    public Guid? Me { get; set; }

    /// <summary>Somebody has other roles now.</summary>
    [Parameter]
    public EventCallback<PersonView> OnChanged { get; set; }

    [Inject]
    private IPeople Directory { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    private static bool Has(PersonView person, string role) => person.Roles.Contains(role, StringComparer.Ordinal);

    private async Task SetAsync(PersonView person, string role)
    {
        var has = !Has(person, role);
        if (await CurrentActor.GetAsync() is not { } actor || !await AgreedAsync(person, role, has))
        {
            // The browser has turned the box already: an equal person draws it again as it is.
            await OnChanged.InvokeAsync(person with { });
            return;
        }

        var answer = await Directory.SetRoleAsync(actor, person.Id, role, has, CancellationToken.None);
        _failure = answer.Failure?.Message;
        await OnChanged.InvokeAsync(answer.Value ?? person with { });
    }

    private async Task<bool> AgreedAsync(PersonView person, string role, bool has)
        => role != PortalRoles.Administrator
            || await Dialogs.ConfirmAsync(
                has ? $"Make {person.DisplayName} an administrator" : $"Take administration from {person.DisplayName}",
                has ? "Administrators see and act on every VM, class and account." : "They keep their VMs and classes, and lose sight of everybody else's within 30 seconds.",
                has ? "Make administrator" : "Take it away");
}
