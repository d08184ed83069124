using Microsoft.AspNetCore.Mvc;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Domain.Images;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Api;

/// <summary>Disk images from elsewhere.</summary>
internal static class ImageEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("/admin").Needs(TokenScopes.Admin).WithTags("Administration");
        group.MapGet("/images", ListAsync)
            .Describe<ImageHostListResource>("ListImages", "Administrators: the storage pools of the hosts, with the images in them that no machine uses", 200, 403, 503);
        group.MapPost("/images", UploadAsync).WithMetadata(new DisableRequestSizeLimitAttribute())
            .Accepts<Stream>("application/octet-stream")
            .Describe<UploadedImageResource>("UploadImage", "Administrators: writes the request's body into a storage pool as an image, and checks it", 201, 400, 403, 409, 503);
        group.MapPost("/imports", ImportAsync).Reads<ImportVmBody>()
            .Describe<OperationResource>("ImportVm", "Administrators: makes a machine around an image; the operation's vmId is the new machine's", 202, 400, 403, 404, 409, 503);
    }

    private static async Task<IResult> ListAsync(Caller caller, IImages images, CancellationToken cancellationToken)
        => Answers.Ok(await images.ListAsync(caller.Actor, cancellationToken), static list => new ImageHostListResource([.. list.Select(ImageHostResource.From)]));

    private static async Task<IResult> UploadAsync(Caller caller, Guid hostId, string pool, string name, HttpContext context, IImages images, CancellationToken cancellationToken)
    {
        var request = new UploadImageRequest(hostId, pool, name, context.Request.ContentLength);
        var outcome = await images.UploadAsync(caller.Actor, request, context.Request.Body, cancellationToken);
        return outcome.IsSuccess ? TypedResults.Created((string?)null, UploadedImageResource.From(outcome.Value)) : ProblemResult.From(outcome.Failure);
    }

    private static async Task<IResult> ImportAsync(
        Caller caller,
        JsonBody<ImportVmBody> body,
        [FromHeader(Name = RequestChecks.IdempotencyKeyHeader)] string? idempotencyKey,
        IImages images,
        HttpContext context,
        CancellationToken cancellationToken)
        => Answers.Accepted(context, await images.ImportAsync(caller.Actor, body.Value.ToRequest(idempotencyKey), cancellationToken));
}

/// <summary>The hosts with their pools.</summary>
public sealed record ImageHostListResource(IReadOnlyList<ImageHostResource> Items);

/// <summary>A host with its storage pools and networks.</summary>
public sealed record ImageHostResource(Guid HostId, string HostName, IReadOnlyList<ImagePoolResource> Pools, IReadOnlyList<CloneNetworkResource> Networks)
{
    internal static ImageHostResource From(ImageHostView view) => new(
        view.HostId,
        view.HostName,
        [.. view.Pools.Select(static p => new ImagePoolResource(p.Name, p.FreeBytes, [.. p.Images.Select(static i => new ImageResource(i.Volume, i.Format, i.VirtualSize))]))],
        [.. view.Networks.Select(static n => new CloneNetworkResource(n.Name, n.IsActive))]);
}

/// <summary>A storage pool with the images in it that no machine uses.</summary>
public sealed record ImagePoolResource(string Name, long FreeBytes, IReadOnlyList<ImageResource> Images);

/// <summary>An image in a storage pool.</summary>
public sealed record ImageResource(string Volume, string Format, long VirtualSizeBytes);

/// <summary>An image that was uploaded and found fit to be imported.</summary>
public sealed record UploadedImageResource(Guid HostId, string Pool, string Volume, ImageKind Kind, long VirtualSizeBytes, long FileBytes)
{
    internal static UploadedImageResource From(UploadedImageView view) => new(view.HostId, view.Pool, view.Volume, view.Kind, view.VirtualSize, view.FileBytes);
}

/// <summary>Makes a machine around an image.</summary>
public sealed record ImportVmBody
{
    /// <summary>The host.</summary>
    public required Guid HostId { get; init; }

    /// <summary>The storage pool of the image, where the machine's disk will lie too.</summary>
    public required string Pool { get; init; }

    /// <summary>The image's name in it.</summary>
    public required string Volume { get; init; }

    /// <summary>The machine's name: a–z, 0–9 and hyphens, up to 63 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Whose it will be; without it, your own.</summary>
    public Guid? OwnerId { get; init; }

    /// <summary>Virtual processors.</summary>
    public int VCpus { get; init; } = 2;

    /// <summary>Memory in bytes.</summary>
    public long MemoryBytes { get; init; } = 2L << 30;

    /// <summary>A libvirt network of the host; without it, no network card.</summary>
    public string? Network { get; init; }

    /// <summary>The size of the empty disk beside an ISO, in bytes.</summary>
    public long DiskBytes { get; init; } = 20L << 30;

    /// <summary>Start it when it is made.</summary>
    public bool Start { get; init; }

    internal ImportVmRequest ToRequest(string? idempotencyKey) => new(HostId, Pool, Volume, Name, OwnerId)
    {
        VCpus = VCpus,
        MemoryBytes = MemoryBytes,
        Network = string.IsNullOrEmpty(Network) ? null : Network,
        DiskBytes = DiskBytes,
        Start = Start,
        IdempotencyKey = idempotencyKey,
    };
}
