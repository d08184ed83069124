using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Components.Account;
using SnapshotPortal.Web.Mailing;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.People;

/// <inheritdoc cref="IInvitations"/>
internal sealed class Invitations(IServiceScopeFactory scopes, IClasses classes, AccountLetters letters) : IInvitations
{
    public bool CanSend => letters.AreSent;

    public async Task<Outcome<string>> MakeLinkAsync(Actor actor, Guid? classId, Guid userId, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        if (await FindInvitedAsync(users, actor, classId, userId, cancellationToken) is not { } user)
        {
            return NobodyWaits();
        }

        var holder = classId is { } id && !actor.IsAdministrator ? new InvitationHolder(actor.UserId, id) : null;
        return holder is null || await MayHoldAsync(holder, userId, cancellationToken)
            ? AccountRoutes.InvitationOf(userId, InvitationHolder.Write(holder, await users.GenerateUserTokenAsync(user, InvitationTokens.Provider, InvitationHolder.PurposeFor(holder))))
            : new Failure(FailureKind.Forbidden, FailureCodes.ClassForbids, AccountTexts.FormatThisInvitationGoesToItsAddressOnly(user.Email ?? ""), "userId");
    }

    public async Task<Outcome<string>> SendAsync(Actor actor, Guid? classId, Guid userId, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        if (await FindInvitedAsync(users, actor, classId, userId, cancellationToken) is not { Email: { } email })
        {
            return NobodyWaits();
        }

        if (!letters.AreSent)
        {
            return new Failure(FailureKind.Conflict, FailureCodes.MailOff, AccountTexts.ThisPortalSendsNoMailCopy);
        }

        return await letters.InviteAsync(userId, classId, actor.Name, cancellationToken)
            ? email
            : new Failure(FailureKind.Conflict, FailureCodes.InvitedRecently, AccountTexts.FormatAnInvitationToEmailWasSent(email));
    }

    public async Task<InvitedPerson?> FindAsync(Guid userId, string token)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await FindAsync(scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>(), userId, token) is { } user
            ? new InvitedPerson(user.Id, user.DisplayName, user.Email ?? "")
            : null;
    }

    public async Task<IReadOnlyList<string>> AcceptAsync(Guid userId, string token, string name, string password)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        if (await FindAsync(users, userId, token) is not { } user)
        {
            return [AccountTexts.ThisInvitationHoldsNoLongerAsk];
        }

        if (PeopleDirectory.CheckName(name) is { } wrong)
        {
            return [wrong.Message];
        }

        // One write for both: setting the password changes the security stamp, by which the link dies.
        // Whoever got the link got it at the address, or from somebody who knows whose it is.
        user.DisplayName = name.Trim();
        user.EmailConfirmed = true;
        var result = await users.AddPasswordAsync(user, password);
        return result.Succeeded ? [] : [.. result.Errors.Select(static e => e.Description)];
    }

    private static Failure NobodyWaits()
        => new(FailureKind.NotFound, FailureCodes.MemberUnknown, AccountTexts.NobodyWaitsForThisInvitationThey, "userId");

    private async Task<PortalUser?> FindInvitedAsync(UserManager<PortalUser> users, Actor actor, Guid? classId, Guid userId, CancellationToken cancellationToken)
    {
        var may = classId is { } id ? await classes.MayInviteAsync(actor, id, userId, cancellationToken) : actor.IsAdministrator;
        return may && await users.FindByIdAsync(userId.ToString()) is { } user && await SignInWays.CountAsync(users, user) == 0 ? user : null;
    }

    private async Task<PortalUser?> FindAsync(UserManager<PortalUser> users, Guid userId, string written)
    {
        var (holder, token) = InvitationHolder.Read(written);
        return await users.FindByIdAsync(userId.ToString()) is { } user
            && await SignInWays.CountAsync(users, user) == 0
            && await users.VerifyUserTokenAsync(user, InvitationTokens.Provider, InvitationHolder.PurposeFor(holder), token)
            && (holder is null || await MayHoldAsync(holder, userId, CancellationToken.None))
                ? user
                : null;
    }

    private Task<bool> MayHoldAsync(InvitationHolder holder, Guid userId, CancellationToken cancellationToken)
        => classes.MayHoldInvitationAsync(holder.ToActor(), holder.ClassId, userId, cancellationToken);
}
