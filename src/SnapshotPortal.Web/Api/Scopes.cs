using SnapshotPortal.Domain.Access;

namespace SnapshotPortal.Web.Api;

/// <summary>
/// Which scopes of an access token open an endpoint. Looked at before anything is looked up, so that a refusal says nothing
/// about what there is.
/// </summary>
internal static class Scopes
{
    /// <summary>A token needs one of these for the endpoint.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, TokenScopes anyOf)
        where TBuilder : IEndpointConventionBuilder
        => endpoint.WithMetadata(new Requirement(anyOf));

    /// <summary>What an endpoint needs: what it says; of those that say nothing, reading needs <see cref="TokenScopes.Read"/>, and a change cannot be made.</summary>
    public static TokenScopes Of(Endpoint endpoint)
        => endpoint.Metadata.GetMetadata<Requirement>()?.AnyOf
            ?? (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods: var methods } && methods.All(HttpMethods.IsGet)
                ? TokenScopes.Read
                : TokenScopes.None);

    /// <summary>The refusal; <see langword="null"/> where the token has what the endpoint needs.</summary>
    public static ProblemResult? Check(HttpContext context)
    {
        var needed = Of(context.GetEndpoint()!);
        return context.Features.Get<Caller>() is { } caller && (caller.Actor.Scopes & needed) != TokenScopes.None
            ? null
            : new ProblemResult(
                StatusCodes.Status403Forbidden,
                "This token is not for that",
                ApiCodes.ScopeMissing,
                $"The access token may not be used for this. It takes one with {Words(needed)}; you make one in the portal under your account.");
    }

    private static string Words(TokenScopes scopes)
        => string.Join(" or ", Enum.GetValues<TokenScopes>().Where(s => s is not (TokenScopes.None or TokenScopes.All) && scopes.HasFlag(s)).Select(static s => $"“{s.ToString().ToLowerInvariant()}”"));

    internal sealed record Requirement(TokenScopes AnyOf);
}
