using SnapshotPortal.Domain.Layers;

namespace SnapshotPortal.Operations.Engine;

/// <summary>What the host shows of a machine's disks and of the files behind them.</summary>
/// <param name="Disks">Its disks.</param>
/// <param name="Files">The files that were asked for.</param>
/// <param name="ForeignSnapshots">Names of snapshots that libvirt itself keeps of the machine; none of them is the portal's.</param>
/// <param name="Record">The portal's record in the machine's definition; <see langword="null"/> = none.</param>
public sealed record MachineTruth(IReadOnlyList<DiskSeen> Disks, IReadOnlyList<FileSeen> Files, IReadOnlyList<string> ForeignSnapshots, string? Record);

/// <summary>Everything on a host that the portal could have to do with.</summary>
/// <param name="HypervisorVersion">For example <c>libvirt 9.0.0, QEMU 7.2.0</c>.</param>
/// <param name="Pools">Its storage pools.</param>
/// <param name="Volumes">The image files in its pools of files.</param>
/// <param name="Machines">Its machines.</param>
public sealed record HostSurvey(string HypervisorVersion, IReadOnlyList<PoolSeen> Pools, IReadOnlyList<VolumeSeen> Volumes, IReadOnlyList<MachineSeen> Machines);

/// <summary>A storage pool.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">libvirt's type, for example <c>dir</c>.</param>
/// <param name="IsActive">It runs.</param>
/// <param name="Capacity">Its size in bytes.</param>
/// <param name="Free">Its free bytes.</param>
/// <param name="WhyNoSnapshots">Why it holds no snapshots; <see langword="null"/> = it does.</param>
/// <param name="HasRoom">There is room for another snapshot.</param>
public sealed record PoolSeen(string Name, string Type, bool IsActive, long Capacity, long Free, string? WhyNoSnapshots, bool HasRoom);

/// <summary>An image file in a pool.</summary>
/// <param name="Pool">The pool's name.</param>
/// <param name="Name">Its name in the pool.</param>
/// <param name="Path">Its path.</param>
/// <param name="Format">For example <c>qcow2</c>.</param>
/// <param name="VirtualSize">Its size as a guest sees it, in bytes.</param>
/// <param name="Allocation">The bytes it occupies.</param>
/// <param name="BackingPath">The file that its header names as the one behind it.</param>
/// <param name="LayerId">The layer whose overlay it was made as, which its name tells; <see langword="null"/> = the portal did not make it.</param>
public sealed record VolumeSeen(string Pool, string Name, string Path, string Format, long VirtualSize, long Allocation, string? BackingPath, Guid? LayerId)
{
    /// <summary>The snapshot whose memory it was made for, which its name tells.</summary>
    public Guid? MemoryOf { get; init; }
}

/// <summary>A machine on a host.</summary>
/// <param name="Vm">Its state.</param>
/// <param name="Disks">Its disks.</param>
/// <param name="Record">The portal's record in its definition; <see langword="null"/> = none.</param>
/// <param name="ForeignSnapshots">Names of snapshots that libvirt itself keeps of it.</param>
public sealed record MachineSeen(VmObservation Vm, IReadOnlyList<DiskSeen> Disks, string? Record, IReadOnlyList<string> ForeignSnapshots);
