using SnapshotPortal.Operations.Execution;

namespace SnapshotPortal.Operations.Deployments;

/// <summary>There may be something to do for a batch: one was asked for, or an operation of one is over.</summary>
internal sealed class BatchSignal : Signal;
