using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Api;

namespace SnapshotPortal.Web.Importing;

/// <summary>Images on their way from a browser: past the page's own connection, which is not made for gigabytes.</summary>
internal static class ImageUploads
{
    // A form of another site cannot send it, and another site's script is not let.
    private const string Header = "X-Portal-Upload";

    /// <summary>Maps <c>/images</c> for the page. The account is looked at anew, whatever the cookie once said.</summary>
    public static void MapImageUploads(this IEndpointRouteBuilder endpoints)
        => endpoints.MapPost("/images", static async (Guid hostId, string pool, string name, HttpContext context, ActorLookup actors, IImages images) =>
        {
            if (!context.Request.Headers.ContainsKey(Header) || await actors.RecheckAsync(context.User, context.RequestAborted) is not { IsAdministrator: true } actor)
            {
                return Results.NotFound();
            }

            var outcome = await images.UploadAsync(actor, new UploadImageRequest(hostId, pool, name, context.Request.ContentLength), context.Request.Body, context.RequestAborted);
            return outcome.IsSuccess
                ? Results.Text(outcome.Value.Volume, statusCode: StatusCodes.Status201Created)
                : Results.Text(outcome.Failure.Message, statusCode: outcome.Failure.Kind == FailureKind.Unavailable ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status409Conflict);
        })
        .RequireAuthorization(new AuthorizeAttribute())
        .DisableAntiforgery()
        .WithMetadata(new SkipStatusCodePagesAttribute(), new DisableRequestSizeLimitAttribute());
}
