namespace LibVirt;

/// <summary>What a volume is on its host.</summary>
/// <remarks>C: <c>virStorageVolType</c>, libvirt-storage.h.</remarks>
public enum StorageVolumeType
{
    /// <summary>File. C: <c>VIR_STORAGE_VOL_FILE</c>.</summary>
    File = 0,

    /// <summary>Block. C: <c>VIR_STORAGE_VOL_BLOCK</c>.</summary>
    Block = 1,

    /// <summary>Dir. C: <c>VIR_STORAGE_VOL_DIR</c>.</summary>
    Dir = 2,

    /// <summary>Network. C: <c>VIR_STORAGE_VOL_NETWORK</c>.</summary>
    Network = 3,

    /// <summary>Netdir. C: <c>VIR_STORAGE_VOL_NETDIR</c>.</summary>
    Netdir = 4,

    /// <summary>Ploop. C: <c>VIR_STORAGE_VOL_PLOOP</c>.</summary>
    Ploop = 5,
}
