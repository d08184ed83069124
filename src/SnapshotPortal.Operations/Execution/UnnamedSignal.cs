namespace SnapshotPortal.Operations.Execution;

/// <summary>A signal that one owner keeps to itself; one that is asked for by its type has a type of its own.</summary>
internal sealed class UnnamedSignal : Signal;
