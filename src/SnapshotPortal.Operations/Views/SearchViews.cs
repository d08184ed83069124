using SnapshotPortal.Domain.Vms;

namespace SnapshotPortal.Operations.Views;

/// <summary>What a search found.</summary>
/// <param name="Vms">Machines.</param>
/// <param name="Snapshots">Snapshots, newest first among equals.</param>
/// <param name="Templates">Templates that can be used.</param>
/// <param name="Classes">Classes.</param>
public sealed record SearchView(IReadOnlyList<FoundVmView> Vms, IReadOnlyList<FoundSnapshotView> Snapshots, IReadOnlyList<FoundThingView> Templates, IReadOnlyList<FoundThingView> Classes)
{
    /// <summary>Nothing was found.</summary>
    public static SearchView Nothing { get; } = new([], [], [], []);
}

/// <summary>A machine that was found.</summary>
public sealed record FoundVmView(Guid Id, string Name, PowerState Power);

/// <summary>A snapshot that was found, with its machine.</summary>
public sealed record FoundSnapshotView(Guid Id, string Name, Guid VmId, string VmName, DateTimeOffset At);

/// <summary>Something that was found by its name.</summary>
public sealed record FoundThingView(Guid Id, string Name);
