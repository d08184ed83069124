namespace LibVirt;

/// <summary>Groups of domain statistics; none means all the hypervisor knows.</summary>
/// <remarks>C: <c>virDomainStatsTypes</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainStatsTypes : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>State. C: <c>VIR_DOMAIN_STATS_STATE</c>.</summary>
    State = 1,

    /// <summary>Cpu total. C: <c>VIR_DOMAIN_STATS_CPU_TOTAL</c>.</summary>
    CpuTotal = 2,

    /// <summary>Balloon. C: <c>VIR_DOMAIN_STATS_BALLOON</c>.</summary>
    Balloon = 4,

    /// <summary>Vcpu. C: <c>VIR_DOMAIN_STATS_VCPU</c>.</summary>
    Vcpu = 8,

    /// <summary>Interface. C: <c>VIR_DOMAIN_STATS_INTERFACE</c>.</summary>
    Interface = 0x10,

    /// <summary>Block. C: <c>VIR_DOMAIN_STATS_BLOCK</c>.</summary>
    Block = 0x20,

    /// <summary>Perf. C: <c>VIR_DOMAIN_STATS_PERF</c>.</summary>
    Perf = 0x40,

    /// <summary>Io thread. C: <c>VIR_DOMAIN_STATS_IOTHREAD</c>.</summary>
    IoThread = 0x80,

    /// <summary>Memory. C: <c>VIR_DOMAIN_STATS_MEMORY</c>.</summary>
    Memory = 0x100,

    /// <summary>Dirty rate. C: <c>VIR_DOMAIN_STATS_DIRTYRATE</c>.</summary>
    DirtyRate = 0x200,

    /// <summary>Vm. C: <c>VIR_DOMAIN_STATS_VM</c>.</summary>
    Vm = 0x400,
}
