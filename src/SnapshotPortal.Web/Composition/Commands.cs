using SnapshotPortal.Data;

namespace SnapshotPortal.Web.Composition;

/// <summary>A command of the portal's program.</summary>
/// <param name="RunAsync">Does it and returns the exit code.</param>
/// <param name="ChangesNothing">It looks at the database as it is: no migration, no roles.</param>
internal sealed record Command(Func<IServiceProvider, CancellationToken, Task<int>> RunAsync, bool ChangesNothing = false);

/// <summary>What the portal's program does instead of serving, where its arguments ask for it.</summary>
internal static class Commands
{
    /// <summary>The command that the arguments ask for; <see langword="null"/> = serve.</summary>
    public static Command? Find(string[] args) => args switch
    {
        ["administrators", "add", var email] => new Command((services, _) => AccountCommands.AddAdministratorAsync(services, email)),
        ["administrators", ..] => Usage("administrators add E-MAIL"),
        ["accounts", "add", var email, .. var name] => new Command((services, _) => AccountCommands.AddAsync(services, email, string.Join(' ', name), Console.In)),
        ["accounts", "password", var email] => new Command((services, _) => AccountCommands.SetPasswordAsync(services, email, Console.In)),
        ["accounts", ..] => Usage("accounts (add E-MAIL [NAME] | password E-MAIL) < FILE-WITH-THE-PASSWORD"),
        ["doctor"] => new Command(static (services, cancellationToken) => DoctorCommand.RunAsync(services, Console.Out, cancellationToken), ChangesNothing: true),
        ["doctor", ..] => Usage("doctor"),
        ["audit", "verify", .. var options] when AuditCommand.TryParse(options, out var known)
            => new Command((services, cancellationToken) => AuditCommand.VerifyAsync(services, known, Console.Out, cancellationToken), ChangesNothing: true),
        ["audit", ..] => Usage(AuditCommand.Usage),
        ["recover", .. var options] => RecoverCommand.TryParse(options, out var merge, out var dryRun)
            ? new Command((services, cancellationToken) => RecoverCommand.RunAsync(services, merge, dryRun, Console.Out, cancellationToken))
            : Usage("recover [--dry-run] [--merge]"),
        _ => null,
    };

    /// <summary>Prepares the database as the command wants it, and runs it.</summary>
    public static async Task<int> RunAsync(Command command, IServiceProvider services, CancellationToken cancellationToken)
    {
        var database = services.GetRequiredService<DatabasePreparation>();
        if (!command.ChangesNothing)
        {
            await database.PrepareAsync(cancellationToken);
            await services.PrepareAccountsAsync();
        }
        else if (await database.WhyNotReadableAsync(cancellationToken) is { } why)
        {
            await Console.Error.WriteLineAsync(why);
            return DoctorCommand.CouldNotLook;
        }

        return await command.RunAsync(services, cancellationToken);
    }

    private static Command Usage(string usage) => new(
        async (_, _) =>
        {
            await Console.Error.WriteLineAsync($"usage: SnapshotPortal.Web {usage}");
            return 1;
        });
}
