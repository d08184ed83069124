using SnapshotPortal.Domain.Access;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Web.Api;

/// <summary>Schedules.</summary>
internal static class ScheduleEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("/vms/{id}/schedule").WithTags("Schedules");
        group.MapGet("/", GetAsync).Describe<ScheduleResource>("GetSchedule", "A machine's schedule", 200, 400, 404);
        group.MapPut("/", SetAsync).Needs(TokenScopes.Snapshot).Reads<SetScheduleBody>()
            .Describe<ScheduleResource>("SetSchedule", "Gives a machine a schedule, or replaces the one it has", 200, 400, 404);
        group.MapDelete("/", RemoveAsync).Needs(TokenScopes.Snapshot)
            .Describe<ScheduleResource>("DeleteSchedule", "Takes a machine's schedule away and answers what it was; the snapshots that it took stay", 200, 400, 404, 409);
        var ofClass = api.MapGroup("/classes/{id}/schedule").WithTags("Schedules");
        ofClass.MapGet("/", GetOfClassAsync).Describe<ClassScheduleResource>("GetClassSchedule", "Its teachers: the schedule of a class", 200, 400, 404);
        ofClass.MapPut("/", SetOfClassAsync).Needs(TokenScopes.Class).Reads<SetScheduleBody>()
            .Describe<ClassScheduleResource>("SetClassSchedule", "Its teachers: gives a class a schedule, which all its machines follow but those with one of their own", 200, 400, 404);
        ofClass.MapDelete("/", RemoveOfClassAsync).Needs(TokenScopes.Class)
            .Describe<ClassScheduleResource>("DeleteClassSchedule", "Its teachers: takes the schedule of a class away and answers what it was; the snapshots that were taken stay", 200, 400, 404);
    }

    private static async Task<IResult> GetAsync(Caller caller, Guid id, ISchedules schedules, CancellationToken cancellationToken)
        => Answers.Ok(await schedules.GetAsync(caller.Actor, id, cancellationToken), ScheduleResource.From);

    private static async Task<IResult> SetAsync(Caller caller, Guid id, JsonBody<SetScheduleBody> body, ISchedules schedules, CancellationToken cancellationToken)
        => Answers.Ok(await schedules.SetAsync(caller.Actor, id, body.Value.ToRequest(), cancellationToken), ScheduleResource.From);

    private static async Task<IResult> RemoveAsync(Caller caller, Guid id, ISchedules schedules, CancellationToken cancellationToken)
        => Answers.Ok(await schedules.RemoveAsync(caller.Actor, id, cancellationToken), ScheduleResource.From);

    private static async Task<IResult> GetOfClassAsync(Caller caller, Guid id, IClassSchedules schedules, CancellationToken cancellationToken)
        => Answers.Ok(await schedules.GetAsync(caller.Actor, id, cancellationToken), ClassScheduleResource.From);

    private static async Task<IResult> SetOfClassAsync(Caller caller, Guid id, JsonBody<SetScheduleBody> body, IClassSchedules schedules, CancellationToken cancellationToken)
        => Answers.Ok(await schedules.SetAsync(caller.Actor, id, body.Value.ToRequest(), cancellationToken), ClassScheduleResource.From);

    private static async Task<IResult> RemoveOfClassAsync(Caller caller, Guid id, IClassSchedules schedules, CancellationToken cancellationToken)
        => Answers.Ok(await schedules.RemoveAsync(caller.Actor, id, cancellationToken), ClassScheduleResource.From);
}
