namespace LibVirt;

/// <summary>In which unit the new size of a disk is given.</summary>
/// <remarks>C: <c>virDomainBlockResizeFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainBlockResizeFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>The size is in bytes instead of KiB. C: <c>VIR_DOMAIN_BLOCK_RESIZE_BYTES</c>.</summary>
    Bytes = 1,
}
