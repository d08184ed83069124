using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Composition;
using SnapshotPortal.Web.Mailing;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.People;

/// <summary>A passkey of the account, as its owner sees it.</summary>
/// <param name="Id">What its authenticator calls it, in base64url.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="IsBackedUp">Its authenticator keeps it in more places than one.</param>
public sealed record PasskeyView(string Id, string Name, DateTimeOffset CreatedAt, bool IsBackedUp);

/// <summary>
/// Passkeys (W3C WebAuthn level 3, by ASP.NET Core Identity): a key that the browser's or the phone's authenticator keeps and
/// that works at this portal's address only. Its authenticator always verifies who uses it, so it stands for password and second
/// factor together.
/// </summary>
internal sealed class Passkeys(SignInManager<PortalUser> signIn, UserManager<PortalUser> users, AccountAudit audit, AccountHistory history, AccountLetters letters, SignInWays ways)
{
    /// <summary>The most of one account.</summary>
    public const int Most = 20;

    // What browsers answer is a few thousand characters long, with an attestation some more.
    private const int LongestAnswer = 64 * 1024;

    /// <summary>Those of the account, the oldest first.</summary>
    public async Task<IReadOnlyList<PasskeyView>> ListAsync(PortalUser user)
        => [.. (await users.GetPasskeysAsync(user)).OrderBy(static p => p.CreatedAt)
            .Select(static p => new PasskeyView(Base64Url(p.CredentialId), p.Name ?? "", p.CreatedAt, p.IsBackedUp))];

    /// <summary>What the browser needs to make one, as JSON for <c>navigator.credentials.create</c>.</summary>
    public Task<string> OfferAsync(PortalUser user) => signIn.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity
    {
        Id = user.Id.ToString(),
        Name = user.Email ?? user.Id.ToString(),
        DisplayName = user.DisplayName.Length > 0 ? user.DisplayName : user.Email ?? "",
    });

    /// <summary>What the browser needs to show one, of whoever it may be, as JSON for <c>navigator.credentials.get</c>.</summary>
    public Task<string> AskAsync() => signIn.MakePasskeyRequestOptionsAsync(user: null);

    /// <summary>Adds what the browser made. That the person knows the password has been proved.</summary>
    /// <returns>Why it was not added, in a sentence; <see langword="null"/> where it was.</returns>
    public async Task<string?> AddAsync(PortalUser user, string answer, string name, Origin origin)
    {
        if (PeopleDirectory.CheckName(name) is { } wrong)
        {
            return wrong.Message;
        }

        if ((await users.GetPasskeysAsync(user)).Count >= Most)
        {
            return AccountTexts.FormatAnAccountHasAtMostSoManyPasskeys(Most);
        }

        if (await CheckedAsync(answer, signIn.PerformPasskeyAttestationAsync) is not { Succeeded: true } made)
        {
            return AccountTexts.ThePasskeyWasNotAdded;
        }

        var named = name.Trim();
        made.Passkey.Name = named;
        var result = await audit.ChangeAsync(
            AccountHistory.Line(user, AccountEventKind.PasskeyAdded, origin) with { Detail = named },
            () => users.AddOrUpdatePasskeyAsync(user, made.Passkey),
            static added => added.Succeeded);
        if (!result.Succeeded)
        {
            return string.Join(' ', result.Errors.Select(static e => e.Description));
        }

        await letters.ChangedAsync(user.Id, AccountEventKind.PasskeyAdded, CancellationToken.None);
        return null;
    }

    /// <summary>Removes one of the account's; one that is gone already is a success.</summary>
    /// <returns>Why it was not removed, in a sentence; <see langword="null"/> where it was.</returns>
    public async Task<string?> RemoveAsync(PortalUser user, string id, Origin origin)
    {
        if ((await users.GetPasskeysAsync(user)).FirstOrDefault(p => Base64Url(p.CredentialId) == id) is not { } passkey)
        {
            return null;
        }

        return await ways.RemoveAsync(user, AccountEventKind.PasskeyRemoved, passkey.Name, origin, () => users.RemovePasskeyAsync(user, passkey.CredentialId));
    }

    /// <summary>An administrator removes all of them, which ends every session of the account.</summary>
    public async Task<Failure?> ResetAsync(Actor actor, PortalUser user)
        => await users.GetPasskeysAsync(user) is { Count: > 0 } passkeys
            ? await ways.RemoveAllAsync(actor, user, AccountEventKind.PasskeysReset, [.. passkeys], static p => p.Name, p => users.RemovePasskeyAsync(user, p.CredentialId))
            : new Failure(FailureKind.Conflict, FailureCodes.NoPasskeys, AccountTexts.ThisAccountHasNoPasskeys, "userId");

    /// <summary>
    /// Signs in whoever showed a passkey. An account that is locked for a while after wrong passwords may: nobody can guess a
    /// passkey, so others cannot keep its owner out. One that an administrator has locked may not.
    /// </summary>
    /// <returns>Why not, in a sentence; <see langword="null"/> where they are signed in.</returns>
    public async Task<string?> SignInAsync(string answer, Origin origin)
    {
        if (await CheckedAsync(answer, signIn.PerformPasskeyAssertionAsync) is not { Succeeded: true } shown)
        {
            return AccountTexts.ThisPasskeyIsNotKnownHere;
        }

        if (shown.User.DisabledAt is not null)
        {
            await history.NoteFailureAsync(shown.User, origin);
            return PortalSignIn.Disabled;
        }

        // The authenticator counts how often the key was used; a copy of it would count by itself.
        var result = await users.AddOrUpdatePasskeyAsync(shown.User, shown.Passkey);
        if (!result.Succeeded)
        {
            return string.Join(' ', result.Errors.Select(static e => e.Description));
        }

        await signIn.SignInAsync(shown.User, isPersistent: false);
        await history.NoteAsync(shown.User, AccountEventKind.SignedInByPasskey, origin);
        return null;
    }

    private static async Task<T?> CheckedAsync<T>(string answer, Func<string, Task<T>> check)
        where T : class
    {
        if (answer.Length is 0 or > LongestAnswer)
        {
            return null;
        }

        try
        {
            return await check(answer);
        }
        catch (InvalidOperationException)
        {
            // Nothing was asked of this browser, or it was answered already.
            return null;
        }
    }

    private static string Base64Url(byte[] id) => System.Buffers.Text.Base64Url.EncodeToString(id);
}

/// <summary>Takes the domain that passkeys belong to from the <c>Accounts</c> section.</summary>
internal sealed class PasskeyDomain(IOptions<AccountOptions> accounts) : IConfigureOptions<IdentityPasskeyOptions>
{
    public void Configure(IdentityPasskeyOptions options)
    {
        options.ServerDomain = accounts.Value.PasskeyDomain;
        options.UserVerificationRequirement = "required";
        options.ResidentKeyRequirement = "required";
    }
}
