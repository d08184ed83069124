using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Components.Account;

namespace SnapshotPortal.Web.People;

/// <inheritdoc cref="IInvitations"/>
internal sealed class Invitations(IServiceScopeFactory scopes, IClasses classes) : IInvitations
{
    public async Task<Outcome<string>> MakeLinkAsync(Actor actor, Guid classId, Guid userId, CancellationToken cancellationToken)
    {
        if (!await classes.MayInviteAsync(actor, classId, userId, cancellationToken))
        {
            return new Failure(FailureKind.NotFound, FailureCodes.MemberUnknown, "Nobody in this class waits for this invitation: they have set their password, or left the class.", "userId");
        }

        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        return await users.FindByIdAsync(userId.ToString()) is { } user
            ? AccountRoutes.InvitationOf(userId, await users.GenerateUserTokenAsync(user, InvitationTokens.Provider, InvitationTokens.Provider))
            : new Failure(FailureKind.NotFound, FailureCodes.MemberUnknown, "This account is gone.", "userId");
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
            return ["This invitation holds no longer. Ask your teacher for a new link."];
        }

        // One write for both: setting the password changes the security stamp, by which the link dies.
        user.DisplayName = name.Trim();
        var result = await users.AddPasswordAsync(user, password);
        return result.Succeeded ? [] : [.. result.Errors.Select(static e => e.Description)];
    }

    private static async Task<PortalUser?> FindAsync(UserManager<PortalUser> users, Guid userId, string token)
        => await users.FindByIdAsync(userId.ToString()) is { PasswordHash: null } user
            && await users.VerifyUserTokenAsync(user, InvitationTokens.Provider, InvitationTokens.Provider, token)
                ? user
                : null;
}
