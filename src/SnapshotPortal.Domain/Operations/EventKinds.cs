namespace SnapshotPortal.Domain.Operations;

/// <summary>The kinds of events beside those of operations, which have the name of their <see cref="OperationKind"/>.</summary>
public static class EventKinds
{
    /// <summary>A machine, its power or its schedule.</summary>
    public const string VmChanged = "VmChanged";

    /// <summary>A machine is gone from the portal.</summary>
    public const string VmRemoved = "VmRemoved";

    /// <summary>What a person may change of a snapshot.</summary>
    public const string SnapshotChanged = "SnapshotChanged";

    /// <summary>Somebody came to a console or left it.</summary>
    public const string ConsoleChanged = "ConsoleChanged";

    /// <summary>A host came or went.</summary>
    public const string HostChanged = "HostChanged";

    /// <summary>An export is being removed, or is gone.</summary>
    public const string ExportChanged = "ExportChanged";

    /// <summary>A class, its members, its schedule, its deployments, or what is done to them.</summary>
    public const string ClassChanged = "ClassChanged";

    /// <summary>Somebody dismissed a failed operation.</summary>
    public const string AttentionChanged = "AttentionChanged";
}
