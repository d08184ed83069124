using System.Net.Mail;
using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Composition;

/// <summary>
/// Commands about accounts. Whoever can run this program on the portal's database rules the portal anyway.
/// </summary>
internal static class AccountCommands
{
    private const string NoPassword = "No password came on standard input. Give it as the first line, for example from a file that only you can read.";

    /// <summary>Makes an account an administrator's.</summary>
    public static async Task<int> AddAdministratorAsync(IServiceProvider services, string email)
    {
        await using var scope = services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        if (await users.FindByEmailAsync(email) is not { } user)
        {
            return Refuse($"There is no account with the address {email}. Make it first with accounts add, or register it in the portal, then run this again.");
        }

        if (await users.IsInRoleAsync(user, PortalRoles.Administrator))
        {
            await Console.Out.WriteLineAsync($"{email} is an administrator already.");
            return 0;
        }

        var added = await scope.ServiceProvider.GetRequiredService<AccountAudit>().ChangeAsync(
            Line(AuditActs.RoleGiven, user) with { Detail = PortalRoles.Administrator },
            () => users.AddToRoleAsync(user, PortalRoles.Administrator),
            static given => given.Succeeded);
        if (!added.Succeeded)
        {
            return Refuse($"{email} could not be made an administrator: {Describe(added)}");
        }

        await Console.Out.WriteLineAsync($"{email} is an administrator now. A session that is open learns of it within seconds.");
        return 0;
    }

    /// <summary>Makes an account with a password, for example the first one while registration is closed.</summary>
    /// <param name="services">The portal's services.</param>
    /// <param name="email">Its address.</param>
    /// <param name="name">The name others see; empty = the address.</param>
    /// <param name="input">Its first line is the password.</param>
    public static async Task<int> AddAsync(IServiceProvider services, string email, string name, TextReader input)
    {
        await using var scope = services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        if (!MailAddress.TryCreate(email, out var address) || address.Address != email)
        {
            return Refuse($"{email} is no e-mail address. It looks like name@example.org.");
        }

        if (await ReadPasswordAsync(input) is not { } password)
        {
            return Refuse(NoPassword);
        }

        var user = new PortalUser { UserName = email, Email = email, EmailConfirmed = true, DisplayName = name.Trim() };
        var made = await scope.ServiceProvider.GetRequiredService<AccountAudit>().ChangeAsync(
            Line(AuditActs.AccountMade, user),
            () => users.CreateAsync(user, password),
            static created => created.Succeeded);
        if (!made.Succeeded)
        {
            return Refuse($"The account {email} could not be made: {Describe(made)}");
        }

        await Console.Out.WriteLineAsync($"{email} has an account now. Make it an administrator's with: administrators add {email}");
        return 0;
    }

    /// <summary>Sets an account's password, for example of one that was recovered without.</summary>
    /// <param name="services">The portal's services.</param>
    /// <param name="email">The account.</param>
    /// <param name="input">Its first line is the password: an argument would show in the list of processes.</param>
    public static async Task<int> SetPasswordAsync(IServiceProvider services, string email, TextReader input)
    {
        await using var scope = services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        if (await users.FindByEmailAsync(email) is not { } user)
        {
            return Refuse($"There is no account with the address {email}.");
        }

        if (await ReadPasswordAsync(input) is not { } password)
        {
            return Refuse(NoPassword);
        }

        // Checked first: an account must not lose the password it has to one that is refused.
        foreach (var validator in users.PasswordValidators)
        {
            var checkedPassword = await validator.ValidateAsync(users, user, password);
            if (!checkedPassword.Succeeded)
            {
                return Refuse($"This password cannot be used: {Describe(checkedPassword)}");
            }
        }

        var changed = await scope.ServiceProvider.GetRequiredService<AccountAudit>().ChangeAsync(
            Line(AuditActs.PasswordChanged, user),
            async () =>
            {
                var removed = await users.HasPasswordAsync(user) ? await users.RemovePasswordAsync(user) : IdentityResult.Success;
                return removed.Succeeded ? await users.AddPasswordAsync(user, password) : removed;
            },
            static set => set.Succeeded);
        if (!changed.Succeeded)
        {
            return Refuse($"The password of {email} could not be set: {Describe(changed)}");
        }

        await Console.Out.WriteLineAsync($"{email} has a new password. Sessions that are open end within seconds.");
        return 0;
    }

    // Who they are, only the machine's own log of logins can tell.
    private static AuditDraft Line(string act, PortalUser user)
        => new(act, AuditSubject.Account, user.Id) { ActorName = $"{Environment.UserName}@{Environment.MachineName}", Channel = AuditChannel.Command };

    private static string Describe(IdentityResult result)
        => string.Join(' ', result.Errors.Where(static e => e.Code != nameof(IdentityErrorDescriber.DuplicateUserName)).Select(static e => e.Description).Distinct());

    private static async Task<string?> ReadPasswordAsync(TextReader input) => await input.ReadLineAsync() is { Length: > 0 } password ? password : null;

    private static int Refuse(string message)
    {
        Console.Error.WriteLine(message);
        return 1;
    }
}
