namespace LibVirt;

/// <summary>How to upload into a volume.</summary>
/// <remarks>C: <c>virStorageVolUploadFlags</c>, libvirt-storage.h.</remarks>
[Flags]
public enum StorageVolumeUploadFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Sparse stream. C: <c>VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM</c>.</summary>
    SparseStream = 1,
}
