namespace LibVirt;

/// <summary>The hardware of a host (virNodeGetInfo, libvirt-host.h).</summary>
/// <param name="Model">The CPU model or architecture.</param>
/// <param name="MemoryKiB">The memory in KiB.</param>
/// <param name="Cpus">How many CPUs are active.</param>
/// <param name="Mhz">The expected CPU frequency in MHz; 0 if unknown.</param>
/// <param name="NumaNodes">How many NUMA cells there are; 1 if the topology is unusual.</param>
/// <param name="Sockets">CPU sockets in each cell.</param>
/// <param name="Cores">Cores in each socket.</param>
/// <param name="Threads">Threads in each core.</param>
public readonly record struct NodeInfo(string Model, ulong MemoryKiB, int Cpus, int Mhz, int NumaNodes, int Sockets, int Cores, int Threads);
