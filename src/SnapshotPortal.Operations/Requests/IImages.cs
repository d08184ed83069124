using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Requests;

/// <summary>What administrators do with disk images from elsewhere. Every call authorises by itself.</summary>
public interface IImages
{
    /// <summary>Administrators: the hosts' storage pools with the images in them that no machine uses, and the hosts' networks.</summary>
    Task<Outcome<IReadOnlyList<ImageHostView>>> ListAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>Administrators: writes an image into a storage pool as it comes, and checks it. Refused and broken ones leave nothing.</summary>
    Task<Outcome<UploadedImageView>> UploadAsync(Actor actor, UploadImageRequest request, Stream content, CancellationToken cancellationToken);

    /// <summary>Administrators: makes a machine around an image in a storage pool. The operation's <see cref="OperationView.VmId"/> is the new machine's id.</summary>
    Task<Outcome<OperationView>> ImportAsync(Actor actor, ImportVmRequest request, CancellationToken cancellationToken);
}

/// <summary>Uploads an image.</summary>
/// <param name="HostId">To which host.</param>
/// <param name="Pool">Into which storage pool.</param>
/// <param name="Name">The file's name; it becomes part of the volume's name.</param>
/// <param name="Length">The file's length, where it is known beforehand.</param>
public sealed record UploadImageRequest(Guid HostId, string Pool, string Name, long? Length = null);

/// <summary>Makes a machine around an image.</summary>
/// <param name="HostId">On which host.</param>
/// <param name="Pool">The storage pool of the image, where the machine's disk will lie too.</param>
/// <param name="Volume">The image's name in it.</param>
/// <param name="Name">The machine's name; a DNS label, unique on its host.</param>
/// <param name="OwnerId">Whose it will be; <see langword="null"/> = the administrator's own.</param>
public sealed record ImportVmRequest(Guid HostId, string Pool, string Volume, string Name, Guid? OwnerId = null)
{
    /// <summary>Virtual processors.</summary>
    public int VCpus { get; init; } = 2;

    /// <summary>Memory in bytes.</summary>
    public long MemoryBytes { get; init; } = 2L << 30;

    /// <summary>One of the host's networks; <see langword="null"/> = none.</summary>
    public string? Network { get; init; }

    /// <summary>The size of the empty disk beside an ISO, in bytes.</summary>
    public long DiskBytes { get; init; } = 20L << 30;

    /// <summary>Start it when it is made.</summary>
    public bool Start { get; init; }

    /// <summary>See <see cref="TakeSnapshotRequest"/>.</summary>
    public string? IdempotencyKey { get; init; }
}
