using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.People;

/// <summary>Another system that the account is connected with: whoever is signed in there as its owner can sign in here.</summary>
/// <param name="Id">What that system calls the person, in base64url.</param>
/// <param name="Name">What people know the system by.</param>
public sealed record ConnectionView(string Id, string Name);

/// <summary>The systems that accounts are connected with; <see cref="ExternalSignIn"/> makes the connections.</summary>
internal sealed class Connections(UserManager<PortalUser> users, SignInWays ways)
{
    /// <summary>Those of the account.</summary>
    public async Task<IReadOnlyList<ConnectionView>> ListAsync(PortalUser user)
        => [.. (await users.GetLoginsAsync(user)).Select(static l => new ConnectionView(IdOf(l), NameOf(l)))];

    /// <summary>Ends one of the account's, and every session; one that has ended already is a success.</summary>
    /// <returns>Why it was not ended, in a sentence; <see langword="null"/> where it was.</returns>
    public async Task<string?> DisconnectAsync(PortalUser user, string id, Origin origin)
    {
        if ((await users.GetLoginsAsync(user)).FirstOrDefault(l => IdOf(l) == id) is not { } login)
        {
            return null;
        }

        return await ways.RemoveAsync(user, AccountEventKind.Disconnected, NameOf(login), origin, () => users.RemoveLoginAsync(user, login.LoginProvider, login.ProviderKey));
    }

    /// <summary>An administrator ends all of the account's, and every session.</summary>
    public async Task<Failure?> ResetAsync(Actor actor, PortalUser user)
        => await users.GetLoginsAsync(user) is { Count: > 0 } logins
            ? await ways.RemoveAllAsync(actor, user, AccountEventKind.Disconnected, [.. logins], NameOf, l => users.RemoveLoginAsync(user, l.LoginProvider, l.ProviderKey))
            : new Failure(FailureKind.Conflict, FailureCodes.NotConnected, AccountTexts.ThisAccountIsConnectedWithNothing, "userId");

    private static string IdOf(UserLoginInfo login) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(login.ProviderKey));

    private static string NameOf(UserLoginInfo login) => login.ProviderDisplayName ?? login.LoginProvider;
}
