using System.Net.Mime;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Web.Composition;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Account;

/// <summary>Addresses of the account pages, and those of them that are no page.</summary>
internal static class AccountRoutes
{
    /// <summary>The query parameter that says where to go afterwards.</summary>
    public const string ReturnUrl = "returnUrl";

    public const string SignIn = "/account/sign-in";
    public const string SignOut = "/account/sign-out";
    public const string Register = "/account/register";
    public const string Refresh = "/account/refresh";

    /// <summary>Where the second factor is asked for.</summary>
    public const string Code = "/account/sign-in/code";

    /// <summary>The query parameter that says that the session is to outlive the browser.</summary>
    public const string Remember = "remember";

    /// <summary>Where a link for a new password is asked for.</summary>
    public const string Forgot = "/account/forgot-password";

    /// <summary>Where such a link leads.</summary>
    public const string Reset = "/account/reset-password";

    /// <summary>Where a link leads that proves an address.</summary>
    public const string Confirmation = "/account/confirm";

    /// <summary>Where the first administrator is made.</summary>
    public const string Setup = "/account/setup";

    public const string Password = "/account/password";
    public const string Delete = "/account/delete";
    public const string Passkeys = "/account/passkeys";
    public const string Connections = "/account/connections";

    /// <summary>Leads whoever has no password to the system that knows them, to be asked there who they are.</summary>
    public const string PasswordProof = "/account/password/proof";

    /// <summary>What a browser needs to make a passkey, for whoever knows the password.</summary>
    public const string PasskeyOffer = "/account/passkeys/offer";

    /// <summary>What a browser needs to show a passkey.</summary>
    public const string PasskeyQuestion = "/account/sign-in/passkey";

    /// <summary>Where somebody is whose account is no more.</summary>
    public const string AfterDeletion = SignIn + "?notice=account-deleted";

    /// <summary>Leads to the system that knows people, where one is configured.</summary>
    public const string External = "/account/sign-in/external";

    /// <summary>Where somebody is who comes back from there.</summary>
    public const string ExternalDone = "/account/sign-in/external/done";

    public const string SecondFactor = "/account/second-factor";
    public const string SignOutElsewhere = "/account/sign-out-elsewhere";

    /// <summary>Where a language is chosen.</summary>
    public const string Language = "/account/language";

    /// <summary>Where somebody who was invited sets their password.</summary>
    public const string Invitation = "/account/invitation";

    /// <summary>The query parameter of a link that says whose it is.</summary>
    public const string LinkUser = "user";

    /// <summary>The query parameter of a link that proves it.</summary>
    public const string LinkToken = "token";

    /// <summary>The address of somebody's invitation.</summary>
    public static string InvitationOf(Guid userId, string token) => LinkOf(Invitation, userId, token);

    /// <summary>The address where somebody chooses a new password.</summary>
    public static string ResetOf(Guid userId, string token) => LinkOf(Reset, userId, token);

    /// <summary>The address that proves somebody's e-mail address.</summary>
    public static string ConfirmationOf(Guid userId, string token) => LinkOf(Confirmation, userId, token);

    /// <summary>The address where the first administrator is made.</summary>
    public static string SetupOf(string token) => $"{Setup}?{LinkToken}={Uri.EscapeDataString(token)}";

    /// <summary>The address if it lies within the portal, otherwise the start page. What is not ASCII stands in it as %xx, or no header could hold it.</summary>
    public static string Local(string? url)
        => url is ['/'] || (url is ['/', not ('/' or '\\'), ..] && !url.Any(static c => !char.IsAscii(c) || char.IsControl(c) || c == '\\'))
            ? url
            : "/";

    /// <summary>An account page that leads back to <paramref name="returnUrl"/>.</summary>
    public static string With(string page, string? returnUrl)
        => Local(returnUrl) is "/" ? page : $"{page}?{ReturnUrl}={Uri.EscapeDataString(Local(returnUrl))}";

    /// <summary>The second step of a sign-in.</summary>
    public static string CodeOf(bool remember, string? returnUrl)
        => $"{Code}?{Remember}={(remember ? "true" : "false")}&{ReturnUrl}={Uri.EscapeDataString(Local(returnUrl))}";

    /// <summary>The sign-in page with something to say.</summary>
    public static string SignInWith(string notice) => $"{SignIn}?notice={notice}";

    /// <summary>The password page with something to say.</summary>
    public static string PasswordWith(string notice) => $"{Password}?notice={notice}";

