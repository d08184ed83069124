using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;
using SnapshotPortal.Web.Composition;

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
            return $"A password has at most {AccountOptions.LongestPassword} characters.";
        }

        string?[] known = [user.Email, user.Email?.Split('@')[0], user.DisplayName, .. _portalsOwn];
        if (Array.Exists(known, word => word is { Length: > 0 } && string.Equals(word, password.Trim(), StringComparison.OrdinalIgnoreCase)))
        {
            return "This password is your name, your address or the portal's name, which is tried first. Choose another.";
        }

        if (password.Distinct().Count() < 3)
        {
            return "This password is one or two characters again and again, which is tried first. Choose another.";
        }

        return breached.Contains(password)
            ? "This password became known in a theft from somewhere else, so it is tried first. Choose another, and change it wherever you use it."
            : null;
    }
}

/// <summary>What Identity refuses, in the portal's words.</summary>
internal sealed class PortalErrors : IdentityErrorDescriber
{
    public override IdentityError PasswordTooShort(int length)
        => new() { Code = nameof(PasswordTooShort), Description = $"The password needs at least {length} characters." };

    public override IdentityError DuplicateEmail(string email)
        => new() { Code = nameof(DuplicateEmail), Description = "There is an account with this e-mail address already. Sign in, or use another address." };

    public override IdentityError InvalidEmail(string? email)
        => new() { Code = nameof(InvalidEmail), Description = "This e-mail address cannot be used here. Check it for typing mistakes." };

    public override IdentityError InvalidUserName(string? userName)
        => new() { Code = nameof(InvalidUserName), Description = InvalidEmail(userName).Description };

    public override IdentityError InvalidToken()
        => new() { Code = nameof(InvalidToken), Description = "This link holds no longer. Ask for a new one." };

    public override IdentityError ConcurrencyFailure()
        => new() { Code = nameof(ConcurrencyFailure), Description = "The account changed at the same time. Nothing was saved; try again." };
}
