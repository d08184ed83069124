using Microsoft.AspNetCore.Mvc;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Web.Api;

/// <summary>Snapshots.</summary>
internal static class SnapshotEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var ofVm = api.MapGroup("/vms/{id}/snapshots").WithTags("Snapshots");
        ofVm.MapGet("/", ListAsync).Describe<SnapshotListResource>("ListSnapshots", "Lists a machine's snapshots, newest first", 200, 400, 404);
        ofVm.MapPost("/", TakeAsync).Needs(TokenScopes.Snapshot).Reads<TakeSnapshotBody>()
            .Describe<OperationResource>("TakeSnapshot", "Takes a snapshot of a machine", 202, 400, 403, 404, 409, 503);

        var group = api.MapGroup("/snapshots").WithTags("Snapshots");
        group.MapGet("/{id}", GetAsync).Describe<SnapshotResource>("GetSnapshot", "One snapshot", 200, 400, 404);
        group.MapPatch("/{id}", ChangeAsync).Needs(TokenScopes.Snapshot).Reads<ChangeSnapshotBody>()
            .Describe<SnapshotResource>("ChangeSnapshot", "Gives a snapshot another name or description", 200, 400, 404, 409);
        group.MapGet("/{id}/compare", CompareAsync)
            .Describe<ComparisonResource>("CompareSnapshot", "In what a snapshot differs from another one, or from the machine as it is now", 200, 400, 404, 409, 503);
        group.MapDelete("/{id}", DeleteAsync).Needs(TokenScopes.Snapshot)
            .Describe<OperationResource>("DeleteSnapshot", "Deletes a snapshot; what others still need is kept", 202, 400, 403, 404, 409, 503);
        group.MapPost("/{id}/protect", (Caller caller, Guid id, ISnapshots snapshots, CancellationToken cancellationToken) => ProtectAsync(caller, id, true, snapshots, cancellationToken)).Needs(TokenScopes.Snapshot)
            .Describe<SnapshotResource>("ProtectSnapshot", "Protects a snapshot from being deleted", 200, 400, 404, 409);
        group.MapPost("/{id}/unprotect", (Caller caller, Guid id, ISnapshots snapshots, CancellationToken cancellationToken) => ProtectAsync(caller, id, false, snapshots, cancellationToken)).Needs(TokenScopes.Snapshot)
            .Describe<SnapshotResource>("UnprotectSnapshot", "Takes a snapshot's protection away", 200, 400, 404);
        group.MapPost("/{id}/restore", RestoreAsync).Needs(TokenScopes.Snapshot).Reads<RestoreSnapshotBody>()
            .Describe<OperationResource>("RestoreSnapshot", "Puts the machine back to a snapshot, keeping its present state as a safety snapshot", 202, 400, 403, 404, 409, 503);
        group.MapGet("/{id}/clone", PreviewCloneAsync)
            .Describe<ClonePreviewResource>("PreviewClone", "What a new machine from a snapshot would be, could be and would lack", 200, 400, 404, 409, 503);
        group.MapPost("/{id}/clone", CloneAsync).Needs(TokenScopes.Clone).Reads<CloneVmBody>()
            .Describe<OperationResource>("CloneVm", "Makes a new machine from a snapshot; the operation's vmId is the new machine's", 202, 400, 403, 404, 409, 503);
    }

    private static async Task<IResult> ListAsync(Caller caller, Guid id, ISnapshots snapshots, CancellationToken cancellationToken)
        => Answers.Ok(
            await snapshots.ListAsync(caller.Actor, id, cancellationToken),
            static list => new SnapshotListResource([.. list.Select(SnapshotResource.From)]));

    private static async Task<IResult> GetAsync(Caller caller, Guid id, ISnapshots snapshots, CancellationToken cancellationToken)
        => Answers.Ok(await snapshots.GetAsync(caller.Actor, id, cancellationToken), SnapshotResource.From);

    private static async Task<IResult> TakeAsync(
        Caller caller,
        Guid id,
        JsonBody<TakeSnapshotBody> body,
        [FromHeader(Name = RequestChecks.IdempotencyKeyHeader)] string? idempotencyKey,
        ISnapshots snapshots,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        if (Deadlines.TryRead(body.Value.FailureDeadlineSeconds, out var deadline) is { } wrong)
        {
            return wrong;
        }

        var request = new TakeSnapshotRequest(body.Value.Name, body.Value.Description, deadline, idempotencyKey, body.Value.WithMemory);
        return Answers.Accepted(context, await snapshots.TakeAsync(caller.Actor, id, request, cancellationToken));
    }

    private static async Task<IResult> ChangeAsync(Caller caller, Guid id, JsonBody<ChangeSnapshotBody> body, ISnapshots snapshots, CancellationToken cancellationToken)
        => Answers.Ok(await snapshots.ChangeAsync(caller.Actor, id, new ChangeSnapshotRequest(body.Value.Name, body.Value.Description), cancellationToken), SnapshotResource.From);

    private static async Task<IResult> ProtectAsync(Caller caller, Guid id, bool isProtected, ISnapshots snapshots, CancellationToken cancellationToken)
        => Answers.Ok(await snapshots.ProtectAsync(caller.Actor, id, isProtected, cancellationToken), SnapshotResource.From);

    private static async Task<IResult> RestoreAsync(
        Caller caller,
        Guid id,
        JsonBody<RestoreSnapshotBody> body,
        [FromHeader(Name = RequestChecks.IdempotencyKeyHeader)] string? idempotencyKey,
        ISnapshots snapshots,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var request = new RestoreSnapshotRequest(body.Value.Policy, body.Value.KeepPresent, idempotencyKey, body.Value.DisksOnly);
        return Answers.Accepted(context, await snapshots.RestoreAsync(caller.Actor, id, request, cancellationToken));
    }

    private static async Task<IResult> PreviewCloneAsync(Caller caller, Guid id, ISnapshots snapshots, CancellationToken cancellationToken)
        => Answers.Ok(await snapshots.PreviewCloneAsync(caller.Actor, id, cancellationToken), ClonePreviewResource.From);

    private static async Task<IResult> CloneAsync(
        Caller caller,
        Guid id,
        JsonBody<CloneVmBody> body,
        [FromHeader(Name = RequestChecks.IdempotencyKeyHeader)] string? idempotencyKey,
        ISnapshots snapshots,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        return Answers.Accepted(context, await snapshots.CloneAsync(caller.Actor, id, body.Value.ToRequest(idempotencyKey), cancellationToken));
    }

    private static async Task<IResult> CompareAsync(Caller caller, Guid id, ISnapshots snapshots, CancellationToken cancellationToken, Guid? with = null)
        => Answers.Ok(await snapshots.CompareAsync(caller.Actor, id, with, cancellationToken), ComparisonResource.From);

    private static async Task<IResult> DeleteAsync(
        Caller caller,
        Guid id,
        [FromHeader(Name = RequestChecks.IdempotencyKeyHeader)] string? idempotencyKey,
        ISnapshots snapshots,
        HttpContext context,
        CancellationToken cancellationToken)
        => Answers.Accepted(context, await snapshots.DeleteAsync(caller.Actor, id, idempotencyKey, cancellationToken));
}
