namespace LibVirt;

/// <summary>How to create a volume.</summary>
/// <remarks>C: <c>virStorageVolCreateFlags</c>, libvirt-storage.h.</remarks>
[Flags]
public enum StorageVolumeCreateFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Prealloc metadata. C: <c>VIR_STORAGE_VOL_CREATE_PREALLOC_METADATA</c>.</summary>
    PreallocMetadata = 1,

    /// <summary>Reflink. C: <c>VIR_STORAGE_VOL_CREATE_REFLINK</c>.</summary>
    Reflink = 2,

    /// <summary>Validate. C: <c>VIR_STORAGE_VOL_CREATE_VALIDATE</c>.</summary>
    Validate = 4,
}
