namespace SnapshotPortal.Engine.Libvirt;

/// <summary>The <c>Engine</c> section of the configuration.</summary>
public sealed class EngineOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Engine";

    /// <summary>
    /// The thaw guard's program; empty = <c>SnapshotPortal.ThawGuard</c> in the folder <c>thawguard</c> beside the portal's own program.
    /// </summary>
    public string ThawGuardPath { get; set; } = "";

    /// <summary>How long a guest agent may take for one answer. 1 s to 1 min.</summary>
    public TimeSpan AgentTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary><see cref="AgentTimeout"/> as libvirt counts it: whole seconds, 1 to 60.</summary>
    internal int AgentTimeoutSeconds => (int)Math.Clamp(AgentTimeout.TotalSeconds, 1, 60);

    /// <summary>Bytes that must stay free in a pool after a snapshot, restore or clone has made its files.</summary>
    public long ReservedBytes { get; set; } = 64L * 1024 * 1024;
}
