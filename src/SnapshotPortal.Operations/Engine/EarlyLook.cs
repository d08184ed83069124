namespace SnapshotPortal.Operations.Engine;

/// <summary>
/// What an engine saw of a machine while a request was checked, for the operation to use if it begins at once. Only the engine
/// that made it knows what is in it, and whether it still holds; it lives in memory and is never needed.
/// </summary>
public abstract class EarlyLook;
