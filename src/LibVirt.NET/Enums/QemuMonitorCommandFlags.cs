namespace LibVirt;

/// <summary>The language of a monitor command.</summary>
/// <remarks>C: <c>virDomainQemuMonitorCommandFlags</c>, libvirt-qemu.h.</remarks>
[Flags]
public enum QemuMonitorCommandFlags : uint
{
    /// <summary>JSON, as QMP has it. C: <c>VIR_DOMAIN_QEMU_MONITOR_COMMAND_DEFAULT</c>.</summary>
    None = 0,

    /// <summary>The monitor for people. C: <c>VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP</c>.</summary>
    Human = 1,
}
