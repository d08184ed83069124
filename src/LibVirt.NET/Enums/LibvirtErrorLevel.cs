namespace LibVirt;

/// <summary>How serious a report of libvirt is.</summary>
/// <remarks>C: <c>virErrorLevel</c>, virterror.h.</remarks>
public enum LibvirtErrorLevel
{
    /// <summary>None. C: <c>VIR_ERR_NONE</c>.</summary>
    None = 0,

    /// <summary>Warning. C: <c>VIR_ERR_WARNING</c>.</summary>
    Warning = 1,

    /// <summary>Error. C: <c>VIR_ERR_ERROR</c>.</summary>
    Error = 2,
}
