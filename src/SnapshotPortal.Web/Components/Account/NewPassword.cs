using System.ComponentModel.DataAnnotations;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Account;

/// <summary>A form in which somebody chooses a password, and types it twice.</summary>
internal abstract class NewPassword
{
    [Required(ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.ChooseAPassword))]
    public string Password { get; set; } = "";

    [Required(ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.EnterThePasswordASecondTime))]
    [Compare(nameof(Password), ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.TheTwoPasswordsDiffer))]
    public string Repeat { get; set; } = "";
}
