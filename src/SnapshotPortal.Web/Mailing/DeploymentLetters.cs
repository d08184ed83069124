using System.Globalization;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Mail;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Web.Mailing;

/// <summary>The letters about the end of a class's machines. What does not hold any more when one is sent, because somebody put the end off, is not said.</summary>
internal sealed class DeploymentLetters(IPortalDbFactory factory)
{
    /// <summary>A class's name; <see langword="null"/> where it is gone.</summary>
    public async Task<string?> ClassNameAsync(Guid classId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        return await db.Classes.Where(c => c.Id == classId).Select(static c => c.Name).SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>The letter to one of the deployment's people, or <see langword="null"/>.</summary>
    public async Task<Letter?> WriteAsync(OutgoingMail mail, Guid userId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        if (await db.Deployments.AsNoTracking().FirstOrDefaultAsync(d => d.Id == mail.AboutId, cancellationToken) is not { ExpiresAt: { } expiresAt, DeletesAt: { } deletesAt } deployment
            || await ClassNameAsync(deployment.ClassId, cancellationToken) is not { } className)
        {
            return null;
        }

        var own = await db.Vms.Where(v => v.DeploymentId == deployment.Id && v.OwnerId == userId).OrderBy(static v => v.Name).Select(static v => v.Name).ToListAsync(cancellationToken);
        var (machines, are, were, them) = own.Count switch
        {
            0 => ($"the virtual machines of “{deployment.Name}” in the class “{className}”", "are", "were", "them"),
            1 => ($"your virtual machine {own[0]} of the class “{className}”", "is", "was", "it"),
            _ => ($"your virtual machines {string.Join(", ", own)} of the class “{className}”", "are", "were", "them"),
        };
        var whoCan = own.Count > 0 ? "Your teacher can put it off." : "You can put it off on the class's page.";
        return mail.Kind switch
        {
            MailKind.DeploymentEndsSoon when deployment.WarnedAt is not null && deployment.ExpiredAt is null => new(
                $"{className}: virtual machines end on {Day(expiresAt)}",
                $"""
                On {Time(expiresAt)} {machines} will be shut down and locked, and on {Time(deletesAt)} deleted with everything on {them}.

                Keep what you need before: snapshots are deleted, too; an export is a file of your own. {whoCan}
                """),
            MailKind.DeploymentOver when deployment.ExpiredAt is not null && deployment.EndedAt is null => new(
                $"{className}: virtual machines are locked and will be deleted on {Day(deletesAt)}",
                $"""
                Its time is over: {machines} {were} shut down and locked. On {Time(deletesAt)} {machines} {are} deleted with everything on it, snapshots included.

                {whoCan}
                """),
            MailKind.DeploymentDeleted when deployment.ExpiredAt is not null => new(
                $"{className}: virtual machines are deleted",
                $"Its time is over: {machines} {are} being deleted, with all snapshots."),
            _ => null,
        };
    }

    private static string Day(DateTimeOffset at) => at.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset at) => at.ToString("d MMMM yyyy 'at' HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
