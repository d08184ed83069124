using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.People;

/// <summary>Whether somebody who is signed in is still the one who knows the password. Wrong ones count towards the lockout.</summary>
internal sealed class PasswordProof(SignInManager<PortalUser> signIn, UserManager<PortalUser> users, AccountHistory history, TimeProvider time)
{
    /// <summary>Why it is not proved, in a sentence; <see langword="null"/> where it is.</summary>
    public async Task<string?> RefusalAsync(PortalUser user, string password, Origin origin)
    {
        if (user.PasswordHash is null)
        {
            return AccountTexts.YourAccountHasNoPasswordYet;
        }

        var result = await signIn.CheckPasswordSignInAsync(user, password, lockoutOnFailure: true);
        if (result.Succeeded)
        {
            return null;
        }

        if (result.IsLockedOut)
        {
            await history.NoteLockoutAsync(user.Id, origin);
            return await LockedAsync(user);
        }

        return AccountTexts.ThisIsNotYourPresentPassword;
    }

    /// <summary>What somebody is told whose account is locked.</summary>
    public async Task<string> LockedAsync(PortalUser user)
    {
        var end = await users.GetLockoutEndDateAsync(user) ?? time.GetUtcNow();
        var minutes = Math.Max(1, (int)Math.Ceiling((end - time.GetUtcNow()).TotalMinutes));
        return minutes == 1 ? AccountTexts.FormatLockedOneMinute(1) : AccountTexts.FormatLockedManyMinutes(minutes);
    }
}
