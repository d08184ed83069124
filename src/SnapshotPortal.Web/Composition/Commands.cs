using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;

namespace SnapshotPortal.Web.Composition;

/// <summary>What the portal's program does instead of serving, where its arguments ask for it.</summary>
internal static class Commands
{
    /// <summary>The command that the arguments ask for; <see langword="null"/> = serve.</summary>
    public static Func<IServiceProvider, Task<int>>? Find(string[] args) => args switch
    {
        ["administrators", "add", var email] => services => AddAdministratorAsync(services, email),
        ["administrators", ..] => static _ => Task.FromResult(Refuse("usage: SnapshotPortal.Web administrators add E-MAIL")),
        _ => null,
    };

    /// <summary>
    /// Makes an account an administrator's. Whoever can run this program on the portal's database rules the portal anyway.
    /// </summary>
    private static async Task<int> AddAdministratorAsync(IServiceProvider services, string email)
    {
        await using var scope = services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        if (await users.FindByEmailAsync(email) is not { } user)
        {
            return Refuse($"There is no account with the address {email}. Register it in the portal first, then run this again.");
        }

        if (await users.IsInRoleAsync(user, PortalRoles.Administrator))
        {
            await Console.Out.WriteLineAsync($"{email} is an administrator already.");
            return 0;
        }

        var added = await users.AddToRoleAsync(user, PortalRoles.Administrator);
        if (!added.Succeeded)
        {
            return Refuse($"{email} could not be made an administrator: {string.Join(' ', added.Errors.Select(static e => e.Description))}");
        }

        await Console.Out.WriteLineAsync($"{email} is an administrator now. A session that is open learns of it within half a minute.");
        return 0;
    }

    private static int Refuse(string message)
    {
        Console.Error.WriteLine(message);
        return 1;
    }
}
