using SnapshotPortal.Operations.Execution;

namespace SnapshotPortal.Operations.Usage;

/// <summary>Somebody has begun to look at how busy a machine is.</summary>
internal sealed class UsageSignal : Signal;
