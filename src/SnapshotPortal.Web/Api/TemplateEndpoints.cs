using Microsoft.AspNetCore.Mvc;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Operations.Templates;

namespace SnapshotPortal.Web.Api;

/// <summary>Templates.</summary>
internal static class TemplateEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("/templates").WithTags("Templates");
        group.MapGet("/", ListAsync).Describe<TemplateListResource>("ListTemplates", "The templates that you may use or change", 200);
        group.MapGet("/{id}", GetAsync).Describe<TemplateDetailResource>("GetTemplate", "One template with its editions", 200, 400, 404);
        group.MapPut("/{id}", ChangeAsync).Needs(TokenScopes.Class).Reads<TemplateBody>()
            .Describe<TemplateDetailResource>("ChangeTemplate", "Changes how a template is shown and who may use it", 200, 400, 403, 404);
        group.MapPost("/{id}/versions", PublishVersionAsync).Needs(TokenScopes.Class).Reads<PublishVersionBody>()
            .Describe<TemplateDetailResource>("PublishTemplateVersion", "Publishes a snapshot as a new edition of a template", 200, 400, 403, 404, 409);
        group.MapPost("/{id}/unpublish", UnpublishAsync).Needs(TokenScopes.Class)
            .Describe<TemplateDetailResource>("UnpublishTemplate", "Ends a publication; machines that were made from it stay", 200, 400, 404);
        group.MapPost("/{id}/publish", PublishAgainAsync).Needs(TokenScopes.Class).Describe<TemplateDetailResource>("PublishTemplateAgain", "Renews a publication", 200, 400, 404);
        group.MapPost("/{id}/clone", CloneAsync).Needs(TokenScopes.Clone).Reads<CloneVmBody>()
            .Describe<OperationResource>("CloneTemplate", "Makes a machine of your own from a template", 202, 400, 404, 409, 503);
        api.MapPost("/snapshots/{id}/template", PublishAsync).Needs(TokenScopes.Class).WithTags("Templates").Reads<PublishTemplateBody>()
            .Describe<TemplateDetailResource>("PublishTemplate", "Publishes a snapshot as a template", 200, 400, 403, 404, 409);
    }

    private static async Task<IResult> ListAsync(Caller caller, ITemplates templates, CancellationToken cancellationToken)
        => TypedResults.Ok(new TemplateListResource([.. (await templates.ListAsync(caller.Actor, cancellationToken)).Select(TemplateResource.From)]));

    private static async Task<IResult> GetAsync(Caller caller, Guid id, ITemplates templates, CancellationToken cancellationToken)
        => Answers.Ok(await templates.GetAsync(caller.Actor, id, cancellationToken), TemplateDetailResource.From);

    private static async Task<IResult> ChangeAsync(Caller caller, Guid id, JsonBody<TemplateBody> body, ITemplates templates, CancellationToken cancellationToken)
        => Answers.Ok(await templates.ChangeAsync(caller.Actor, id, body.Value.ToFields(), cancellationToken), TemplateDetailResource.From);

    private static async Task<IResult> PublishAsync(Caller caller, Guid id, JsonBody<PublishTemplateBody> body, ITemplates templates, CancellationToken cancellationToken)
        => Answers.Ok(await templates.PublishAsync(caller.Actor, id, body.Value.ToRequest(), cancellationToken), TemplateDetailResource.From);

    private static async Task<IResult> PublishVersionAsync(Caller caller, Guid id, JsonBody<PublishVersionBody> body, ITemplates templates, CancellationToken cancellationToken)
        => Answers.Ok(await templates.PublishVersionAsync(caller.Actor, id, body.Value.SnapshotId, body.Value.ToRequest(), cancellationToken), TemplateDetailResource.From);

    private static async Task<IResult> UnpublishAsync(Caller caller, Guid id, ITemplates templates, CancellationToken cancellationToken)
        => Answers.Ok(await templates.SetPublishedAsync(caller.Actor, id, published: false, cancellationToken), TemplateDetailResource.From);

    private static async Task<IResult> PublishAgainAsync(Caller caller, Guid id, ITemplates templates, CancellationToken cancellationToken)
        => Answers.Ok(await templates.SetPublishedAsync(caller.Actor, id, published: true, cancellationToken), TemplateDetailResource.From);

    private static async Task<IResult> CloneAsync(
        Caller caller,
        Guid id,
        [FromHeader(Name = RequestChecks.IdempotencyKeyHeader)] string? idempotencyKey,
        JsonBody<CloneVmBody> body,
        ITemplates templates,
        HttpContext context,
        CancellationToken cancellationToken)
        => Answers.Accepted(context, await templates.CloneAsync(caller.Actor, id, body.Value.ToRequest(idempotencyKey), cancellationToken));
}
