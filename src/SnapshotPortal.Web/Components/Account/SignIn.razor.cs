using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using SnapshotPortal.Data;
using SnapshotPortal.Web.Composition;

namespace SnapshotPortal.Web.Components.Account;

/// <summary>Signs in with e-mail address and password.</summary>
public partial class SignIn
{
    // Verified where no account exists, so that the answer takes as long as for one that does.
    private static readonly PortalUser Nobody = new();
    private static readonly string NobodysHash = new PasswordHasher<PortalUser>().HashPassword(Nobody, Guid.NewGuid().ToString());

    private string? _error;

    [SupplyParameterFromForm]
    private Model Input { get; set; } = default!;

    [SupplyParameterFromQuery]
    private string? ReturnUrl { get; set; }

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [Inject]
    private UserManager<PortalUser> Users { get; set; } = default!;

    [Inject]
    private SignInManager<PortalUser> SignInManager { get; set; } = default!;

    [Inject]
    private IOptions<RegistrationOptions> RegistrationSetting { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private IOptions<RegistrationOptions> Registration => RegistrationSetting;

    protected override void OnInitialized()
    {
        Input ??= new Model();
        if (HttpMethods.IsGet(HttpContext.Request.Method) && HttpContext.User.Identity is { IsAuthenticated: true })
        {
            Navigation.NavigateTo(AccountRoutes.Local(ReturnUrl));
        }
    }

    private async Task SignInAsync()
    {
        var user = await Users.FindByEmailAsync(Input.Email.Trim());
        if (user is null)
        {
            _ = Users.PasswordHasher.VerifyHashedPassword(Nobody, NobodysHash, Input.Password);
            _error = WrongPair;
            return;
        }

        var result = await SignInManager.PasswordSignInAsync(user, Input.Password, Input.Remember, lockoutOnFailure: true);
        if (result.Succeeded)
        {
            Navigation.NavigateTo(AccountRoutes.Local(ReturnUrl));
        }
        else if (result.IsLockedOut)
        {
            var end = await Users.GetLockoutEndDateAsync(user) ?? Time.GetUtcNow();
            var minutes = Math.Max(1, (int)Math.Ceiling((end - Time.GetUtcNow()).TotalMinutes));
            _error = string.Create(
                CultureInfo.InvariantCulture,
                $"Too many wrong attempts: this account is locked. Try again in {minutes} {(minutes == 1 ? "minute" : "minutes")}; nothing else about it has changed.");
        }
        else
        {
            _error = WrongPair;
        }
    }

    private const string WrongPair = "E-mail address or password is wrong. Check both and try again.";

    /// <summary>The form.</summary>
    internal sealed class Model
    {
        [Required(ErrorMessage = "Enter your e-mail address.")]
        public string Email { get; set; } = "";

        [Required(ErrorMessage = "Enter your password.")]
        public string Password { get; set; } = "";

        public bool Remember { get; set; }
    }
}
