using Microsoft.AspNetCore.Mvc;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Domain.Exports;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Exporting;

namespace SnapshotPortal.Web.Api;

/// <summary>Exports and their files.</summary>
internal static class ExportEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/snapshots/{id}/exports", ExportSnapshotAsync).Needs(TokenScopes.Snapshot).WithTags("Exports").Reads<ExportBody>()
            .Describe<OperationResource>("ExportSnapshot", "Copies a snapshot's disks into qcow2 files that stand alone; the export has the operation's id", 202, 400, 403, 404, 409, 503);
        api.MapPost("/vms/{id}/exports", ExportVmAsync).Needs(TokenScopes.Snapshot).WithTags("Exports").Reads<ExportBody>()
            .Describe<OperationResource>("ExportVm", "Copies a machine's present disks into qcow2 files that stand alone; the export has the operation's id", 202, 400, 403, 404, 409, 503);

        var group = api.MapGroup("/exports").WithTags("Exports");
        group.MapGet("/", ListAsync).Describe<ExportListResource>("ListExports", "Lists your exports, the newest first; with vmId those of one machine", 200, 400, 404);
        group.MapGet("/{id}", GetAsync).Describe<ExportResource>("GetExport", "One export", 200, 400, 404);
        group.MapDelete("/{id}", DeleteAsync).Needs(TokenScopes.Snapshot).Describe<ExportResource>("DeleteExport", "Deletes an export with its files", 202, 400, 403, 404, 409, 503);
        group.MapGet("/{id}/disks/{target}", DownloadAsync).Needs(TokenScopes.Snapshot)
            .WithName("DownloadExportDisk").WithSummary("The bytes of one file of an export; with Range, a part of them")
            .Produces<Stream>(200, ExportFiles.MediaType).Produces<Stream>(206, ExportFiles.MediaType)
            .Produces<ApiProblem>(400, ProblemResult.MediaType).Produces<ApiProblem>(404, ProblemResult.MediaType)
            .Produces<ApiProblem>(409, ProblemResult.MediaType).Produces<ApiProblem>(503, ProblemResult.MediaType);
    }

    private static async Task<IResult> ExportSnapshotAsync(
        Caller caller,
        Guid id,
        JsonBody<ExportBody> body,
        [FromHeader(Name = RequestChecks.IdempotencyKeyHeader)] string? idempotencyKey,
        IExports exports,
        HttpContext context,
        CancellationToken cancellationToken)
        => Request(body.Value, idempotencyKey) is { } request
            ? Answers.Accepted(context, await exports.ExportSnapshotAsync(caller.Actor, id, request, cancellationToken))
            : WrongLifetime();

    private static async Task<IResult> ExportVmAsync(
        Caller caller,
        Guid id,
        JsonBody<ExportBody> body,
        [FromHeader(Name = RequestChecks.IdempotencyKeyHeader)] string? idempotencyKey,
        IExports exports,
        HttpContext context,
        CancellationToken cancellationToken)
        => Request(body.Value, idempotencyKey) is { } request
            ? Answers.Accepted(context, await exports.ExportVmAsync(caller.Actor, id, request, cancellationToken))
            : WrongLifetime();

    private static async Task<IResult> ListAsync(Caller caller, IExports exports, CancellationToken cancellationToken, Guid? vmId = null)
        => Answers.Ok(
            await exports.ListAsync(caller.Actor, vmId, cancellationToken),
            static list => new ExportListResource([.. list.Select(ExportResource.From)]));

    private static async Task<IResult> GetAsync(Caller caller, Guid id, IExports exports, CancellationToken cancellationToken)
        => Answers.Ok(await exports.GetAsync(caller.Actor, id, cancellationToken), ExportResource.From);

    private static async Task<IResult> DeleteAsync(Caller caller, Guid id, IExports exports, CancellationToken cancellationToken)
    {
        Outcome<ExportView> outcome = await exports.DeleteAsync(caller.Actor, id, cancellationToken);
        return outcome.IsSuccess ? TypedResults.Accepted((string?)null, ExportResource.From(outcome.Value)) : ProblemResult.From(outcome.Failure);
    }

    private static async Task<IResult> DownloadAsync(Caller caller, Guid id, string target, IExports exports, HttpContext context, CancellationToken cancellationToken)
    {
        var outcome = await exports.OpenAsync(caller.Actor, id, target, cancellationToken);
        return outcome.IsSuccess ? ExportFiles.Answer(context, id, outcome.Value) : ProblemResult.From(outcome.Failure);
    }

    private static ExportRequest? Request(ExportBody body, string? idempotencyKey) => body.LifetimeSeconds switch
    {
        null => new ExportRequest(null, body.Pool, idempotencyKey),

        // Far outside of what is allowed, and still far from what a TimeSpan cannot hold; the request itself knows the limits.
        { } seconds when Math.Abs(seconds) <= 1e9 => new ExportRequest(TimeSpan.FromSeconds(seconds), body.Pool, idempotencyKey),
        _ => null,
    };

    private static ProblemResult WrongLifetime() => ProblemResult.From(new Failure(
        FailureKind.Invalid,
        FailureCodes.LifetimeInvalid,
        $"An export is kept for 1 hour ({Export.ShortestLifetime.TotalSeconds:F0}) to 30 days ({Export.LongestLifetime.TotalSeconds:F0} seconds).",
        "lifetime"));
}
