using Microsoft.AspNetCore.Routing.Template;

namespace SnapshotPortal.Web.Api;

/// <summary>
/// Answers what no endpoint of the API does. It takes every path and method under the prefix, so that the rest of the portal
/// (its error pages, its redirect to the sign-in) never answers a program; and so it must itself find out whether the path
/// or the method is what does not fit.
/// </summary>
internal static class UnknownRoute
{
    public static void Map(IEndpointRouteBuilder endpoints)
        => endpoints.Map(ApiServices.Prefix + "/{**rest}", Answer)
            .WithMetadata(new UnknownRouteMarker())
            .AllowAnonymous()
            .DisableAntiforgery()
            .ExcludeFromDescription();

    private static ProblemResult Answer(HttpContext context, EndpointDataSource endpoints)
    {
        var methods = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var endpoint in endpoints.Endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.RoutePattern.RawText is { } pattern
                && endpoint.Metadata.GetMetadata<UnknownRouteMarker>() is null
                && endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { } allowed
                && pattern.StartsWith(ApiServices.VersionPrefix + "/", StringComparison.Ordinal)
                && new TemplateMatcher(TemplateParser.Parse(pattern), []).TryMatch(context.Request.Path, []))
            {
                methods.UnionWith(allowed.HttpMethods);
            }
        }

        if (methods.Count > 0)
        {
            context.Response.Headers.Allow = string.Join(", ", methods);
            return new ProblemResult(
                StatusCodes.Status405MethodNotAllowed,
                "This method is not allowed here",
                ApiCodes.MethodNotAllowed,
                $"This address answers {string.Join(", ", methods)}.");
        }

        return new ProblemResult(
            StatusCodes.Status404NotFound,
            "Not found",
            ApiCodes.RouteUnknown,
            "The API has no such address. All of them are listed in /openapi/v1.json.");
    }

    private sealed class UnknownRouteMarker;
}
