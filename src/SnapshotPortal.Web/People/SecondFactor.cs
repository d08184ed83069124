using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using QRCoder;
using SnapshotPortal.Data;

namespace SnapshotPortal.Web.People;

/// <summary>A secret that somebody may put into their authenticator app; nothing is kept before they have shown that they did.</summary>
/// <param name="Secret">The secret, in groups that can be typed.</param>
/// <param name="Picture">A QR code of it, as the content of a picture's <c>src</c>.</param>
/// <param name="Sealed">The secret for the form that comes back: readable by nobody but the portal, for that person, for an hour.</param>
public sealed record SecondFactorOffer(string Secret, string Picture, string Sealed);

/// <summary>One-time codes from an authenticator app (RFC 6238), and the recovery codes beside them.</summary>
internal sealed class SecondFactor(UserManager<PortalUser> users, IUserStore<PortalUser> store, IDataProtectionProvider protection)
{
    /// <summary>How many recovery codes there are.</summary>
    public const int RecoveryCodes = 10;

    private const int PixelsPerModule = 5;

    private readonly ITimeLimitedDataProtector _seal = protection.CreateProtector("SnapshotPortal.SecondFactorOffer").ToTimeLimitedDataProtector();

    /// <summary>Offers a secret: the one of an earlier offer that has not run out, or else a new one.</summary>
    public SecondFactorOffer Offer(PortalUser user, string? earlier)
    {
        var secret = Open(user, earlier) ?? users.GenerateNewAuthenticatorKey();
        var issuer = Uri.EscapeDataString(users.Options.Tokens.AuthenticatorIssuer);
        var address = $"otpauth://totp/{issuer}:{Uri.EscapeDataString(user.Email ?? user.Id.ToString())}?secret={secret}&issuer={issuer}&digits=6";
        var picture = PngByteQRCodeHelper.GetQRCode(address, QRCodeGenerator.ECCLevel.M, PixelsPerModule);
        return new SecondFactorOffer(
            string.Join(' ', secret.Chunk(4).Select(static c => new string(c))),
            $"data:image/png;base64,{Convert.ToBase64String(picture)}",
            _seal.Protect($"{user.Id} {secret}", TimeSpan.FromHours(1)));
    }

    /// <summary>Switches the second factor on, where the code shows that the app has the offered secret.</summary>
    /// <returns>The recovery codes, which are never shown again; <see langword="null"/> where the code is wrong.</returns>
    public async Task<IReadOnlyList<string>?> EnableAsync(PortalUser user, string offered, string code)
    {
        if (Open(user, offered) is not { } secret)
        {
            return null;
        }

        // Not saved before the code fits: until then the account has the factor that it had.
        await ((IUserAuthenticatorKeyStore<PortalUser>)store).SetAuthenticatorKeyAsync(user, secret, CancellationToken.None);
        if (!await IsRightAsync(user, code))
        {
            return null;
        }

        Require(await users.SetTwoFactorEnabledAsync(user, true));
        return await RenewRecoveryCodesAsync(user);
    }

    /// <summary>The code is the app's, and has not been used before. Using it is what makes it used.</summary>
    public async Task<bool> TryUseAsync(PortalUser user, string code)
        => await IsRightAsync(user, code)
            && await ((PortalUserStore)store).TryUseCodeAsync(user, code, CancellationToken.None)
            && (await users.UpdateAsync(user)).Succeeded;

    /// <summary>Makes new recovery codes; the old ones hold no longer.</summary>
    public async Task<IReadOnlyList<string>> RenewRecoveryCodesAsync(PortalUser user)
        => [.. await users.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes) ?? []];

    /// <summary>Takes the second factor away, with its secret and its recovery codes. Ends every session of the account.</summary>
    public async Task DisableAsync(PortalUser user)
    {
        Require(await users.SetTwoFactorEnabledAsync(user, false));
        Require(await users.ResetAuthenticatorKeyAsync(user));
        await users.GenerateNewTwoFactorRecoveryCodesAsync(user, 0);
    }

    /// <summary>What was typed, without what people put between groups.</summary>
    public static string Clean(string code) => string.Concat(code.Where(static c => !char.IsWhiteSpace(c))).ToUpperInvariant();

    private Task<bool> IsRightAsync(PortalUser user, string code)
        => users.VerifyTwoFactorTokenAsync(user, users.Options.Tokens.AuthenticatorTokenProvider, code);

    private string? Open(PortalUser user, string? offered)
    {
        if (string.IsNullOrEmpty(offered))
        {
            return null;
        }

        try
        {
            return _seal.Unprotect(offered).Split(' ') is [var id, var secret] && id == user.Id.ToString() ? secret : null;
        }
        catch (CryptographicException)
        {
            // Too old, or not the portal's.
            return null;
        }
    }

    private static void Require(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"The second factor was not saved: {string.Join(' ', result.Errors.Select(static e => e.Description))}");
        }
    }
}
