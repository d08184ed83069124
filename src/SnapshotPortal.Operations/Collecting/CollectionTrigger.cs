using SnapshotPortal.Operations.Execution;

namespace SnapshotPortal.Operations.Collecting;

/// <summary>Tells the collection planner that layers were released.</summary>
internal sealed class CollectionTrigger : Signal;
