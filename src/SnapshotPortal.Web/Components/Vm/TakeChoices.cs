using SnapshotPortal.Web.Components.Controls;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>What a person chose for the next snapshot, beside its name.</summary>
public sealed class TakeChoices
{
    public string Description { get; set; } = "";

    public bool WithMemory { get; set; }

    /// <summary>When it gives up; nothing typed = the machine's or the portal's default.</summary>
    public DeadlineInput Deadline { get; } = new();
}
