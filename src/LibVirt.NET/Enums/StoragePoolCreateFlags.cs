namespace LibVirt;

/// <summary>How to start a pool.</summary>
/// <remarks>C: <c>virStoragePoolCreateFlags</c>, libvirt-storage.h.</remarks>
[Flags]
public enum StoragePoolCreateFlags : uint
{
    /// <summary>None. C: <c>VIR_STORAGE_POOL_CREATE_NORMAL</c>.</summary>
    None = 0,

    /// <summary>With build. C: <c>VIR_STORAGE_POOL_CREATE_WITH_BUILD</c>.</summary>
    WithBuild = 1,

    /// <summary>With build overwrite. C: <c>VIR_STORAGE_POOL_CREATE_WITH_BUILD_OVERWRITE</c>.</summary>
    WithBuildOverwrite = 2,

    /// <summary>With build no overwrite. C: <c>VIR_STORAGE_POOL_CREATE_WITH_BUILD_NO_OVERWRITE</c>.</summary>
    WithBuildNoOverwrite = 4,
}
