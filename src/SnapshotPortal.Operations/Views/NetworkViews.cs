using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Operations.Views;

/// <summary>A machine's network cards and, while it runs, the addresses that others reach it at.</summary>
/// <param name="At">When that was so.</param>
/// <param name="Source">Who told the addresses.</param>
/// <param name="Cards">In the order of the machine's definition.</param>
public sealed record VmNetworkView(DateTimeOffset At, AddressSource Source, IReadOnlyList<NetworkCard> Cards);
