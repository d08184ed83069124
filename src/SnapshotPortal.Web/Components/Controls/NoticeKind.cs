namespace SnapshotPortal.Web.Components.Controls;

/// <summary>How urgent a notice is.</summary>
public enum NoticeKind
{
    Info,
    Warning,
    Error,
}
