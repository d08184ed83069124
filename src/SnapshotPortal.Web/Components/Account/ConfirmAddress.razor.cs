using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;

namespace SnapshotPortal.Web.Components.Account;

/// <summary>Where the link leads that proves an address. A button, because programs that look for viruses open links, too.</summary>
public partial class ConfirmAddress
{
    private readonly object _form = new();
    private PortalUser? _user;
    private bool _done;

    [SupplyParameterFromQuery(Name = AccountRoutes.LinkUser)]
    private string? UserId { get; set; }

    [SupplyParameterFromQuery(Name = AccountRoutes.LinkToken)]
    private string? Token { get; set; }

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [Inject]
    private UserManager<PortalUser> Users { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        if (Guid.TryParse(UserId, out var id)
            && Token is { } token
            && await Users.FindByIdAsync(id.ToString()) is { EmailConfirmed: false } user
            && await Users.VerifyUserTokenAsync(user, Users.Options.Tokens.EmailConfirmationTokenProvider, UserManager<PortalUser>.ConfirmEmailTokenPurpose, token))
        {
            _user = user;
        }
        else if (!HttpContext.Response.HasStarted)
        {
            HttpContext.Response.StatusCode = StatusCodes.Status410Gone;
        }
    }

    private async Task ConfirmAsync()
    {
        if (_user is { } user)
        {
            _done = (await Users.ConfirmEmailAsync(user, Token!)).Succeeded;
            _user = null;
        }
    }
}
