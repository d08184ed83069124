namespace LibVirt;

/// <summary>How to delete the target of a pool.</summary>
/// <remarks>C: <c>virStoragePoolDeleteFlags</c>, libvirt-storage.h.</remarks>
[Flags]
public enum StoragePoolDeleteFlags : uint
{
    /// <summary>None. C: <c>VIR_STORAGE_POOL_DELETE_NORMAL</c>.</summary>
    None = 0,

    /// <summary>Zeroed. C: <c>VIR_STORAGE_POOL_DELETE_ZEROED</c>.</summary>
    Zeroed = 1,
}
