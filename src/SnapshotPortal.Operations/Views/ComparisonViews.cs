using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Operations.Views;

/// <summary>What lies between two states of machines.</summary>
/// <param name="Before">The older one.</param>
/// <param name="After">The newer one.</param>
/// <param name="WrittenBytes">What was written to the disks from the one to the other; <see langword="null"/> where neither descends from the other.</param>
/// <param name="Differences">In what their configurations differ.</param>
public sealed record ComparisonView(ComparedStateView Before, ComparedStateView After, long? WrittenBytes, IReadOnlyList<ConfigurationDifference> Differences);

/// <summary>A state that is compared.</summary>
/// <param name="SnapshotId">The snapshot; <see langword="null"/> = the machine as it is now.</param>
/// <param name="Name">The snapshot's name.</param>
/// <param name="VmId">The machine.</param>
/// <param name="VmName">The machine's name.</param>
/// <param name="At">The instant that it shows.</param>
public sealed record ComparedStateView(Guid? SnapshotId, string? Name, Guid VmId, string VmName, DateTimeOffset At);
