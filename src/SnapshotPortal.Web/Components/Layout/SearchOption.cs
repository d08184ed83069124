using SnapshotPortal.Web.Components.Controls;

namespace SnapshotPortal.Web.Components.Layout;

/// <summary>Something that the search offers.</summary>
/// <param name="Key">Unlike every other one's.</param>
/// <param name="Group">Under which heading.</param>
/// <param name="Drawing">Its picture.</param>
/// <param name="Name">What it is called.</param>
internal sealed record SearchOption(string Key, string Group, Drawing Drawing, string Name)
{
    /// <summary>What tells it from others of the same name.</summary>
    public string? Detail { get; init; }

    /// <summary>Where it leads, if it leads anywhere.</summary>
    public string? Address { get; init; }

    /// <summary>What it does, if it does anything.</summary>
    public Func<Task>? DoAsync { get; init; }
}
