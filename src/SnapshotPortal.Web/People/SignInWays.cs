using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.People;

/// <summary>The ways to sign in to an account: none goes that is the only one, unless an administrator takes it from somebody else.</summary>
internal static class SignInWays
{
    /// <summary>How many there are: the password, the connections with other systems, the passkeys. None = its owner was invited and has not come yet.</summary>
    public static async Task<int> CountWaysInAsync(this UserManager<PortalUser> users, PortalUser user)
        => (user.PasswordHash is null ? 0 : 1) + (await users.GetLoginsAsync(user)).Count + (await users.GetPasskeysAsync(user)).Count;

    /// <summary>Takes one of the ways away where there is another. The write lock is held, so two that go at once see one another.</summary>
    public static async Task<IdentityResult> UnlessOnlyWayInAsync(this UserManager<PortalUser> users, PortalUser user, Func<Task<IdentityResult>> take)
        => await users.CountWaysInAsync(user) > 1
            ? await take()
            : IdentityResult.Failed(new IdentityError { Code = FailureCodes.OnlyWayIn, Description = AccountTexts.ThisIsTheOnlyWayToSignIn });

    /// <summary>An administrator takes several ways away, and with them every session. Their own account they must be able to sign in to afterwards.</summary>
    public static async Task<Failure?> TakeAsync<T>(this UserManager<PortalUser> users, Actor actor, PortalUser user, IReadOnlyCollection<T> ways, Func<T, Task<IdentityResult>> take)
    {
        if (user.Id == actor.UserId && await users.CountWaysInAsync(user) == ways.Count)
        {
            return new Failure(FailureKind.Conflict, FailureCodes.OnlyWayIn, AccountTexts.ThisIsTheOnlyWayToSignIn, "userId");
        }

        foreach (var way in ways)
        {
            Require(await take(way));
        }

        Require(await users.UpdateSecurityStampAsync(user));
        return null;
    }

    private static void Require(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"A way to sign in was not taken away: {string.Join(' ', result.Errors.Select(static e => e.Description))}");
        }
    }
}
