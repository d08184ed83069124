using Microsoft.AspNetCore.Diagnostics;

namespace SnapshotPortal.Web.Api;

/// <summary>
/// Answers a surprise outside of a handler (for example while the caller is being authenticated) in the API's own way,
/// where the rest of the portal would show its error page.
/// </summary>
internal sealed class UnexpectedFailure : IExceptionHandler
{
    public static void Log(HttpContext context, Exception exception)
        => ApiLog.RequestFailed(
            context.RequestServices.GetRequiredService<ILogger<UnexpectedFailure>>(),
            exception,
            context.Request.Method,
            OriginalPath(context),
            ProblemResult.TraceId(context));

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // The request's own path is already that of the error page.
        if (!OriginalPath(httpContext).StartsWithSegments(ApiServices.Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        if (exception is BadHttpRequestException bad)
        {
            // The server gave up on the request while it was being read.
            await new ProblemResult(bad.StatusCode, "The request cannot be understood", ApiCodes.MalformedRequest, "The request broke off or breaks a rule of HTTP.")
                .ExecuteAsync(httpContext);
            return true;
        }

        Log(httpContext, exception);
        await ProblemResult.Unexpected().ExecuteAsync(httpContext);
        return true;
    }

    private static PathString OriginalPath(HttpContext context)
        => context.Features.Get<IExceptionHandlerPathFeature>() is { } feature ? new PathString(feature.Path) : context.Request.Path;
}
