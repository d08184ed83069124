using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;
using SnapshotPortal.Web.Components.Account;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Security;

/// <summary>The passkeys of one's own account.</summary>
public partial class PasskeysPage
{
    private string? _error;
    private IReadOnlyList<PasskeyView> _passkeys = [];

    [SupplyParameterFromForm]
    private Model Input { get; set; } = default!;

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [Inject]
    private UserManager<PortalUser> Users { get; set; } = default!;

    [Inject]
    private Passkeys Passkeys { get; set; } = default!;

    [Inject]
    private PasswordProof Proof { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        Input ??= new Model { Name = Origin.Of(HttpContext).Device ?? "" };
        if (await Users.GetUserAsync(HttpContext.User) is { } user)
        {
            _passkeys = await Passkeys.ListAsync(user);
        }
    }

    private async Task AddAsync()
    {
        if (await Users.GetUserAsync(HttpContext.User) is not { } user)
        {
            return;
        }

        // The browser asked for the password before it made the key; whoever comes past it is asked here.
        _error = await Proof.RefusalAsync(user, Input.Password, Origin.Of(HttpContext))
            ?? await Passkeys.AddAsync(user, Input.Answer, Input.Name, Origin.Of(HttpContext));
        if (_error is null)
        {
            Navigation.NavigateTo(AccountRoutes.Passkeys);
        }
    }

    private async Task RemoveAsync(string id)
    {
        if (await Users.GetUserAsync(HttpContext.User) is { } user)
        {
            _error = await Passkeys.RemoveAsync(user, id, Origin.Of(HttpContext));
            if (_error is null)
            {
                Navigation.NavigateTo(AccountRoutes.Passkeys);
            }
        }
    }

    /// <summary>The form.</summary>
    internal sealed class Model
    {
        /// <summary>What the browser made.</summary>
        public string Answer { get; set; } = "";

        [Required(ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.EnterANameForThePasskey))]
        public string Name { get; set; } = "";

        [Required(ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.EnterYourPassword))]
        public string Password { get; set; } = "";
    }
}
