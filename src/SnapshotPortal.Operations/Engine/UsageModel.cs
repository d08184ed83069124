namespace SnapshotPortal.Operations.Engine;

/// <summary>
/// What a running machine's counters say at one moment. They count from its start on; what the host does not count is
/// <see langword="null"/>. None of it is checked: a guest can tell anything of its memory.
/// </summary>
/// <param name="VmId">The machine.</param>
/// <param name="VCpus">Its processors.</param>
/// <param name="CpuNanoseconds">Processor time that it has used.</param>
/// <param name="Memory">Its memory.</param>
/// <param name="Disks">All its disks together.</param>
/// <param name="Network">All its network cards together; those behind the host's own address are not counted.</param>
public sealed record VmCounters(Guid VmId, int VCpus, ulong? CpuNanoseconds, MemoryReading? Memory, DiskCounters? Disks, NetworkCounters? Network);

/// <summary>A machine's memory at one moment, in bytes.</summary>
/// <param name="Allotted">What the machine has.</param>
/// <param name="Resident">What it holds of the host's memory.</param>
/// <param name="Available">What the guest says it has.</param>
/// <param name="Usable">What the guest says it could still use.</param>
/// <param name="ToldAt">When the guest said so; changes with every time it does.</param>
public sealed record MemoryReading(ulong Allotted, ulong? Resident, ulong? Available, ulong? Usable, ulong? ToldAt);

/// <summary>What went through disks since the machine's start.</summary>
public sealed record DiskCounters(ulong ReadBytes, ulong WrittenBytes, ulong Reads, ulong Writes);

/// <summary>What went through network cards since the machine's start.</summary>
public sealed record NetworkCounters(ulong ReceivedBytes, ulong SentBytes);
