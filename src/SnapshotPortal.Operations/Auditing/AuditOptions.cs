namespace SnapshotPortal.Operations.Auditing;

/// <summary>The <c>Audit</c> section of the configuration.</summary>
public sealed class AuditOptions
{
    public const string Section = "Audit";

    /// <summary>
    /// A file that the portal adds the newest line's number and hash to every hour; best where the portal may add and not change.
    /// <see langword="null"/> = the portal's log only.
    /// </summary>
    public string? AnchorFile { get; set; }
}
