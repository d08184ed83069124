namespace LibVirt;

/// <summary>Which description of a pool is wanted.</summary>
/// <remarks>C: <c>virStorageXMLFlags</c>, libvirt-storage.h.</remarks>
[Flags]
public enum StorageXmlFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Inactive. C: <c>VIR_STORAGE_XML_INACTIVE</c>.</summary>
    Inactive = 1,
}
