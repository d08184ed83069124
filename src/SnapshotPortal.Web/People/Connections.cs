using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Mailing;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.People;

/// <summary>Another system that the account is connected with: whoever is signed in there as its owner can sign in here.</summary>
/// <param name="Id">What that system calls the person, in base64url.</param>
/// <param name="Name">What people know the system by.</param>
public sealed record ConnectionView(string Id, string Name);

/// <summary>The systems that accounts are connected with; <see cref="ExternalSignIn"/> makes the connections.</summary>
internal sealed class Connections(UserManager<PortalUser> users, AccountAudit audit, AccountLetters letters)
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

        var result = await audit.ChangeAsync(
            AccountHistory.Line(user, AccountEventKind.Disconnected, origin) with { Detail = NameOf(login) },
            () => users.UnlessOnlyWayInAsync(user, () => users.RemoveLoginAsync(user, login.LoginProvider, login.ProviderKey)),
            static ended => ended.Succeeded);
        if (!result.Succeeded)
        {
            return string.Join(' ', result.Errors.Select(static e => e.Description));
        }

        await letters.ChangedAsync(user.Id, AccountEventKind.Disconnected, CancellationToken.None);
        return null;
    }

    /// <summary>An administrator ends all of the account's, and every session.</summary>
    public async Task<Failure?> ResetAsync(Actor actor, PortalUser user)
    {
        var logins = await users.GetLoginsAsync(user);
        var refusal = logins.Count == 0
            ? new Failure(FailureKind.Conflict, FailureCodes.NotConnected, AccountTexts.ThisAccountIsConnectedWithNothing, "userId")
            : await audit.ChangeAsync(
                AuditDraft.By(actor, AuditActs.Disconnected, AuditSubject.Account, user.Id) with { Detail = string.Join(", ", logins.Select(NameOf)) },
                () => users.TakeAsync(actor, user, [.. logins], l => users.RemoveLoginAsync(user, l.LoginProvider, l.ProviderKey)),
                static failure => failure is null);
        if (refusal is null)
        {
            await letters.ChangedAsync(user.Id, AccountEventKind.Disconnected, CancellationToken.None);
        }

        return refusal;
    }

    private static string IdOf(UserLoginInfo login) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(login.ProviderKey));

    private static string NameOf(UserLoginInfo login) => login.ProviderDisplayName ?? login.LoginProvider;
}
