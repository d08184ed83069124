using SnapshotPortal.Domain.Access;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Quotas;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Api;

/// <summary>Classes and quotas.</summary>
internal static class ClassEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("/classes").WithTags("Classes");
        group.MapGet("/", ListAsync).Describe<ClassListResource>("ListClasses", "The classes that you are in", 200);
        group.MapPost("/", CreateAsync).Needs(TokenScopes.Class).Reads<ClassBody>().Describe<ClassDetailView>("CreateClass", "Teachers: makes a class", 200, 400, 403);
        group.MapPost("/join", JoinAsync).Needs(TokenScopes.Class).Reads<JoinClassBody>().Describe<ClassView>("JoinClass", "Joins a class by its code", 200, 400, 404);
        group.MapGet("/{id}", GetAsync).Describe<ClassDetailView>("GetClass", "Its teachers: a class with its members and deployments", 200, 400, 404);
        group.MapPut("/{id}", ChangeAsync).Needs(TokenScopes.Class).Reads<ClassBody>().Describe<ClassDetailView>("ChangeClass", "Its teachers: changes a class", 200, 400, 404);
        group.MapDelete("/{id}", DeleteAsync).Needs(TokenScopes.Class).Describe<ClassView>("DeleteClass", "Its teachers: deletes a class that has no machines any more", 200, 400, 404, 409);
        group.MapPost("/{id}/roster/preview", PreviewAsync).Needs(TokenScopes.Class).Reads<RosterBody>().Describe<RosterView>("PreviewRoster", "Its teachers: what would happen with a roster", 200, 400, 404);
        group.MapPost("/{id}/roster", AddAsync).Needs(TokenScopes.Class).Reads<RosterBody>().Describe<ClassDetailView>("AddRoster", "Its teachers: adds the people of a roster as students", 200, 400, 404);
        group.MapPut("/{id}/members/{userId}", SetRoleAsync).Needs(TokenScopes.Class).Reads<ClassRoleBody>().Describe<ClassDetailView>("SetClassRole", "Its teachers: makes a member a teacher or a student", 200, 400, 404, 409);
        group.MapDelete("/{id}/members/{userId}", RemoveAsync).Needs(TokenScopes.Class).Describe<ClassDetailView>("RemoveClassMember", "Its teachers: takes somebody out of a class", 200, 400, 404, 409);
        group.MapPut("/{id}/join-code", SetJoinableAsync).Needs(TokenScopes.Class).Reads<JoinableBody>().Describe<ClassDetailView>("SetClassJoinable", "Its teachers: makes a new code to join a class, or closes it", 200, 400, 404);
        group.MapGet("/{id}/quota", QuotaOfClassAsync).Describe<QuotaStateView>("GetClassQuota", "Its teachers: what a class may take and takes", 200, 400, 404);
        api.MapGet("/quota", OwnQuotaAsync).WithTags("Quotas").Describe<QuotaStateView>("GetQuota", "What you may have and have", 200);
        api.MapGet("/admin/quotas", ListQuotasAsync).Needs(TokenScopes.Admin).WithTags("Quotas").Describe<QuotaListResource>("ListQuotas", "Administrators: the quotas that were set", 200, 403);
        api.MapPut("/admin/quotas", SetQuotaAsync).Needs(TokenScopes.Admin).WithTags("Quotas").Reads<SetQuotaBody>().Describe<QuotaListResource>("SetQuota", "Administrators: sets or replaces a quota", 200, 400, 403);
        api.MapDelete("/admin/quotas/{id}", RemoveQuotaAsync).Needs(TokenScopes.Admin).WithTags("Quotas").Describe<QuotaListResource>("RemoveQuota", "Administrators: takes a quota away", 200, 400, 403, 404);
    }

    private static async Task<IResult> ListAsync(Caller caller, IClasses classes, CancellationToken cancellationToken)
        => TypedResults.Ok(new ClassListResource(await classes.ListAsync(caller.Actor, cancellationToken)));

    private static async Task<IResult> CreateAsync(Caller caller, JsonBody<ClassBody> body, IClasses classes, CancellationToken cancellationToken)
        => Answers.Ok(await classes.CreateAsync(caller.Actor, body.Value.ToFields(), cancellationToken), static c => c);

    private static async Task<IResult> JoinAsync(Caller caller, JsonBody<JoinClassBody> body, IClasses classes, CancellationToken cancellationToken)
        => Answers.Ok(await classes.JoinAsync(caller.Actor, body.Value.Code, cancellationToken), static c => c);

    private static async Task<IResult> GetAsync(Caller caller, Guid id, IClasses classes, CancellationToken cancellationToken)
        => Answers.Ok(await classes.GetAsync(caller.Actor, id, cancellationToken), static c => c);

    private static async Task<IResult> ChangeAsync(Caller caller, Guid id, JsonBody<ClassBody> body, IClasses classes, CancellationToken cancellationToken)
        => Answers.Ok(await classes.ChangeAsync(caller.Actor, id, body.Value.ToFields(), cancellationToken), static c => c);

    private static async Task<IResult> DeleteAsync(Caller caller, Guid id, IClasses classes, CancellationToken cancellationToken)
        => Answers.Ok(await classes.DeleteAsync(caller.Actor, id, cancellationToken), static c => c);

    private static async Task<IResult> PreviewAsync(Caller caller, Guid id, JsonBody<RosterBody> body, IClasses classes, CancellationToken cancellationToken)
        => Answers.Ok(await classes.PreviewRosterAsync(caller.Actor, id, body.Value.Roster, cancellationToken), static r => r);

    private static async Task<IResult> AddAsync(Caller caller, Guid id, JsonBody<RosterBody> body, IClasses classes, CancellationToken cancellationToken)
        => Answers.Ok(await classes.AddRosterAsync(caller.Actor, id, body.Value.Roster, cancellationToken), static c => c);

    private static async Task<IResult> SetRoleAsync(Caller caller, Guid id, Guid userId, JsonBody<ClassRoleBody> body, IClasses classes, CancellationToken cancellationToken)
        => Answers.Ok(await classes.SetRoleAsync(caller.Actor, id, userId, body.Value.Role, cancellationToken), static c => c);

    private static async Task<IResult> RemoveAsync(Caller caller, Guid id, Guid userId, IClasses classes, CancellationToken cancellationToken)
        => Answers.Ok(await classes.RemoveAsync(caller.Actor, id, userId, cancellationToken), static c => c);

    private static async Task<IResult> SetJoinableAsync(Caller caller, Guid id, JsonBody<JoinableBody> body, IClasses classes, CancellationToken cancellationToken)
        => Answers.Ok(await classes.SetJoinableAsync(caller.Actor, id, body.Value.Joinable, cancellationToken), static c => c);

    private static async Task<IResult> QuotaOfClassAsync(Caller caller, Guid id, IQuotas quotas, CancellationToken cancellationToken)
        => Answers.Ok(await quotas.GetOfClassAsync(caller.Actor, id, cancellationToken), static q => q);

    private static async Task<IResult> OwnQuotaAsync(Caller caller, IQuotas quotas, CancellationToken cancellationToken)
        => TypedResults.Ok(await quotas.GetOwnAsync(caller.Actor, cancellationToken));

    private static async Task<IResult> ListQuotasAsync(Caller caller, IQuotas quotas, CancellationToken cancellationToken)
        => Answers.Ok(await quotas.ListAsync(caller.Actor, cancellationToken), QuotaListResource.From);

    private static async Task<IResult> SetQuotaAsync(Caller caller, JsonBody<SetQuotaBody> body, IQuotas quotas, CancellationToken cancellationToken)
        => Answers.Ok(await quotas.SetAsync(caller.Actor, body.Value.ToRequest(), cancellationToken), QuotaListResource.From);

    private static async Task<IResult> RemoveQuotaAsync(Caller caller, Guid id, IQuotas quotas, CancellationToken cancellationToken)
        => Answers.Ok(await quotas.RemoveAsync(caller.Actor, id, cancellationToken), QuotaListResource.From);
}
