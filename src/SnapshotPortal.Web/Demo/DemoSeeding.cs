using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using SnapshotPortal.Data;
using SnapshotPortal.Web.Composition;

namespace SnapshotPortal.Web.Demo;

/// <summary>Fills an empty portal with people and machines to try it with.</summary>
internal static class DemoSeeding
{
    /// <summary>Adds the demo where it is asked for and the environment is Development.</summary>
    public static void AddDemo(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        var section = configuration.GetSection(DemoOptions.Section);
        if (!environment.IsDevelopment() || !section.GetValue<bool>(nameof(DemoOptions.Enabled)))
        {
            return;
        }

        services.Configure<DemoOptions>(section);
        services.AddHostedService<DemoMachines>();
    }

    /// <summary>Makes the demo accounts that are missing; a second start changes nothing.</summary>
    public static async Task PrepareDemoAsync(this IServiceProvider services)
    {
        if (services.GetRequiredService<IOptions<DemoOptions>>().Value is not { Enabled: true } options)
        {
            return;
        }

        var users = services.GetRequiredService<UserManager<PortalUser>>();
        foreach (var (email, name, role) in DemoPeople.All)
        {
            if (await users.FindByEmailAsync(email) is not null)
            {
                continue;
            }

            var user = new PortalUser { UserName = email, Email = email, EmailConfirmed = true, DisplayName = name };
            Require(await users.CreateAsync(user, options.Password));
            if (role is not null)
            {
                Require(await users.AddToRoleAsync(user, role));
            }
        }
    }

    private static void Require(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new StartupRefusedException($"The demo accounts cannot be made: {string.Join(' ', result.Errors.Select(static e => e.Description))}");
        }
    }
}
