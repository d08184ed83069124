using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Operations.Auditing;

namespace SnapshotPortal.Web.Live;

/// <summary>The audit log in words.</summary>
internal static class AuditWords
{
    /// <summary>The groups of acts that can be chosen.</summary>
    public static IReadOnlyList<(string Prefix, string Name)> Groups { get; } =
    [
        ("account.", "Accounts and sign-ins"),
        ("token.", "Access tokens"),
        ("vm.", "Machines"),
        ("snapshot.", "Snapshots"),
        ("schedule.", "Schedules"),
        ("console.", "Consoles"),
        ("export.", "Exports"),
        ("image.", "Images"),
        ("operation.", "Operations called off"),
        ("class.", "Classes"),
        ("deployment.", "Deployments"),
        ("template.", "Templates"),
        ("quota.", "Quotas"),
        ("audit.", "The audit log"),
    ];

    /// <summary>An act, for example “Snapshot take, ended”.</summary>
    public static string Act(string act)
    {
        var ended = act.EndsWith(AuditActs.Ended, StringComparison.Ordinal);
        var name = (ended ? act[..^AuditActs.Ended.Length] : act).Replace('.', ' ').Replace('-', ' ');
        return name.Length == 0 ? act : $"{char.ToUpperInvariant(name[0])}{name[1..]}{(ended ? ", ended" : "")}";
    }

    public static string Outcome(AuditOutcome outcome) => outcome switch
    {
        AuditOutcome.Done => "Done",
        AuditOutcome.Refused => "Refused",
        AuditOutcome.Failed => "Failed",
        _ => "Cancelled",
    };

    public static string Channel(AuditChannel channel) => channel switch
    {
        AuditChannel.Page => "Browser",
        AuditChannel.Api => "Access token",
        AuditChannel.Command => "Command",
        _ => "Portal",
    };
}
