using SnapshotPortal.Domain.Access;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Web.Api;

/// <summary>What administrators do.</summary>
internal static class AdministrationEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("/admin").Needs(TokenScopes.Admin).WithTags("Administration");
        group.MapGet("/unmanaged", ListUnmanagedAsync)
            .Describe<UnmanagedVmListResource>("ListUnmanagedVms", "Administrators: the domains on all hosts that the portal does not manage yet", 200, 403, 503);
        group.MapPut("/vms/{id}/owner", GiveAsync).Reads<GiveVmBody>()
            .Describe<VmResource>("GiveVm", "Administrators: makes a machine somebody else's, with its snapshots and exports", 200, 400, 403, 404, 409);
        group.MapPost("/adopt", AdoptAsync).Reads<AdoptBody>()
            .Describe<VmResource>("AdoptVm", "Administrators: puts an existing domain under the portal's care for an owner", 201, 400, 403, 404, 409, 503);
    }

    private static async Task<IResult> GiveAsync(Caller caller, Guid id, JsonBody<GiveVmBody> body, IVirtualMachines machines, CancellationToken cancellationToken)
        => Answers.Ok(await machines.GiveAsync(caller.Actor, id, body.Value.OwnerId, cancellationToken), VmResource.From);

    private static async Task<IResult> ListUnmanagedAsync(Caller caller, IVirtualMachines machines, CancellationToken cancellationToken)
        => Answers.Ok(
            await machines.ListUnmanagedAsync(caller.Actor, cancellationToken),
            static list => new UnmanagedVmListResource([.. list.Select(UnmanagedVmResource.From)]));

    private static async Task<IResult> AdoptAsync(
        Caller caller,
        JsonBody<AdoptBody> body,
        IVirtualMachines machines,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var request = new AdoptRequest(body.Value.HostId, body.Value.VmId, body.Value.OwnerId);
        var outcome = await machines.AdoptAsync(caller.Actor, request, cancellationToken);
        return outcome.IsSuccess
            ? TypedResults.Created($"{context.Request.PathBase}{ApiServices.VersionPrefix}/vms/{outcome.Value.Id}", VmResource.From(outcome.Value))
            : ProblemResult.From(outcome.Failure);
    }
}
