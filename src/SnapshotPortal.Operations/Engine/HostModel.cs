namespace SnapshotPortal.Operations.Engine;

/// <summary>What a host has and is busy with at one moment. What it does not say is <see langword="null"/>.</summary>
/// <param name="Version">libvirt's and the hypervisor's, for example <c>libvirt 9.0.0, QEMU 7.2.0</c>.</param>
/// <param name="Processors">Its processors.</param>
/// <param name="MemoryBytes">Its memory.</param>
/// <param name="FreeMemoryBytes">What of it nobody holds; what the host only caches counts as free.</param>
/// <param name="Time">What its processors have done since it booted.</param>
/// <param name="RunningMachines">How many machines run on it, whoever manages them.</param>
/// <param name="PromisedMemoryBytes">The memory that those may take, all together.</param>
public sealed record HostReading(
    string Version,
    int Processors,
    long MemoryBytes,
    long? FreeMemoryBytes,
    ProcessorTime? Time,
    int RunningMachines,
    long PromisedMemoryBytes);

/// <summary>The time of all processors of a host together, since it booted.</summary>
/// <param name="Busy">Nanoseconds in which they worked.</param>
/// <param name="Idle">Nanoseconds in which they had nothing to do, or waited for disks.</param>
public sealed record ProcessorTime(ulong Busy, ulong Idle);
