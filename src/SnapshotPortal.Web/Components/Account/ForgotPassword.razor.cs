using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Components;
using SnapshotPortal.Web.Mailing;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Account;

/// <summary>Sends a link for a new password. It answers and takes the same whether there is such an account or not: nobody looks before the letter is sent.</summary>
public partial class ForgotPassword
{
    private bool _asked;
    private string? _error;

    [SupplyParameterFromForm]
    private Model Input { get; set; } = default!;

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [Inject]
    private AccountLetters Letters { get; set; } = default!;

    [Inject]
    private AccountPostLimit Limit { get; set; } = default!;

    protected override void OnInitialized() => Input ??= new Model();

    private async Task AskAsync()
    {
        if (!Letters.AreSent)
        {
            return;
        }

        if (!Limit.TryTake(HttpContext))
        {
            _error = AccountPostLimit.Refusal;
            return;
        }

        await Letters.ResetAsync(Input.Email.Trim(), HttpContext.RequestAborted);
        _asked = true;
    }

    /// <summary>The form.</summary>
    internal sealed class Model
    {
        [Required(ErrorMessage = "Enter your e-mail address.")]
        [EmailAddress(ErrorMessage = "This is no e-mail address. It looks like name@example.org.")]
        [StringLength(256, ErrorMessage = "At most 256 characters.")]
        public string Email { get; set; } = "";
    }
}
