using System.Globalization;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Composition;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.People;

/// <summary>
/// Signs in whom another system knows. An account is found by the name that the system has for the person, which never changes;
/// by the e-mail address only once, where both sides have seen that it is theirs.
/// </summary>
internal sealed class ExternalSignIn(
    SignInManager<PortalUser> signIn,
    UserManager<PortalUser> users,
    PortalDbContext db,
    AccountAudit audit,
    AccountHistory history,
    IClasses classes,
    IOptions<OpenIdConnectSettings> settings,
    IOptionsMonitor<OpenIdConnectOptions> protocol,
    TimeProvider time,
    ILogger<ExternalSignIn> logger)
{
    /// <summary>The provider does not answer.</summary>
    public const string Unreachable = "external-unreachable";

    /// <summary>The provider or the person refused.</summary>
    public const string Failed = "external-failed";

    /// <summary>The provider tells no e-mail address that it has verified.</summary>
    public const string NoAddress = "external-no-address";

    /// <summary>Nobody here has that address, and no account is made.</summary>
    public const string Unknown = "external-unknown";

    /// <summary>There is an account with that address: its password connects the two.</summary>
    public const string Connect = "external-connect";

    /// <summary>An administrator has locked the account.</summary>
    public const string Locked = "external-locked";

    /// <summary>The account is locked for a while after wrong passwords.</summary>
    public const string LockedForAWhile = "external-locked-for-a-while";

    /// <summary>For how long somebody who has shown the provider who they are has proved it here.</summary>
    public static readonly TimeSpan ProofHolds = TimeSpan.FromMinutes(5);

    private const string Asker = "OpenID Connect";

    /// <summary>The provider's name for people; <see langword="null"/> where there is none.</summary>
    public string? Provider => settings.Value.IsOn ? settings.Value.DisplayName : null;

    /// <summary>What sends the browser there, or <see langword="null"/> where the provider does not answer.</summary>
    public async Task<AuthenticationProperties?> BeginAsync(string returnTo, CancellationToken cancellationToken)
        => await IsReachableAsync(cancellationToken) ? signIn.ConfigureExternalAuthenticationProperties(OpenIdConnectServices.Scheme, returnTo) : null;

    /// <summary>
    /// What sends the browser of somebody who is signed in there once more, to be asked who they are whether or not the provider
    /// knows (OpenID Connect Core 1.0, 3.1.2.1); <see langword="null"/> where the provider does not answer.
    /// </summary>
    public async Task<AuthenticationProperties?> BeginProofAsync(PortalUser user, string returnTo, CancellationToken cancellationToken)
    {
        if (!await IsReachableAsync(cancellationToken))
        {
            return null;
        }

        var properties = signIn.ConfigureExternalAuthenticationProperties(OpenIdConnectServices.Scheme, returnTo, user.Id.ToString());
        return new OpenIdConnectChallengeProperties(properties.Items, properties.Parameters) { Prompt = OpenIdConnectPrompt.Login, MaxAge = TimeSpan.Zero };
    }

    /// <summary>Whether the browser brings the provider's word that its owner has just signed in there anew.</summary>
    /// <returns>Why it does not count, in a sentence; <c>""</c> where it brings none; <see langword="null"/> where it is proved.</returns>
    public async Task<string?> ProofRefusalAsync(PortalUser user)
    {
        if (Provider is not { } provider || await signIn.GetExternalLoginInfoAsync(user.Id.ToString()) is not { } login)
        {
            return "";
        }

        if ((await users.FindByLoginAsync(login.LoginProvider, login.ProviderKey))?.Id != user.Id)
        {
            return AccountTexts.FormatSomebodyElseSignedInAtProvider(provider);
        }

        // Asking is not enough: a provider may go by a session that is open there. Its word is the time at which it last asked.
        return long.TryParse(login.Principal.FindFirstValue(JwtRegisteredClaimNames.AuthTime), NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            && (time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds - at <= ProofHolds.TotalSeconds
                ? null
                : AccountTexts.FormatProviderDidNotAskAnew(provider);
    }

    /// <summary>The proof has been used.</summary>
    public Task ForgetProofAsync() => signIn.Context.SignOutAsync(IdentityConstants.ExternalScheme);

    private async Task<bool> IsReachableAsync(CancellationToken cancellationToken)
    {
        try
        {
            await protocol.Get(OpenIdConnectServices.Scheme).ConfigurationManager!.GetConfigurationAsync(cancellationToken);
        }
        catch (Exception e) when (e is InvalidOperationException or HttpRequestException or IOException)
        {
            ExternalLog.Unreachable(logger, settings.Value.Authority!, e);
            return false;
        }

        return true;
    }

    /// <summary>Signs in whoever came back from there.</summary>
    /// <returns>Why not, as one of the constants; <see langword="null"/> where they are signed in; <c>""</c> where the second factor is asked for.</returns>
    public async Task<string?> CompleteAsync(Origin origin)
    {
        if (await signIn.GetExternalLoginInfoAsync() is not { } login)
        {
            return Failed;
        }

        if (await users.FindByLoginAsync(login.LoginProvider, login.ProviderKey) is not { } user)
        {
            var (found, why) = await FindOrMakeAsync(login, origin);
            if (found is null)
            {
                return why;
            }

            user = found;
        }

        await ApplyClaimsAsync(user, login.Principal);
        var result = await signIn.ExternalLoginSignInAsync(login.LoginProvider, login.ProviderKey, isPersistent: false, bypassTwoFactor: false);
        if (result.Succeeded)
        {
            await history.NoteAsync(user, AccountEventKind.SignedIn, origin);
            return null;
        }

        return result.RequiresTwoFactor ? "" : result.IsLockedOut ? LockedForAWhile : Locked;
    }

    /// <summary>Connects the account that has just shown its password with whoever came from the provider before.</summary>
    public async Task ConnectPendingAsync(PortalUser user, Origin origin)
    {
        if (!settings.Value.IsOn || await signIn.GetExternalLoginInfoAsync() is not { } login || !string.Equals(VerifiedAddress(login.Principal), user.Email, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        await ConnectAsync(user, login, origin);
        await signIn.Context.SignOutAsync(IdentityConstants.ExternalScheme);
    }

    private async Task<(PortalUser? User, string? Why)> FindOrMakeAsync(ExternalLoginInfo login, Origin origin)
    {
        if (VerifiedAddress(login.Principal) is not { } address)
        {
            return (null, NoAddress);
        }

        if (await users.FindByEmailAsync(address) is { } known)
        {
            // Somebody may have registered with another's address and waits for them to come: the password says whose it is.
            if (known.PasswordHash is not null)
            {
                return (null, Connect);
            }

            // Somebody else of the provider has it already: addresses are given out again. And one that is only found alike is another.
            if ((known.Email != address && !Ascii.EqualsIgnoreCase(known.Email, address)) || (await users.GetLoginsAsync(known)).Any(l => l.LoginProvider == login.LoginProvider))
            {
                ExternalLog.NotTheirs(logger, known.Id);
                return (null, Unknown);
            }

            await ConnectAsync(known, login, origin);
            return (known, null);
        }

        if (!settings.Value.CreateAccounts)
        {
            return (null, Unknown);
        }

        var name = login.Principal.FindFirstValue("name")?.Trim() ?? "";
        var made = new PortalUser { UserName = address, Email = address, EmailConfirmed = true, DisplayName = PeopleDirectory.CheckName(name) is null ? name : "" };
        var result = await audit.ChangeAsync(
            Line(AuditActs.AccountMade, made),
            async () =>
            {
                var created = await users.CreateAsync(made);
                return created.Succeeded ? await users.AddLoginAsync(made, login) : created;
            },
            static done => done.Succeeded);
        if (result.Succeeded)
        {
            return (made, null);
        }

        ExternalLog.Refused(logger, string.Join(' ', result.Errors.Select(static e => e.Description)));
        return (null, Failed);
    }

    private Task<IdentityResult> ConnectAsync(PortalUser user, ExternalLoginInfo login, Origin origin)
        => audit.ChangeAsync(AccountHistory.Line(user, AccountEventKind.Connected, origin) with { Detail = settings.Value.DisplayName }, () => users.AddLoginAsync(user, login), static done => done.Succeeded);

    /// <summary>The provider says what somebody is: roles come and go with it, classes are joined.</summary>
    private async Task ApplyClaimsAsync(PortalUser user, ClaimsPrincipal person)
    {
        var to = settings.Value;
        if (to.RolesClaim is { } claim)
        {
            var values = person.FindAll(claim).Select(static c => c.Value).ToHashSet(StringComparer.Ordinal);
            await SetRoleAsync(user, PortalRoles.Administrator, to.Administrators, values);
            await SetRoleAsync(user, PortalRoles.Teacher, to.Teachers, values);
        }

        if (to.ClassesClaim is { } classesClaim)
        {
            foreach (var value in person.FindAll(classesClaim).Select(static c => c.Value).Distinct(StringComparer.Ordinal))
            {
                if (to.Classes.TryGetValue(value, out var classId))
                {
                    var added = await classes.AddRosterAsync(new Actor(Guid.Empty, Asker, IsAdministrator: true), classId, user.Email!, CancellationToken.None);
                    if (!added.IsSuccess)
                    {
                        ExternalLog.NotInClass(logger, user.Id, classId, added.Failure.Message);
                    }
                }
            }
        }
    }

    private async Task SetRoleAsync(PortalUser user, string role, IList<string> giving, HashSet<string> values)
    {
        if (giving.Count == 0)
        {
            return;
        }

        var (isOne, was) = (giving.Any(values.Contains), await users.IsInRoleAsync(user, role));
        if (isOne == was)
        {
            return;
        }

        if (was && role == PortalRoles.Administrator && await db.IsLastAdministratorAsync(user.Id, CancellationToken.None))
        {
            ExternalLog.LastAdministrator(logger, user.Id);
            return;
        }

        await audit.ChangeAsync(
            Line(isOne ? AuditActs.RoleGiven : AuditActs.RoleTaken, user) with { Detail = role },
            () => isOne ? users.AddToRoleAsync(user, role) : users.RemoveFromRoleAsync(user, role),
            static done => done.Succeeded);
    }

    private static AuditDraft Line(string act, PortalUser user) => new(act, AuditSubject.Account, user.Id) { ActorName = Asker, SubjectName = user.Email };

    private static string? VerifiedAddress(ClaimsPrincipal person)
        => bool.TryParse(person.FindFirstValue("email_verified"), out var verified) && verified ? person.FindFirstValue("email") : null;
}

/// <summary>What the log is told of a provider.</summary>
internal static partial class ExternalLog
{
    [LoggerMessage(4110, LogLevel.Error, "The OpenID Connect provider {Authority} does not answer. People can sign in with their passwords")]
    public static partial void Unreachable(ILogger logger, string authority, Exception exception);

    [LoggerMessage(4111, LogLevel.Warning, "A sign-in through OpenID Connect came to nothing: {Reason}")]
    public static partial void Refused(ILogger logger, string reason);

    [LoggerMessage(4112, LogLevel.Warning, "{UserId} was not added to the class {ClassId} that OpenID Connect names: {Reason}")]
    public static partial void NotInClass(ILogger logger, Guid userId, Guid classId, string reason);

    [LoggerMessage(4113, LogLevel.Warning, "{UserId} is no administrator any more by OpenID Connect, but stays one: there is no other")]
    public static partial void LastAdministrator(ILogger logger, Guid userId);

    [LoggerMessage(4114, LogLevel.Warning, "A sign-in through OpenID Connect came to nothing: {UserId} has its address, or one that looks alike, but is somebody else's of the provider or nobody's")]
    public static partial void NotTheirs(ILogger logger, Guid userId);
}
