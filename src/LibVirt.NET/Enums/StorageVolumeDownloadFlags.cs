namespace LibVirt;

/// <summary>How to download from a volume.</summary>
/// <remarks>C: <c>virStorageVolDownloadFlags</c>, libvirt-storage.h.</remarks>
[Flags]
public enum StorageVolumeDownloadFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Sparse stream. C: <c>VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM</c>.</summary>
    SparseStream = 1,
}
