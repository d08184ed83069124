using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Api;

namespace SnapshotPortal.Web.Exporting;

/// <summary>The files of exports on their way to a browser or a program.</summary>
internal static class ExportFiles
{
    public const string MediaType = "application/octet-stream";

    /// <summary>
    /// Maps <c>/exports/{id}/disks/{target}</c> for the pages: the file, or 404 where there is nothing or nothing the person
    /// may have. The account is looked at anew, whatever the cookie once said.
    /// </summary>
    public static void MapExportFiles(this IEndpointRouteBuilder endpoints)
        => endpoints.MapGet("/exports/{id:guid}/disks/{target}", static async (Guid id, string target, HttpContext context, ActorLookup actors, IExports exports) =>
        {
            if (await actors.RecheckAsync(context.User, context.RequestAborted) is not { } actor)
            {
                return Results.NotFound();
            }

            var outcome = await exports.OpenAsync(actor, id, target, context.RequestAborted);
            return outcome switch
            {
                { IsSuccess: true } => Answer(context, id, outcome.Value),
                { Failure.Kind: FailureKind.NotFound } => Results.NotFound(),

                // A browser shows this as it is: one sentence is more use than a page.
                { Failure: { } failure } => Results.Text(failure.Message, statusCode: failure.Kind == FailureKind.Unavailable ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status409Conflict),
            };
        }).RequireAuthorization(new AuthorizeAttribute()).WithMetadata(new SkipStatusCodePagesAttribute());

    /// <summary>The file, or the part of it that is asked for: a download that broke off goes on where it stopped.</summary>
    public static IResult Answer(HttpContext context, Guid exportId, ExportDownload download)
    {
        context.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Stream(
            new RightsStream(download.Content, cancellationToken => MayGoOnAsync(context, exportId, cancellationToken), context.Abort, context.RequestServices.GetRequiredService<TimeProvider>()),
            MediaType,
            download.FileName,
            download.CompletedAt,
            new EntityTagHeaderValue($"\"{download.Tag}\""),
            enableRangeProcessing: true);
    }

    /// <summary>The account, the token and the export are looked at anew.</summary>
    private static async Task<bool> MayGoOnAsync(HttpContext context, Guid exportId, CancellationToken cancellationToken)
    {
        await using var scope = context.RequestServices.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ActorLookup>().RecheckAsync(context.User, cancellationToken) is { } actor
            && (await scope.ServiceProvider.GetRequiredService<IExports>().GetAsync(actor, exportId, cancellationToken)).IsSuccess;
    }
}
