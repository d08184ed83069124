using Microsoft.AspNetCore.Authorization;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Screens;

/// <summary>The pictures of machines' displays, for the pages.</summary>
internal static class ScreenEndpoint
{
    /// <summary>Maps <c>/screens/{vmId}</c>: a PNG, or 404 where there is nothing to see or nothing the person may see.</summary>
    public static void MapScreens(this IEndpointRouteBuilder endpoints)
        => endpoints.MapGet("/screens/{vmId:guid}", static async (Guid vmId, HttpContext context, IVirtualMachines machines) =>
        {
            if (CurrentActor.From(context.User) is not { } actor)
            {
                return Results.NotFound();
            }

            var screen = await machines.ScreenshotAsync(actor, vmId, context.RequestAborted);
            if (!screen.IsSuccess)
            {
                return Results.NotFound();
            }

            context.Response.Headers.CacheControl = "private, no-store";
            var content = screen.Value.Content;
            return Pixmap.TryToPng(content.Span, out var png)
                ? Results.Bytes(png, "image/png")
                : screen.Value.MediaType is "image/png" or "image/jpeg"
                    ? Results.Bytes(content, screen.Value.MediaType)
                    : Results.NotFound();
        }).RequireAuthorization(new AuthorizeAttribute());
}
