namespace LibVirt;

/// <summary>How to delete a volume.</summary>
/// <remarks>C: <c>virStorageVolDeleteFlags</c>, libvirt-storage.h.</remarks>
[Flags]
public enum StorageVolumeDeleteFlags : uint
{
    /// <summary>None. C: <c>VIR_STORAGE_VOL_DELETE_NORMAL</c>.</summary>
    None = 0,

    /// <summary>Zeroed. C: <c>VIR_STORAGE_VOL_DELETE_ZEROED</c>.</summary>
    Zeroed = 1,

    /// <summary>With snapshots. C: <c>VIR_STORAGE_VOL_DELETE_WITH_SNAPSHOTS</c>.</summary>
    WithSnapshots = 2,
}
