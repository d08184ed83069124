namespace SnapshotPortal.Operations.Engine;

/// <summary>What a machine can boot from.</summary>
public enum BootDeviceKind
{
    Disk,
    CdRom,
    Floppy,
    Network,
}

/// <summary>A device that a machine boots from, or could.</summary>
/// <param name="Id">Which: a disk's or drive's target such as <c>vda</c>, a network card's MAC address.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Place">When its turn is, from 1 on; <see langword="null"/> = it is not booted from.</param>
public sealed record BootDevice(string Id, BootDeviceKind Kind, int? Place);

/// <summary>How a machine boots the next time.</summary>
/// <param name="StartsWithHost">It starts when its host does.</param>
/// <param name="Devices">What it boots from in their order, then what else it could boot from.</param>
/// <param name="HasOwnKernel">It is given a kernel by its host, so that it boots from none of them.</param>
public sealed record BootSettings(bool StartsWithHost, IReadOnlyList<BootDevice> Devices, bool HasOwnKernel);

/// <summary>Changes what the host keeps of a machine. What is <see langword="null"/> stays.</summary>
/// <param name="Host">Where it is.</param>
/// <param name="VmId">The machine.</param>
/// <param name="Name">Its new name; it must be off.</param>
/// <param name="StartsWithHost">It shall start when its host does, or not.</param>
/// <param name="BootOrder">The ids of the devices that it shall boot from, in their order; from the next start on.</param>
public sealed record ConfigureOrder(HostRef Host, Guid VmId, string? Name, bool? StartsWithHost, IReadOnlyList<string>? BootOrder);
