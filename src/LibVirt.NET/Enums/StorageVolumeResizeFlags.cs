namespace LibVirt;

/// <summary>How to resize a volume.</summary>
/// <remarks>C: <c>virStorageVolResizeFlags</c>, libvirt-storage.h.</remarks>
[Flags]
public enum StorageVolumeResizeFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Allocate. C: <c>VIR_STORAGE_VOL_RESIZE_ALLOCATE</c>.</summary>
    Allocate = 1,

    /// <summary>Delta. C: <c>VIR_STORAGE_VOL_RESIZE_DELTA</c>.</summary>
    Delta = 2,

    /// <summary>Shrink. C: <c>VIR_STORAGE_VOL_RESIZE_SHRINK</c>.</summary>
    Shrink = 4,
}
