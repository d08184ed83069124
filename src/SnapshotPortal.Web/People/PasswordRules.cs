using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;
using SnapshotPortal.Web.Composition;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.People;

/// <summary>What a password may not be, besides short: something that is guessed first.</summary>
internal sealed class PasswordRules(BreachedPasswords breached) : IPasswordValidator<PortalUser>
{
    private static readonly string[] _portalsOwn = ["snapshotportal", "snapshot portal", "snapshot-portal"];

    public Task<IdentityResult> ValidateAsync(UserManager<PortalUser> manager, PortalUser user, string? password)
        => Task.FromResult(WhyNot(user, password ?? "") is { } why
            ? IdentityResult.Failed(new IdentityError { Code = nameof(PasswordRules), Description = why })
            : IdentityResult.Success);

    private string? WhyNot(PortalUser user, string password)
    {
        if (password.Length > AccountOptions.LongestPassword)
        {
            return AccountTexts.FormatAPasswordHasAtMostLongestPassword(AccountOptions.LongestPassword);
        }

        string?[] known = [user.Email, user.Email?.Split('@')[0], user.DisplayName, .. _portalsOwn];
        if (Array.Exists(known, word => word is { Length: > 0 } && string.Equals(word, password.Trim(), StringComparison.OrdinalIgnoreCase)))
        {
            return AccountTexts.ThisPasswordIsYourNameYour;
        }

        if (password.Distinct().Count() < 3)
        {
            return AccountTexts.ThisPasswordIsOneOrTwo;
        }

        return breached.Contains(password)
            ? AccountTexts.ThisPasswordBecameKnownInA
            : null;
    }
}

/// <summary>What Identity refuses, in the portal's words.</summary>
internal sealed class PortalErrors : IdentityErrorDescriber
{
    public override IdentityError PasswordTooShort(int length)
        => new() { Code = nameof(PasswordTooShort), Description = AccountTexts.FormatThePasswordNeedsAtLeastLength(length) };

    public override IdentityError DuplicateEmail(string email)
        => new() { Code = nameof(DuplicateEmail), Description = AccountTexts.ThereIsAnAccountWithThis };

    public override IdentityError InvalidEmail(string? email)
        => new() { Code = nameof(InvalidEmail), Description = AccountTexts.ThisEMailAddressCannotBe };

    public override IdentityError InvalidUserName(string? userName)
        => new() { Code = nameof(InvalidUserName), Description = InvalidEmail(userName).Description };

    public override IdentityError InvalidToken()
        => new() { Code = nameof(InvalidToken), Description = AccountTexts.ThisLinkHoldsNoLongerAsk };

    public override IdentityError ConcurrencyFailure()
        => new() { Code = nameof(ConcurrencyFailure), Description = AccountTexts.TheAccountChangedAtTheSame };
}
