namespace LibVirt;

/// <summary>With which pattern to overwrite a volume.</summary>
/// <remarks>C: <c>virStorageVolWipeAlgorithm</c>, libvirt-storage.h.</remarks>
public enum StorageVolumeWipeAlgorithm
{
    /// <summary>Zero. C: <c>VIR_STORAGE_VOL_WIPE_ALG_ZERO</c>.</summary>
    Zero = 0,

    /// <summary>Nnsa. C: <c>VIR_STORAGE_VOL_WIPE_ALG_NNSA</c>.</summary>
    Nnsa = 1,

    /// <summary>Dod. C: <c>VIR_STORAGE_VOL_WIPE_ALG_DOD</c>.</summary>
    Dod = 2,

    /// <summary>Bsi. C: <c>VIR_STORAGE_VOL_WIPE_ALG_BSI</c>.</summary>
    Bsi = 3,

    /// <summary>Gutmann. C: <c>VIR_STORAGE_VOL_WIPE_ALG_GUTMANN</c>.</summary>
    Gutmann = 4,

    /// <summary>Schneier. C: <c>VIR_STORAGE_VOL_WIPE_ALG_SCHNEIER</c>.</summary>
    Schneier = 5,

    /// <summary>Pfitzner7. C: <c>VIR_STORAGE_VOL_WIPE_ALG_PFITZNER7</c>.</summary>
    Pfitzner7 = 6,

    /// <summary>Pfitzner33. C: <c>VIR_STORAGE_VOL_WIPE_ALG_PFITZNER33</c>.</summary>
    Pfitzner33 = 7,

    /// <summary>Random. C: <c>VIR_STORAGE_VOL_WIPE_ALG_RANDOM</c>.</summary>
    Random = 8,

    /// <summary>Trim. C: <c>VIR_STORAGE_VOL_WIPE_ALG_TRIM</c>.</summary>
    Trim = 9,
}
