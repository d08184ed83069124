using Microsoft.AspNetCore.Mvc;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Usage;

namespace SnapshotPortal.Web.Api;

/// <summary>Virtual machines.</summary>
internal static class VmEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("/vms").WithTags("Virtual machines");
        group.MapGet("/", ListAsync).Describe<VmPageResource>("ListVms", "Lists virtual machines", 200, 400);
        group.MapGet("/{id}", GetAsync).Describe<VmResource>("GetVm", "One virtual machine", 200, 400, 404);
        group.MapPatch("/{id}", ChangeAsync).Needs(TokenScopes.Power).Reads<ChangeVmBody>()
            .Describe<VmResource>("ChangeVm", "Changes a machine's settings in the portal", 200, 400, 404);
        group.MapGet("/{id}/boot", BootAsync)
            .Describe<BootResource>("GetVmBoot", "Whether a machine starts with its host, and what it boots from", 200, 400, 404, 409, 503);
        group.MapPost("/{id}/configure", ConfigureAsync).Needs(TokenScopes.Power).Reads<ConfigureVmBody>()
            .Describe<OperationResource>("ConfigureVm", "Renames a machine that is off, has it start with its host or not, orders what it boots from", 202, 400, 403, 404, 409, 503);
        group.MapPost("/{id}/identity", GiveIdentityAsync).Needs(TokenScopes.Power).Reads<GiveIdentityBody>()
            .Describe<OperationResource>("GiveVmIdentity", "Gives a running guest an identity of its own through its agent, or only proves that it has one", 202, 400, 403, 404, 409, 503);
        group.MapGet("/{id}/inspection", InspectAsync)
            .Describe<VmInspectionResource>("InspectVm", "What the host says of a machine now, and what to expect of a snapshot", 200, 400, 404, 409, 503);
        group.MapGet("/{id}/network", NetworkAsync)
            .Describe<VmNetworkResource>("GetVmNetwork", "A machine's network cards and, while it runs, its addresses", 200, 400, 404, 409, 503);
        group.MapGet("/{id}/usage", UsageAsync)
            .Describe<UsageResource>("GetVmUsage", "How busy a machine was in the last ten minutes", 200, 400, 404);
        group.MapDelete("/{id}", DeleteAsync).Needs(TokenScopes.Clone)
            .Describe<OperationResource>("DeleteVm", "Deletes a machine with its snapshots and every disk layer that nothing else needs", 202, 400, 403, 404, 409, 503);
        group.MapPost("/{id}/reset", ResetAsync).Needs(TokenScopes.Clone).Reads<ResetVmBody>()
            .Describe<OperationResource>("ResetVm", "Puts a machine back to its template; its present state is kept as a safety snapshot", 202, 400, 404, 409, 503);
        MapPower(group, "start", PowerAction.Start, "StartVm", "Starts a machine");
        MapPower(group, "shutdown", PowerAction.Shutdown, "ShutdownVm", "Asks the guest to shut down");
        MapPower(group, "stop", PowerAction.Stop, "StopVm", "Forces a machine off, like pulling the plug");
        MapPower(group, "reboot", PowerAction.Reboot, "RebootVm", "Asks the guest to restart");
    }

    private static void MapPower(RouteGroupBuilder group, string path, PowerAction action, string name, string summary)
        => group.MapPost(
                $"/{{id}}/{path}",
                async (
                    Caller caller,
                    Guid id,
                    [FromHeader(Name = RequestChecks.IdempotencyKeyHeader)] string? idempotencyKey,
                    IVirtualMachines machines,
                    HttpContext context,
                    CancellationToken cancellationToken)
                    => Answers.Accepted(context, await machines.PowerAsync(caller.Actor, id, new PowerRequest(action, idempotencyKey), cancellationToken))).Needs(TokenScopes.Power)
            .Describe<OperationResource>(name, summary, 202, 400, 403, 404, 409, 503);

    private static async Task<IResult> ListAsync(
        Caller caller,
        IVirtualMachines machines,
        CancellationToken cancellationToken,
        string? q = null,
        bool everybodys = false,
        int skip = 0,
        int take = 100)
    {
        if (Answers.CheckPage(skip, take) is { } wrong)
        {
            return wrong;
        }

        var page = await machines.ListAsync(caller.Actor, new VmQuery(q, everybodys, skip, take), cancellationToken);
        return TypedResults.Ok(new VmPageResource([.. page.Items.Select(VmResource.From)], page.Total, skip, take));
    }

    private static async Task<IResult> GetAsync(Caller caller, Guid id, IVirtualMachines machines, CancellationToken cancellationToken)
        => Answers.Ok(await machines.GetAsync(caller.Actor, id, cancellationToken), VmResource.From);

    private static async Task<IResult> ChangeAsync(Caller caller, Guid id, JsonBody<ChangeVmBody> body, IVirtualMachines machines, CancellationToken cancellationToken)
        => Deadlines.TryRead(body.Value.FailureDeadlineSeconds, out var deadline) is { } wrong
            ? wrong
            : Answers.Ok(await machines.ChangeAsync(caller.Actor, id, body.Value.ToRequest(deadline), cancellationToken), VmResource.From);

    private static async Task<IResult> BootAsync(Caller caller, Guid id, IVirtualMachines machines, CancellationToken cancellationToken)
        => Answers.Ok(await machines.BootAsync(caller.Actor, id, cancellationToken), BootResource.From);

    private static async Task<IResult> ConfigureAsync(
        Caller caller,
        Guid id,
        JsonBody<ConfigureVmBody> body,
        [FromHeader(Name = RequestChecks.IdempotencyKeyHeader)] string? idempotencyKey,
        IVirtualMachines machines,
        HttpContext context,
        CancellationToken cancellationToken)
        => Answers.Accepted(
            context,
            await machines.ConfigureAsync(caller.Actor, id, new ConfigureVmRequest(body.Value.Name, body.Value.StartsWithHost, body.Value.BootOrder, idempotencyKey), cancellationToken));

    private static async Task<IResult> GiveIdentityAsync(
        Caller caller,
        Guid id,
        JsonBody<GiveIdentityBody> body,
        [FromHeader(Name = RequestChecks.IdempotencyKeyHeader)] string? idempotencyKey,
        IVirtualMachines machines,
        HttpContext context,
        CancellationToken cancellationToken)
        => Answers.Accepted(context, await machines.GiveIdentityAsync(caller.Actor, id, new GiveIdentityRequest(body.Value.Change, idempotencyKey), cancellationToken));

    private static async Task<IResult> InspectAsync(Caller caller, Guid id, IVirtualMachines machines, CancellationToken cancellationToken)
        => Answers.Ok(await machines.InspectAsync(caller.Actor, id, cancellationToken), VmInspectionResource.From);

    private static async Task<IResult> NetworkAsync(Caller caller, Guid id, IVirtualMachines machines, CancellationToken cancellationToken)
        => Answers.Ok(await machines.NetworkAsync(caller.Actor, id, cancellationToken), VmNetworkResource.From);

    private static async Task<IResult> UsageAsync(Caller caller, Guid id, IUsage usage, CancellationToken cancellationToken)
        => Answers.Ok(await usage.GetAsync(caller.Actor, id, cancellationToken), UsageResource.Of);

    private static async Task<IResult> ResetAsync(
        Caller caller,
        Guid id,
        [FromHeader(Name = RequestChecks.IdempotencyKeyHeader)] string? idempotencyKey,
        JsonBody<ResetVmBody> body,
        IVirtualMachines machines,
        HttpContext context,
        CancellationToken cancellationToken)
        => Answers.Accepted(context, await machines.ResetAsync(caller.Actor, id, new ResetVmRequest(body.Value.ToNewest, idempotencyKey), cancellationToken));

    private static async Task<IResult> DeleteAsync(
        Caller caller,
        Guid id,
        [FromHeader(Name = RequestChecks.IdempotencyKeyHeader)] string? idempotencyKey,
        IVirtualMachines machines,
        HttpContext context,
        CancellationToken cancellationToken)
        => Answers.Accepted(context, await machines.DeleteAsync(caller.Actor, id, idempotencyKey, cancellationToken));
}
