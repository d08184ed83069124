using SnapshotPortal.Operations.Mailing;

namespace SnapshotPortal.Web.Mailing;

/// <summary>Registers what writes and carries letters.</summary>
internal static class MailingServices
{
    public static void AddPortalMail(this IServiceCollection services)
    {
        services.AddSingleton<DeploymentLetters>();
        services.AddSingleton<IMailWriter, MailWriter>();
        services.AddSingleton<IMailTransport, SmtpTransport>();
        services.AddSingleton<AccountLetters>();
    }
}
