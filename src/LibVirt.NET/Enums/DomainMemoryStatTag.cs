namespace LibVirt;

/// <summary>The meaning of one memory statistic; kibibytes unless the name says otherwise.</summary>
/// <remarks>C: <c>virDomainMemoryStatTags</c>, libvirt-domain.h.</remarks>
public enum DomainMemoryStatTag
{
    /// <summary>Swap in. C: <c>VIR_DOMAIN_MEMORY_STAT_SWAP_IN</c>.</summary>
    SwapIn = 0,

    /// <summary>Swap out. C: <c>VIR_DOMAIN_MEMORY_STAT_SWAP_OUT</c>.</summary>
    SwapOut = 1,

    /// <summary>Major fault. C: <c>VIR_DOMAIN_MEMORY_STAT_MAJOR_FAULT</c>.</summary>
    MajorFault = 2,

    /// <summary>Minor fault. C: <c>VIR_DOMAIN_MEMORY_STAT_MINOR_FAULT</c>.</summary>
    MinorFault = 3,

    /// <summary>Unused. C: <c>VIR_DOMAIN_MEMORY_STAT_UNUSED</c>.</summary>
    Unused = 4,

    /// <summary>Available. C: <c>VIR_DOMAIN_MEMORY_STAT_AVAILABLE</c>.</summary>
    Available = 5,

    /// <summary>Actual balloon. C: <c>VIR_DOMAIN_MEMORY_STAT_ACTUAL_BALLOON</c>.</summary>
    ActualBalloon = 6,

    /// <summary>Rss. C: <c>VIR_DOMAIN_MEMORY_STAT_RSS</c>.</summary>
    Rss = 7,

    /// <summary>Usable. C: <c>VIR_DOMAIN_MEMORY_STAT_USABLE</c>.</summary>
    Usable = 8,

    /// <summary>Last update. C: <c>VIR_DOMAIN_MEMORY_STAT_LAST_UPDATE</c>.</summary>
    LastUpdate = 9,

    /// <summary>Disk caches. C: <c>VIR_DOMAIN_MEMORY_STAT_DISK_CACHES</c>.</summary>
    DiskCaches = 10,

    /// <summary>Hugetlb pgalloc. C: <c>VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGALLOC</c>.</summary>
    HugetlbPgalloc = 11,

    /// <summary>Hugetlb pgfail. C: <c>VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGFAIL</c>.</summary>
    HugetlbPgfail = 12,

    /// <summary>Nr. C: <c>VIR_DOMAIN_MEMORY_STAT_NR</c>.</summary>
    Nr = 13,
}
