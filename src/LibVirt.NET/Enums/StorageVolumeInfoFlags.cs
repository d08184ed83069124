namespace LibVirt;

/// <summary>What the allocation of a volume means.</summary>
/// <remarks>C: <c>virStorageVolInfoFlags</c>, libvirt-storage.h.</remarks>
[Flags]
public enum StorageVolumeInfoFlags : uint
{
    /// <summary>None. C: <c>VIR_STORAGE_VOL_USE_ALLOCATION</c>.</summary>
    None = 0,

    /// <summary>Get physical. C: <c>VIR_STORAGE_VOL_GET_PHYSICAL</c>.</summary>
    GetPhysical = 1,
}
