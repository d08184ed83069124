using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Web.Api;

/// <summary>Names of the authentication by access token.</summary>
public static class AccessTokenDefaults
{
    /// <summary>The scheme: <c>Authorization: Bearer spt_…</c>.</summary>
    public const string Scheme = "AccessToken";
}

/// <summary>Authenticates a caller by their personal access token.</summary>
internal sealed class AccessTokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    IAccessTokens tokens,
    ActorLookup actors)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const string BearerPrefix = "Bearer ";

    /// <summary>
    /// The token in the header. In the query only for the hub: a browser's WebSocket cannot send headers, and everywhere else
    /// a secret in an address would end up in logs for nothing.
    /// </summary>
    public static string? ReadSecret(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        if (header.Count > 0)
        {
            return header.Count == 1 && header[0] is { } text && text.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase)
                ? text[BearerPrefix.Length..].Trim()
                : null;
        }

        return request.Path.StartsWithSegments(ApiServices.HubPath, StringComparison.OrdinalIgnoreCase) && request.Query["access_token"] is [{ Length: > 0 } query]
            ? query
            : null;
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (ReadSecret(Request) is not { } secret)
        {
            return AuthenticateResult.NoResult();
        }

        // Why a token is refused is nobody's business but its owner's, who sees it in the portal.
        if (await tokens.AuthenticateAsync(secret, Context.RequestAborted) is not { } holder
            || await actors.FindAsync(holder, Context.Connection.RemoteIpAddress?.ToString()) is not { } actor)
        {
            return AuthenticateResult.Fail("The access token is unknown, expired or revoked, or its account is locked.");
        }

        Context.Features.Set(new Caller(actor, holder.RequestsPerMinute));
        return AuthenticateResult.Success(new AuthenticationTicket(PortalPrincipal.ForToken(actor.UserId, actor.Name, secret), Scheme.Name));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var refused = (await HandleAuthenticateOnceSafeAsync()).Failure is not null;
        Response.Headers[HeaderNames.WWWAuthenticate] = refused
            ? "Bearer realm=\"SnapshotPortal\", error=\"invalid_token\""
            : "Bearer realm=\"SnapshotPortal\"";
        var problem = refused
            ? new ProblemResult(
                StatusCodes.Status401Unauthorized,
                "The access token is not valid",
                ApiCodes.TokenInvalid,
                "The access token is unknown, expired or revoked, or its account is locked. Make a new one in the portal under your account.")
            : new ProblemResult(
                StatusCodes.Status401Unauthorized,
                "An access token is needed",
                ApiCodes.TokenMissing,
                "Send an access token in the header: Authorization: Bearer spt_… You make one in the portal under your account.");
        await problem.ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
        => new ProblemResult(StatusCodes.Status403Forbidden, "Not allowed", ApiCodes.Forbidden, "Your account may not do this.").ExecuteAsync(Context);
}
