using Microsoft.AspNetCore.Mvc;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Web.Api;

/// <summary>The bytes behind machines and snapshots.</summary>
internal static class StorageEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/vms/{id}/layers", MapAsync).WithTags("Storage")
            .Describe<StorageResource>("GetVmLayers", "Who holds which bytes of a machine and its snapshots", 200, 400, 404);
        api.MapGet("/snapshots/{id}/release", ReleaseAsync).WithTags("Storage")
            .Describe<SnapshotReleaseResource>("GetSnapshotRelease", "What the deletion of a snapshot would free, and what would stay for whom", 200, 400, 404);
        api.MapPost("/vms/{id}/flatten", FlattenAsync).Needs(TokenScopes.Snapshot).WithTags("Storage")
            .Describe<OperationResource>("FlattenVm", "Makes a machine's present disks independent of every other file", 202, 400, 403, 404, 409, 503);
    }

    private static async Task<IResult> MapAsync(Caller caller, Guid id, IStorage storage, CancellationToken cancellationToken)
        => Answers.Ok(await storage.MapAsync(caller.Actor, id, cancellationToken), StorageResource.From);

    private static async Task<IResult> ReleaseAsync(Caller caller, Guid id, IStorage storage, CancellationToken cancellationToken)
        => Answers.Ok(await storage.ReleaseAsync(caller.Actor, id, cancellationToken), SnapshotReleaseResource.From);

    private static async Task<IResult> FlattenAsync(
        Caller caller,
        Guid id,
        [FromHeader(Name = RequestChecks.IdempotencyKeyHeader)] string? idempotencyKey,
        IStorage storage,
        HttpContext context,
        CancellationToken cancellationToken)
        => Answers.Accepted(context, await storage.FlattenAsync(caller.Actor, id, idempotencyKey, cancellationToken));
}
