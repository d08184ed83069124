using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;

namespace SnapshotPortal.Web.People;

/// <summary>The ways to sign in to an account.</summary>
internal static class SignInWays
{
    /// <summary>How many there are: the password, the connections with other systems, the passkeys. None = its owner was invited and has not come yet.</summary>
    public static async Task<int> CountWaysInAsync(this UserManager<PortalUser> users, PortalUser user)
        => (user.PasswordHash is null ? 0 : 1) + (await users.GetLoginsAsync(user)).Count + (await users.GetPasskeysAsync(user)).Count;
}
