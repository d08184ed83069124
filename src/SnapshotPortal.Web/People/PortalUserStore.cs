using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using SnapshotPortal.Data;

namespace SnapshotPortal.Web.People;

/// <summary>
/// The accounts in the database. What a second factor is made of is not readable there: the secret is encrypted with the
/// portal's keys, of recovery codes and used codes only hashes are kept.
/// </summary>
internal sealed class PortalUserStore(PortalDbContext context, IDataProtectionProvider protection, IdentityErrorDescriber? describer = null)
    : UserStore<PortalUser, IdentityRole<Guid>, PortalDbContext, Guid>(context, describer)
{
    private const string Provider = "SnapshotPortal";
    private const string UsedCodesName = "UsedCodes";

    // As many as can be valid at one time.
    private const int RememberedCodes = 5;

    private readonly IDataProtector _protector = protection.CreateProtector("SnapshotPortal.SecondFactor");

    public override Task SetAuthenticatorKeyAsync(PortalUser user, string key, CancellationToken cancellationToken)
        => base.SetAuthenticatorKeyAsync(user, _protector.Protect(key), cancellationToken);

    public override async Task<string?> GetAuthenticatorKeyAsync(PortalUser user, CancellationToken cancellationToken)
    {
        try
        {
            return await base.GetAuthenticatorKeyAsync(user, cancellationToken) is { } secret ? _protector.Unprotect(secret) : null;
        }
        catch (CryptographicException)
        {
            // The portal's keys are lost: nobody can show this factor any more, and an administrator resets it.
            return null;
        }
    }

    public override Task ReplaceCodesAsync(PortalUser user, IEnumerable<string> recoveryCodes, CancellationToken cancellationToken)
        => base.ReplaceCodesAsync(user, recoveryCodes.Select(code => Hash(user, code)), cancellationToken);

    public override Task<bool> RedeemCodeAsync(PortalUser user, string code, CancellationToken cancellationToken)
        => base.RedeemCodeAsync(user, Hash(user, code), cancellationToken);

    /// <summary>Remembers that a code was used, so that whoever looked over a shoulder cannot use it a second time.</summary>
    /// <returns>False where it was used before.</returns>
    public async Task<bool> TryUseCodeAsync(PortalUser user, string code, CancellationToken cancellationToken)
    {
        var used = (await GetTokenAsync(user, Provider, UsedCodesName, cancellationToken) ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries);
        var hash = Hash(user, code);
        if (used.Contains(hash, StringComparer.Ordinal))
        {
            return false;
        }

        await SetTokenAsync(user, Provider, UsedCodesName, string.Join(';', used.Append(hash).TakeLast(RememberedCodes)), cancellationToken);
        return true;
    }

    // With the account in it: the same code of two people does not look the same.
    private static string Hash(PortalUser user, string code)
        => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{user.Id}:{code}"))));
}
