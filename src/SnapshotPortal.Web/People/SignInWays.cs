using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Mailing;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.People;

/// <summary>
/// Takes ways to sign in away from an account, with the audit log's line and a letter to its owner. None goes that is the only
/// one, unless an administrator takes it from somebody else. The write lock is held, so two that go at once see one another.
/// </summary>
internal sealed class SignInWays(UserManager<PortalUser> users, AccountAudit audit, AccountLetters letters)
{
    /// <summary>How many there are: the password, the connections with other systems, the passkeys. None = its owner was invited and has not come yet.</summary>
    public static async Task<int> CountAsync(UserManager<PortalUser> users, PortalUser user)
        => (user.PasswordHash is null ? 0 : 1) + (await users.GetLoginsAsync(user)).Count + (await users.GetPasskeysAsync(user)).Count;

    /// <summary>The owner gives one up.</summary>
    /// <param name="user">Whose account.</param>
    /// <param name="kind">What is told of it.</param>
    /// <param name="name">What they know it by.</param>
    /// <param name="origin">Where from.</param>
    /// <param name="take">Takes it away.</param>
    /// <returns>Why it was not taken, in a sentence; <see langword="null"/> where it was.</returns>
    public async Task<string?> RemoveAsync(PortalUser user, AccountEventKind kind, string? name, Origin origin, Func<Task<IdentityResult>> take)
    {
        var result = await audit.ChangeAsync(
            AccountHistory.Line(user, kind, origin) with { Detail = name },
            async () => await CountAsync(users, user) > 1
                ? await take()
                : IdentityResult.Failed(new IdentityError { Code = FailureCodes.OnlyWayIn, Description = AccountTexts.ThisIsTheOnlyWayToSignIn }),
            static removed => removed.Succeeded);
        if (!result.Succeeded)
        {
            return Say(result);
        }

        await letters.ChangedAsync(user.Id, kind, CancellationToken.None);
        return null;
    }

    /// <summary>An administrator takes all of a kind, and with them every session. Their own account they must be able to sign in to afterwards.</summary>
    /// <param name="actor">The administrator.</param>
    /// <param name="user">Whose account.</param>
    /// <param name="kind">What is told of it.</param>
    /// <param name="ways">Those that are taken; at least one.</param>
    /// <param name="nameOf">What their owner knows one by.</param>
    /// <param name="take">Takes one away.</param>
    public async Task<Failure?> RemoveAllAsync<T>(Actor actor, PortalUser user, AccountEventKind kind, IReadOnlyCollection<T> ways, Func<T, string?> nameOf, Func<T, Task<IdentityResult>> take)
    {
        var refusal = await audit.ChangeAsync(
            AuditDraft.By(actor, AccountHistory.ActOf(kind), AuditSubject.Account, user.Id) with { Detail = string.Join(", ", ways.Select(nameOf)) },
            async () =>
            {
                if (user.Id == actor.UserId && await CountAsync(users, user) == ways.Count)
                {
                    return new Failure(FailureKind.Conflict, FailureCodes.OnlyWayIn, AccountTexts.ThisIsTheOnlyWayToSignIn, "userId");
                }

                foreach (var way in ways)
                {
                    Require(await take(way));
                }

                Require(await users.UpdateSecurityStampAsync(user));
                return null;
            },
            static failure => failure is null);
        if (refusal is null)
        {
            await letters.ChangedAsync(user.Id, kind, CancellationToken.None);
        }

        return refusal;
    }

    private static void Require(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"A way to sign in was not taken away: {Say(result)}");
        }
    }

    private static string Say(IdentityResult result) => string.Join(' ', result.Errors.Select(static e => e.Description));
}