    /// <summary>Signing out, and renewing the cookie after a change of the account: both set cookies, which a circuit cannot.</summary>
    public static void MapAccountEndpoints(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(SignOut, static async (HttpContext context, SignInManager<PortalUser> signIn, UserManager<PortalUser> users, AccountHistory history, EndedSessions sessions, [FromForm] string? returnUrl) =>
        {
            if (await users.GetUserAsync(context.User) is { } user)
            {
                await history.NoteSignOutAsync(user, Origin.Of(context));
                await sessions.EndAsync(user, context.User);
            }

            await signIn.SignOutAsync();
            return Results.LocalRedirect(With(SignIn, returnUrl));
        }).AllowAnonymous();

        endpoints.MapPost(PasskeyOffer, static async (HttpContext context, UserManager<PortalUser> users, PasswordProof proof, Passkeys passkeys, [FromForm(Name = "Input.Password")] string? password) =>
        {
            if (await users.GetUserAsync(context.User) is not { } user)
            {
                return Results.Unauthorized();
            }

            return await proof.RefusalAsync(user, password ?? "", Origin.Of(context)) is { } refusal
                ? Results.Text(refusal, statusCode: StatusCodes.Status403Forbidden)
                : Results.Text(await passkeys.OfferAsync(user), MediaTypeNames.Application.Json);
        }).RequireAuthorization(new AuthorizeAttribute());

        endpoints.MapPost(PasskeyQuestion, static async (Passkeys passkeys, [FromForm] string? returnUrl) =>
            Results.Text(await passkeys.AskAsync(), MediaTypeNames.Application.Json)).AllowAnonymous();

        endpoints.MapGet(External, static async (HttpContext context, ExternalSignIn external, string? returnUrl) =>
        {
            if (external.Provider is null)
            {
                return Results.NotFound();
            }

            return await external.BeginAsync(With(ExternalDone, returnUrl), context.RequestAborted) is { } properties
                ? Results.Challenge(properties, [OpenIdConnectServices.Scheme])
                : Results.LocalRedirect(SignInWith(ExternalSignIn.Unreachable));
        }).AllowAnonymous();

        endpoints.MapGet(ExternalDone, static async (HttpContext context, ExternalSignIn external, string? returnUrl) => await external.CompleteAsync(Origin.Of(context)) switch
        {
            null => Results.LocalRedirect(Local(returnUrl)),
            "" => Results.LocalRedirect(CodeOf(remember: false, returnUrl)),
            var notice => Results.LocalRedirect(SignInWith(notice)),
        }).AllowAnonymous();

        endpoints.MapGet(PasswordProof, static async (HttpContext context, ExternalSignIn external, UserManager<PortalUser> users) =>
        {
            if (external.Provider is null || await users.GetUserAsync(context.User) is not { } user)
            {
                return Results.NotFound();
            }

            return await external.BeginProofAsync(user, Password, context.RequestAborted) is { } properties
                ? Results.Challenge(properties, [OpenIdConnectServices.Scheme])
                : Results.LocalRedirect(PasswordWith(ExternalSignIn.Unreachable));
        }).RequireAuthorization(new AuthorizeAttribute());

        endpoints.MapPost(SignOutElsewhere, static async (HttpContext context, SignInManager<PortalUser> signIn, UserManager<PortalUser> users, AccountAudit audit, [FromForm] string? returnUrl) =>
        {
            if (await users.GetUserAsync(context.User) is { } user)
            {
                var line = AccountHistory.Line(user, AccountEventKind.SignedOutElsewhere, Origin.Of(context));
                if ((await audit.ChangeAsync(line, () => users.UpdateSecurityStampAsync(user), static renewed => renewed.Succeeded)).Succeeded)
                {
                    await signIn.RefreshSignInAsync(user);
                }
            }

            return Results.LocalRedirect(Local(returnUrl));
        }).RequireAuthorization(new AuthorizeAttribute());

        endpoints.MapPost(Language, static async (HttpContext context, SignInManager<PortalUser> signIn, UserManager<PortalUser> users, [FromForm] string? language, [FromForm] string? returnUrl) =>
        {
            var chosen = Languages.Of(language);
            Languages.Keep(context, chosen);
            if (await users.GetUserAsync(context.User) is { } user && user.Language != chosen.Name)
            {
                user.Language = chosen.Name;
                if ((await users.UpdateAsync(user)).Succeeded)
                {
                    await signIn.RefreshSignInAsync(user);
                }
            }

            return Results.LocalRedirect(Local(returnUrl));
        }).AllowAnonymous();

        endpoints.MapGet(Refresh, static async (HttpContext context, SignInManager<PortalUser> signIn, UserManager<PortalUser> users, string? returnUrl) =>
        {
            if (await users.GetUserAsync(context.User) is { } user)
            {
                await signIn.RefreshSignInAsync(user);
            }

            return Results.LocalRedirect(Local(returnUrl));
        }).RequireAuthorization(new AuthorizeAttribute());
    }

    private static string LinkOf(string page, Guid userId, string token) => $"{page}?{LinkUser}={userId}&{LinkToken}={Uri.EscapeDataString(token)}";
}
