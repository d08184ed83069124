namespace LibVirt;

/// <summary>How to build the target of a pool.</summary>
/// <remarks>C: <c>virStoragePoolBuildFlags</c>, libvirt-storage.h.</remarks>
[Flags]
public enum StoragePoolBuildFlags : uint
{
    /// <summary>None. C: <c>VIR_STORAGE_POOL_BUILD_NEW</c>.</summary>
    None = 0,

    /// <summary>Repair. C: <c>VIR_STORAGE_POOL_BUILD_REPAIR</c>.</summary>
    Repair = 1,

    /// <summary>Resize. C: <c>VIR_STORAGE_POOL_BUILD_RESIZE</c>.</summary>
    Resize = 2,

    /// <summary>No overwrite. C: <c>VIR_STORAGE_POOL_BUILD_NO_OVERWRITE</c>.</summary>
    NoOverwrite = 4,

    /// <summary>Overwrite. C: <c>VIR_STORAGE_POOL_BUILD_OVERWRITE</c>.</summary>
    Overwrite = 8,
}
