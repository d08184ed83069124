namespace LibVirt;

/// <summary>The state a storage pool is in.</summary>
/// <remarks>C: <c>virStoragePoolState</c>, libvirt-storage.h.</remarks>
public enum StoragePoolState
{
    /// <summary>Inactive. C: <c>VIR_STORAGE_POOL_INACTIVE</c>.</summary>
    Inactive = 0,

    /// <summary>Building. C: <c>VIR_STORAGE_POOL_BUILDING</c>.</summary>
    Building = 1,

    /// <summary>Running. C: <c>VIR_STORAGE_POOL_RUNNING</c>.</summary>
    Running = 2,

    /// <summary>Degraded. C: <c>VIR_STORAGE_POOL_DEGRADED</c>.</summary>
    Degraded = 3,

    /// <summary>Inaccessible. C: <c>VIR_STORAGE_POOL_INACCESSIBLE</c>.</summary>
    Inaccessible = 4,
}
