using Microsoft.AspNetCore.Mvc;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Api;

/// <summary>The machines of a class, for its teachers.</summary>
internal static class DeploymentEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var ofClass = api.MapGroup("/classes/{id}/deployments").WithTags("Deployments");
        ofClass.MapPost("/preview", PlanAsync).Needs(TokenScopes.Class).Reads<DeployBody>().Describe<DeploymentPlanResource>("PlanDeployment", "What a deployment would make; nothing is changed", 200, 400, 404, 409);
        ofClass.MapPost("/", DeployAsync).Needs(TokenScopes.Class).Reads<DeployBody>().Describe<DeploymentResource>("Deploy", "Makes a machine for each student, in the background", 200, 400, 404, 409);
        var group = api.MapGroup("/deployments/{id}").WithTags("Deployments");
        group.MapGet("/", GetAsync).Describe<DeploymentResource>("GetDeployment", "A deployment with its machines", 200, 400, 404);
        group.MapPut("/", ChangeAsync).Needs(TokenScopes.Class).Reads<DeploymentBody>().Describe<DeploymentResource>("ChangeDeployment", "Changes a deployment's name, end and rules", 200, 400, 404);
        group.MapPost("/batches", ActAsync).Needs(TokenScopes.Class).Reads<BatchBody>().Describe<BatchView>("ActOnDeployment", "Does something with all machines of a deployment, or some", 200, 400, 404, 409);
        api.MapGet("/batches/{id}", GetBatchAsync).WithTags("Deployments").Describe<BatchView>("GetBatch", "How far an act on many machines is", 200, 400, 404);
        api.MapPost("/batches/{id}/cancel", CancelAsync).Needs(TokenScopes.Class).WithTags("Deployments").Describe<BatchView>("CancelBatch", "Stops an act on many machines; what is done stays done", 200, 400, 404, 409);
    }

    private static async Task<IResult> PlanAsync(Caller caller, Guid id, JsonBody<DeployBody> body, IDeployments deployments, CancellationToken cancellationToken)
        => Answers.Ok(await deployments.PlanAsync(caller.Actor, id, body.Value.ToRequest(null), cancellationToken), DeploymentPlanResource.From);

    private static async Task<IResult> DeployAsync(
        Caller caller,
        Guid id,
        [FromHeader(Name = RequestChecks.IdempotencyKeyHeader)] string? idempotencyKey,
        JsonBody<DeployBody> body,
        IDeployments deployments,
        CancellationToken cancellationToken)
        => Answers.Ok(await deployments.DeployAsync(caller.Actor, id, body.Value.ToRequest(idempotencyKey), cancellationToken), DeploymentResource.From);

    private static async Task<IResult> GetAsync(Caller caller, Guid id, IDeployments deployments, CancellationToken cancellationToken)
        => Answers.Ok(await deployments.GetAsync(caller.Actor, id, cancellationToken), DeploymentResource.From);

    private static async Task<IResult> ChangeAsync(Caller caller, Guid id, JsonBody<DeploymentBody> body, IDeployments deployments, CancellationToken cancellationToken)
        => Answers.Ok(await deployments.ChangeAsync(caller.Actor, id, body.Value.ToFields(), cancellationToken), DeploymentResource.From);

    private static async Task<IResult> ActAsync(
        Caller caller,
        Guid id,
        [FromHeader(Name = RequestChecks.IdempotencyKeyHeader)] string? idempotencyKey,
        JsonBody<BatchBody> body,
        IDeployments deployments,
        CancellationToken cancellationToken)
        => Answers.Ok(await deployments.ActAsync(caller.Actor, id, body.Value.ToRequest(idempotencyKey), cancellationToken), static b => b);

    private static async Task<IResult> GetBatchAsync(Caller caller, Guid id, IDeployments deployments, CancellationToken cancellationToken)
        => Answers.Ok(await deployments.GetBatchAsync(caller.Actor, id, cancellationToken), static b => b);

    private static async Task<IResult> CancelAsync(Caller caller, Guid id, IDeployments deployments, CancellationToken cancellationToken)
        => Answers.Ok(await deployments.CancelAsync(caller.Actor, id, cancellationToken), static b => b);
}
