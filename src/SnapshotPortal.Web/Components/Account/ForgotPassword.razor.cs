using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Components;
using SnapshotPortal.Web.Mailing;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

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
        [Required(ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.EnterYourEMailAddress))]
        [EmailAddress(ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.ThisIsNoEMailAddress))]
        [StringLength(256, ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.AtMost256Characters))]
        public string Email { get; set; } = "";
    }
}
