using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;

namespace SnapshotPortal.Web.People;

/// <summary>
/// The way into a portal that nobody administers yet: a token that is written to the log at the start, and with which the
/// first administrator can be made, once. Only its hash is kept, and only in memory; where there is an administrator,
/// however made, it opens nothing.
/// </summary>
internal sealed class FirstAdministrator(IServiceScopeFactory scopes) : IDisposable
{
    private const int TokenBytes = 32;

    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private byte[]? _hash;

    /// <summary>Makes a token where there is no administrator; another one from before holds no longer.</summary>
    /// <returns>The token, or <see langword="null"/> where none is needed.</returns>
    public async Task<string?> OpenAsync()
    {
        await using var scope = scopes.CreateAsyncScope();
        if (await ExistsAsync(scope.ServiceProvider))
        {
            return null;
        }

        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        _hash = HashOf(token);
        return token;
    }

    /// <summary>The portal waits for its first administrator.</summary>
    public async Task<bool> IsAwaitedAsync()
    {
        if (_hash is null)
        {
            return false;
        }

        await using var scope = scopes.CreateAsyncScope();
        if (!await ExistsAsync(scope.ServiceProvider))
        {
            return true;
        }

        // Made by the command meanwhile, or given the role.
        _hash = null;
        return false;
    }

    /// <summary>The token is the one, and is still good for something.</summary>
    public async Task<bool> IsOpenAsync(string? token) => Matches(token) && await IsAwaitedAsync();

    /// <summary>Makes the account with its role, both or nothing, and uses the token up.</summary>
    /// <returns>The account; or, where it was refused, why. An answer without either says that the token opens nothing.</returns>
    public async Task<(PortalUser? User, IReadOnlyList<string> Errors)> MakeAsync(string? token, string email, string name, string password)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            if (!Matches(token))
            {
                return (null, []);
            }

            if (PeopleDirectory.CheckName(name) is { } wrong)
            {
                return (null, [wrong.Message]);
            }

            await using var scope = scopes.CreateAsyncScope();
            var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
            var db = scope.ServiceProvider.GetRequiredService<PortalDbContext>();

            // Holds the database's write lock from here on, so that no other process makes one in between.
            await using var transaction = await db.Database.BeginTransactionAsync();
            if (await ExistsAsync(scope.ServiceProvider))
            {
                _hash = null;
                return (null, []);
            }

            // Whoever can read the log owns the portal; there is nobody yet who could confirm the address.
            var user = new PortalUser { UserName = email, Email = email, EmailConfirmed = true, DisplayName = name };
            var made = await users.CreateAsync(user, password);
            made = made.Succeeded ? await users.AddToRoleAsync(user, PortalRoles.Administrator) : made;
            if (!made.Succeeded)
            {
                return (null, [.. made.Errors.Where(static e => e.Code is not nameof(IdentityErrorDescriber.DuplicateUserName)).Select(static e => e.Description).Distinct()]);
            }

            await transaction.CommitAsync();
            _hash = null;
            return (user, []);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private static async Task<bool> ExistsAsync(IServiceProvider services)
        => (await services.GetRequiredService<UserManager<PortalUser>>().GetUsersInRoleAsync(PortalRoles.Administrator)).Count > 0;

    private bool Matches(string? token) => token is not null && _hash is { } hash && CryptographicOperations.FixedTimeEquals(HashOf(token), hash);
}
