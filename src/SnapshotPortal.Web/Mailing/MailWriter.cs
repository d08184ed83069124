using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Domain.Mail;
using SnapshotPortal.Operations.Mailing;
using SnapshotPortal.Web.Components.Account;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Mailing;

/// <summary>
/// Writes the letters. Links and their tokens are made here, at the last moment, and exist nowhere but in the letter.
/// </summary>
internal sealed class MailWriter(IServiceScopeFactory scopes, DeploymentLetters deployments, IOptions<MailOptions> options) : IMailWriter
{
    public async Task<MailText?> WriteAsync(OutgoingMail mail, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var user = mail switch
        {
            { UserId: { } id } => await users.FindByIdAsync(id.ToString()),
            { Address: { } address } => await users.FindByEmailAsync(address),
            _ => null,
        };
        if (user?.Email is not { Length: > 0 } email)
        {
            return null;
        }

        var name = user.DisplayName.Length > 0 ? user.DisplayName : email;
        var content = mail.Kind switch
        {
            MailKind.PasswordReset => await ResetAsync(users, user),
            MailKind.AddressConfirmation => user.EmailConfirmed ? null : await ConfirmationAsync(users, user),
            MailKind.AddressTaken => Taken(),
            MailKind.Invitation => user.PasswordHash is null ? await InvitationAsync(users, user, mail, cancellationToken) : null,
            MailKind.AccountChanged => Changed(mail),
            _ => await deployments.WriteAsync(mail, user.Id, cancellationToken),
        };
        return content is { } letter ? new MailText(name, email, letter.Subject, $"Hello {name},\n\n{letter.Body}\n\n-- \nSnapshotPortal, {options.Value.PortalAddress}\n") : null;
    }

    private async Task<Letter> ResetAsync(UserManager<PortalUser> users, PortalUser user) => new(
        "A new password for SnapshotPortal",
        $"""
        Somebody, hopefully you, asked for a new password for your account. Choose it here within an hour:

        {Link(AccountRoutes.ResetOf(user.Id, await users.GeneratePasswordResetTokenAsync(user)))}

        The link works once. If it was not you, do nothing: your password stays as it is.
        """);

    private async Task<Letter> ConfirmationAsync(UserManager<PortalUser> users, PortalUser user) => new(
        "Confirm your address for SnapshotPortal",
        $"""
        Somebody, hopefully you, made an account with this address. Confirm that it is yours, and you can sign in:

        {Link(AccountRoutes.ConfirmationOf(user.Id, await users.GenerateEmailConfirmationTokenAsync(user)))}

        The link holds for a day. If it was not you, do nothing: nobody can sign in with that account.
        """);

    private Letter Taken() => new(
        "You have an account at SnapshotPortal",
        $"""
        Somebody, hopefully you, wanted to make an account with this address. You have one already; sign in with it:

        {Link(AccountRoutes.SignIn)}

        If you have forgotten the password, choose a new one here:

        {Link(AccountRoutes.Forgot)}

        If it was not you, do nothing: nothing about your account has changed.
        """);

    private async Task<Letter> InvitationAsync(UserManager<PortalUser> users, PortalUser user, OutgoingMail mail, CancellationToken cancellationToken)
    {
        var className = mail.AboutId is { } classId ? await deployments.ClassNameAsync(classId, cancellationToken) : null;
        var link = AccountRoutes.InvitationOf(user.Id, await users.GenerateUserTokenAsync(user, InvitationTokens.Provider, InvitationTokens.Provider));
        return new(
            className is null ? "Your invitation to SnapshotPortal" : $"Your invitation to {className}",
            $"""
            {mail.Detail} invites you to {(className is null ? "SnapshotPortal" : $"the class “{className}” in SnapshotPortal")}. Choose a password here, and you are in:

            {Link(link)}

            The link works once, within {InvitationOptions.Lifespan.Days} days. Whoever has it can choose the password: pass it on to nobody.
            """);
    }

    private Letter Changed(OutgoingMail mail) => new(
        "Something about your account changed",
        $"""
        {(Enum.TryParse<AccountEventKind>(mail.Detail, out var kind) ? AccountWords.Sentence(kind) : "Something about your account changed.")}
        It was on {When(mail.CreatedAt)}.

        If it was you, there is nothing to do. If not, choose a new password at once and tell an administrator:

        {Link(AccountRoutes.Forgot)}
        """);

    private static string When(DateTimeOffset at) => at.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private Uri Link(string path) => new(options.Value.PortalAddress!, path);
}

/// <summary>What a letter says.</summary>
internal sealed record Letter(string Subject, string Body);
