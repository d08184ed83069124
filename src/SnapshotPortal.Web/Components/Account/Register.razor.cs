using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using SnapshotPortal.Data;
using SnapshotPortal.Web.Composition;

namespace SnapshotPortal.Web.Components.Account;

/// <summary>Makes an account, where registration is open.</summary>
public partial class Register
{
    private IReadOnlyList<string> _errors = [];

    [SupplyParameterFromForm]
    private Model Input { get; set; } = default!;

    [SupplyParameterFromQuery]
    private string? ReturnUrl { get; set; }

    [Inject]
    private UserManager<PortalUser> Users { get; set; } = default!;

    [Inject]
    private SignInManager<PortalUser> SignInManager { get; set; } = default!;

    [Inject]
    private IOptions<RegistrationOptions> RegistrationSetting { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    protected override void OnInitialized()
    {
        Input ??= new Model();
        if (!RegistrationSetting.Value.Open)
        {
            HttpContext.Response.StatusCode = StatusCodes.Status403Forbidden;
        }
    }

    private async Task RegisterAsync()
    {
        // The form is not shown while registration is closed, but a form from before, or one made by hand, can still come.
        if (!RegistrationSetting.Value.Open)
        {
            return;
        }

        var email = Input.Email.Trim();
        var user = new PortalUser { UserName = email, Email = email, DisplayName = Input.Name.Trim() };
        var result = await Users.CreateAsync(user, Input.Password);
        if (!result.Succeeded)
        {
            // Identity reports a taken address twice, as the user name and as the e-mail address.
            _errors = [.. result.Errors.Where(static e => e.Code != nameof(IdentityErrorDescriber.DuplicateUserName)).Select(Say)];
            return;
        }

        await SignInManager.SignInAsync(user, isPersistent: false);
        Navigation.NavigateTo(AccountRoutes.Local(ReturnUrl));
    }

    private static string Say(IdentityError error) => error.Code switch
    {
        nameof(IdentityErrorDescriber.DuplicateEmail) => "There is an account with this e-mail address already. Sign in, or use another address.",
        nameof(IdentityErrorDescriber.InvalidUserName) or nameof(IdentityErrorDescriber.InvalidEmail) => "This e-mail address cannot be used here. Check it for typing mistakes.",
        _ => error.Description,
    };

    /// <summary>The form.</summary>
    internal sealed class Model
    {
        [Required(ErrorMessage = "Enter the name others should see.")]
        [StringLength(100, ErrorMessage = "At most 100 characters.")]
        public string Name { get; set; } = "";

        [Required(ErrorMessage = "Enter your e-mail address.")]
        [EmailAddress(ErrorMessage = "This is no e-mail address. It looks like name@example.org.")]
        public string Email { get; set; } = "";

        [Required(ErrorMessage = "Choose a password.")]
        [MinLength(10, ErrorMessage = "The password needs at least 10 characters.")]
        [MaxLength(200, ErrorMessage = "At most 200 characters.")]
        public string Password { get; set; } = "";

        [Required(ErrorMessage = "Enter the password a second time.")]
        [Compare(nameof(Password), ErrorMessage = "The two passwords differ.")]
        public string Repeat { get; set; } = "";
    }
}
