namespace LibVirt;

/// <summary>The state and size of a storage pool (virStoragePoolGetInfo, libvirt-storage.h).</summary>
/// <param name="State">The state.</param>
/// <param name="Capacity">The size in bytes.</param>
/// <param name="Allocation">The bytes in use.</param>
/// <param name="Available">The bytes free.</param>
public readonly record struct StoragePoolInfo(StoragePoolState State, ulong Capacity, ulong Allocation, ulong Available);

/// <summary>The size of a volume (virStorageVolGetInfoFlags, libvirt-storage.h).</summary>
/// <param name="Type">What it is on its host.</param>
/// <param name="Capacity">The size a guest sees, in bytes.</param>
/// <param name="Allocation">The bytes the host has given it, or its physical size if asked so.</param>
public readonly record struct StorageVolumeInfo(StorageVolumeType Type, ulong Capacity, ulong Allocation);
