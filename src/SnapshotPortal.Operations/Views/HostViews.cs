namespace SnapshotPortal.Operations.Views;

/// <summary>What a host has and is busy with, as last seen. What it does not say is <see langword="null"/>.</summary>
/// <param name="At">When it was looked at.</param>
/// <param name="Version">libvirt's and the hypervisor's.</param>
/// <param name="Processors">Its processors.</param>
/// <param name="ProcessorPercent">How busy all of them together were between the last two looks, 0 to 100.</param>
/// <param name="MemoryBytes">Its memory.</param>
/// <param name="FreeMemoryBytes">What of it nobody holds; what the host only caches counts as free.</param>
/// <param name="RunningMachines">How many machines run on it, whoever manages them.</param>
/// <param name="PromisedMemoryBytes">The memory that those may take, all together.</param>
public sealed record HostLoadView(
    DateTimeOffset At,
    string Version,
    int Processors,
    double? ProcessorPercent,
    long MemoryBytes,
    long? FreeMemoryBytes,
    int RunningMachines,
    long PromisedMemoryBytes);
