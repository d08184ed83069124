namespace LibVirt;

/// <summary>How to define a pool.</summary>
/// <remarks>C: <c>virStoragePoolDefineFlags</c>, libvirt-storage.h.</remarks>
[Flags]
public enum StoragePoolDefineFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Validate. C: <c>VIR_STORAGE_POOL_DEFINE_VALIDATE</c>.</summary>
    Validate = 1,
}
