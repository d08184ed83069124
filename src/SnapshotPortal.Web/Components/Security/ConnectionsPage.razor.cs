using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Security;

/// <summary>The sign-in providers that one's own account is connected with.</summary>
public partial class ConnectionsPage
{
    private string? _error;
    private IReadOnlyList<ConnectionView> _connections = [];

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [Inject]
    private UserManager<PortalUser> Users { get; set; } = default!;

    [Inject]
    private SignInManager<PortalUser> SignInManager { get; set; } = default!;

    [Inject]
    private Connections Connections { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        if (await Users.GetUserAsync(HttpContext.User) is { } user)
        {
            _connections = await Connections.ListAsync(user);
        }
    }

    private async Task DisconnectAsync(string id)
    {
        if (await Users.GetUserAsync(HttpContext.User) is not { } user)
        {
            return;
        }

        _error = await Connections.DisconnectAsync(user, id, Origin.Of(HttpContext));
        if (_error is null)
        {
            // The change ended every session; this one goes on.
            await SignInManager.RefreshSignInAsync(user);
            Navigation.NavigateTo("/account");
        }
    }
}
