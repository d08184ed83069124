using SnapshotPortal.Domain.Images;

namespace SnapshotPortal.Operations.Views;

/// <summary>A host with its storage pools and networks.</summary>
public sealed record ImageHostView(Guid HostId, string HostName, IReadOnlyList<ImagePoolView> Pools, IReadOnlyList<CloneNetworkView> Networks);

/// <summary>A storage pool with the images in it that no machine uses.</summary>
public sealed record ImagePoolView(string Name, long FreeBytes, IReadOnlyList<ImageView> Images);

/// <summary>An image in a storage pool.</summary>
/// <param name="Volume">Its name in the pool.</param>
/// <param name="Format">What libvirt takes it for.</param>
/// <param name="VirtualSize">Its size as a guest would see it.</param>
public sealed record ImageView(string Volume, string Format, long VirtualSize);

/// <summary>An image that was uploaded and found fit to be imported.</summary>
public sealed record UploadedImageView(Guid HostId, string Pool, string Volume, ImageKind Kind, long VirtualSize, long FileBytes);
