using System.Globalization;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Mail;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Web.Texts;

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
        var machines = own.Count switch
        {
            0 => LetterTexts.FormatAllMachines(deployment.Name, className),
            1 => LetterTexts.FormatOwnMachine(own[0], className),
            _ => LetterTexts.FormatOwnMachines(string.Join(", ", own), className),
        };
        var whoCan = own.Count > 0 ? LetterTexts.TeacherCan : LetterTexts.YouCan;
        var one = own.Count == 1;
        return mail.Kind switch
        {
            MailKind.DeploymentEndsSoon when deployment.WarnedAt is not null && deployment.ExpiredAt is null => new(
                LetterTexts.FormatEndsSubject(className, Day(expiresAt)),
                one ? LetterTexts.FormatEndsOneBody(Time(expiresAt), machines, Time(deletesAt), whoCan) : LetterTexts.FormatEndsManyBody(Time(expiresAt), machines, Time(deletesAt), whoCan)),
            MailKind.DeploymentOver when deployment.ExpiredAt is not null && deployment.EndedAt is null => new(
                LetterTexts.FormatOverSubject(className, Day(deletesAt)),
                one ? LetterTexts.FormatOverOneBody(machines, Time(deletesAt), whoCan) : LetterTexts.FormatOverManyBody(machines, Time(deletesAt), whoCan)),
            MailKind.DeploymentDeleted when deployment.ExpiredAt is not null => new(
                LetterTexts.FormatDeletedSubject(className),
                one ? LetterTexts.FormatDeletedOneBody(machines) : LetterTexts.FormatDeletedManyBody(machines)),
            _ => null,
        };
    }

    private static string Day(DateTimeOffset at) => at.ToString(LetterTexts.DayPattern, CultureInfo.CurrentCulture);

    private static string Time(DateTimeOffset at) => at.ToString(LetterTexts.TimePattern, CultureInfo.CurrentCulture);
}
