using SnapshotPortal.Domain.Access;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Web.Api;

/// <summary>Operations and their events.</summary>
internal static class OperationEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("/operations").WithTags("Operations");
        group.MapGet("/", ListAsync)
            .Describe<OperationListResource>("ListOperations", "Lists operations, newest first; with since, the events after that sequence number instead", 200, 400);
        group.MapGet("/{id}", GetAsync).Describe<OperationResource>("GetOperation", "One operation with its steps", 200, 400, 404);
        group.MapPost("/{id}/cancel", CancelAsync).Needs(TokenScopes.Snapshot | TokenScopes.Power | TokenScopes.Clone | TokenScopes.Class | TokenScopes.Admin)
            .Describe<OperationResource>("CancelOperation", "Asks to cancel an operation; a running one ends as soon as its step allows", 202, 400, 403, 404, 409, 503);
        api.MapGet("/events", EventsAsync).WithTags("Events")
            .Describe<EventListResource>("ListEvents", "The events after a sequence number, oldest first", 200, 400);
    }

    private static async Task<IResult> ListAsync(
        Caller caller,
        IOperations operations,
        CancellationToken cancellationToken,
        long? since = null,
        Guid? vmId = null,
        bool active = false,
        bool everybodys = false,
        int take = 100)
    {
        if ((Answers.CheckSince(since) ?? Answers.CheckPage(0, take)) is { } wrong)
        {
            return wrong;
        }

        if (since is { } sequence)
        {
            if (active)
            {
                return ProblemResult.Malformed("The parameters “since” and “active” do not go together: events have no present state. Leave one out.", "active");
            }

            var page = await ReadAsync(caller.Actor, operations, sequence, take, cancellationToken);
            return TypedResults.Ok(new OperationListResource(null, [.. page.Events.Where(e => vmId is null || e.VmId == vmId)], page.LastSequence, page.More));
        }

        // Read before the list: what happens in between is then in both, and never in neither.
        var last = await operations.LastSequenceAsync(cancellationToken);
        var list = await operations.ListAsync(caller.Actor, new OperationQuery(vmId, active, everybodys, take), cancellationToken);
        return TypedResults.Ok(new OperationListResource([.. list.Select(OperationResource.From)], null, last, false));
    }

    private static async Task<IResult> GetAsync(Caller caller, Guid id, IOperations operations, CancellationToken cancellationToken)
        => Answers.Ok(await operations.GetAsync(caller.Actor, id, cancellationToken), OperationResource.From);

    private static async Task<IResult> CancelAsync(Caller caller, Guid id, IOperations operations, HttpContext context, CancellationToken cancellationToken)
        => Answers.Accepted(context, await operations.CancelAsync(caller.Actor, id, cancellationToken));

    private static async Task<IResult> EventsAsync(
        Caller caller,
        IOperations operations,
        CancellationToken cancellationToken,
        long since = 0,
        int take = Answers.MaxTake)
        => (Answers.CheckSince(since) ?? Answers.CheckPage(0, take)) is { } wrong
            ? wrong
            : TypedResults.Ok(await ReadAsync(caller.Actor, operations, since, take, cancellationToken));

    private static async Task<EventListResource> ReadAsync(Actor actor, IOperations operations, long since, int take, CancellationToken cancellationToken)
    {
        // The newest number is read first: an event that is written in between is then read, or left for the next call.
        var last = await operations.LastSequenceAsync(cancellationToken);
        var events = await operations.EventsSinceAsync(actor, since, take, cancellationToken);
        var newest = events.Count > 0 ? events[^1].Sequence : 0;
        var more = events.Count >= take;
        return new EventListResource([.. events.Select(EventResource.From)], more ? newest : Math.Max(last, newest), more);
    }
}
