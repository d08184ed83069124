using SnapshotPortal.Operations.Execution;

namespace SnapshotPortal.Operations.Exporting;

/// <summary>Tells the removal of exports that there is something to do.</summary>
internal sealed class ExportSignal : Signal;
