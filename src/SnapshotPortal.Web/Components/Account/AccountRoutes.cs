using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using SnapshotPortal.Data;

namespace SnapshotPortal.Web.Components.Account;

/// <summary>Addresses of the account pages, and the two of them that are no page.</summary>
internal static class AccountRoutes
{
    /// <summary>The query parameter that says where to go afterwards.</summary>
    public const string ReturnUrl = "returnUrl";

    public const string SignIn = "/account/sign-in";
    public const string SignOut = "/account/sign-out";
    public const string Register = "/account/register";
    public const string Refresh = "/account/refresh";

    /// <summary>Where somebody who was invited sets their password.</summary>
    public const string Invitation = "/account/invitation";

    /// <summary>The query parameter of an invitation that says whose it is.</summary>
    public const string InvitedUser = "user";

    /// <summary>The query parameter of an invitation that proves it.</summary>
    public const string InvitationToken = "token";

    /// <summary>The address of somebody's invitation.</summary>
    public static string InvitationOf(Guid userId, string token) => $"{Invitation}?{InvitedUser}={userId}&{InvitationToken}={Uri.EscapeDataString(token)}";

    /// <summary>The address if it lies within the portal, otherwise the start page.</summary>
    public static string Local(string? url)
        => url is ['/'] || (url is ['/', not ('/' or '\\'), ..] && !url.Any(static c => char.IsControl(c) || c == '\\'))
            ? url
            : "/";

    /// <summary>An account page that leads back to <paramref name="returnUrl"/>.</summary>
    public static string With(string page, string? returnUrl)
        => Local(returnUrl) is "/" ? page : $"{page}?{ReturnUrl}={Uri.EscapeDataString(Local(returnUrl))}";

    /// <summary>Signing out, and renewing the cookie after a change of the account: both set cookies, which a circuit cannot.</summary>
    public static void MapAccountEndpoints(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(SignOut, static async (SignInManager<PortalUser> signIn, [FromForm] string? returnUrl) =>
        {
            await signIn.SignOutAsync();
            return Results.LocalRedirect(With(SignIn, returnUrl));
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
}
