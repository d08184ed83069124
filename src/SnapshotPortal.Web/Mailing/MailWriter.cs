using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Domain.Mail;
using SnapshotPortal.Operations.Mailing;
using SnapshotPortal.Web.Components.Account;
using SnapshotPortal.Web.Composition;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

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

        Languages.Speak(Languages.Of(user.Language));
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
        return content is { } letter ? new MailText(name, email, letter.Subject, LetterTexts.FormatFrame(name, letter.Body, options.Value.PortalAddress)) : null;
    }

    private async Task<Letter> ResetAsync(UserManager<PortalUser> users, PortalUser user) => new(
        LetterTexts.ResetSubject,
        LetterTexts.FormatResetBody(Link(AccountRoutes.ResetOf(user.Id, await users.GeneratePasswordResetTokenAsync(user)))));

    private async Task<Letter> ConfirmationAsync(UserManager<PortalUser> users, PortalUser user) => new(
        LetterTexts.ConfirmSubject,
        LetterTexts.FormatConfirmBody(Link(AccountRoutes.ConfirmationOf(user.Id, await users.GenerateEmailConfirmationTokenAsync(user)))));

    private Letter Taken() => new(LetterTexts.TakenSubject, LetterTexts.FormatTakenBody(Link(AccountRoutes.SignIn), Link(AccountRoutes.Forgot)));

    private async Task<Letter> InvitationAsync(UserManager<PortalUser> users, PortalUser user, OutgoingMail mail, CancellationToken cancellationToken)
    {
        var className = mail.AboutId is { } classId ? await deployments.ClassNameAsync(classId, cancellationToken) : null;
        var link = Link(AccountRoutes.InvitationOf(user.Id, await users.GenerateUserTokenAsync(user, InvitationTokens.Provider, InvitationTokens.Provider)));
        return className is null
            ? new(LetterTexts.InviteSubject, LetterTexts.FormatInviteBody(mail.Detail, link, InvitationOptions.Lifespan.Days))
            : new(LetterTexts.FormatInviteClassSubject(className), LetterTexts.FormatInviteClassBody(mail.Detail, className, link, InvitationOptions.Lifespan.Days));
    }

    private Letter Changed(OutgoingMail mail) => new(
        LetterTexts.ChangedSubject,
        LetterTexts.FormatChangedBody(
            Enum.TryParse<AccountEventKind>(mail.Detail, out var kind) ? AccountWords.Sentence(kind) : WordTexts.SomethingAboutYourAccountChanged,
            When(mail.CreatedAt),
            Link(AccountRoutes.Forgot)));

    private static string When(DateTimeOffset at) => at.ToString(LetterTexts.WhenPattern, CultureInfo.CurrentCulture);

    private Uri Link(string path) => new(options.Value.PortalAddress!, path);
}

/// <summary>What a letter says.</summary>
internal sealed record Letter(string Subject, string Body);
