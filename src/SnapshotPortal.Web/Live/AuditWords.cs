using System.Globalization;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Live;

/// <summary>The audit log in words.</summary>
internal static class AuditWords
{
    /// <summary>The groups of acts that can be chosen.</summary>
    public static IReadOnlyList<(string Prefix, string Name)> Groups =>
    [
        ("account.", AuditTexts.GroupAccounts),
        ("token.", AuditTexts.GroupTokens),
        ("vm.", AuditTexts.GroupMachines),
        ("snapshot.", CommonTexts.Snapshots),
        ("schedule.", AuditTexts.GroupSchedules),
        ("console.", AuditTexts.GroupConsoles),
        ("export.", AuditTexts.GroupExports),
        ("image.", AuditTexts.GroupImages),
        ("operation.", AuditTexts.GroupOperations),
        ("class.", CommonTexts.Classes),
        ("deployment.", AuditTexts.GroupDeployments),
        ("batch.", AuditTexts.GroupBatches),
        ("template.", CommonTexts.Templates),
        ("quota.", AuditTexts.GroupQuotas),
        ("audit.", AuditTexts.GroupAudit),
    ];

    /// <summary>An act, for example “Snapshot take, ended”. One that has no words yet is said by its code.</summary>
    public static string Act(string act)
    {
        var ended = act.EndsWith(AuditActs.Ended, StringComparison.Ordinal);
        var code = ended ? act[..^AuditActs.Ended.Length] : act;
        if (code.Length == 0)
        {
            return act;
        }

        var name = ActTexts.ResourceManager.GetString(code, CultureInfo.CurrentUICulture) ?? Spelled(code);
        return ended ? AuditTexts.FormatWordEnded(name) : name;
    }

    public static string Outcome(AuditOutcome outcome) => outcome switch
    {
        AuditOutcome.Done => AuditTexts.OutcomeDone,
        AuditOutcome.Refused => AuditTexts.OutcomeRefused,
        AuditOutcome.Failed => CommonTexts.Failed,
        _ => AuditTexts.OutcomeCancelled,
    };

    public static string Channel(AuditChannel channel) => channel switch
    {
        AuditChannel.Page => AuditTexts.ChannelPage,
        AuditChannel.Api => AuditTexts.ChannelToken,
        AuditChannel.Command => AuditTexts.ChannelCommand,
        _ => AuditTexts.ChannelPortal,
    };

    private static string Spelled(string code)
    {
        var name = code.Replace('.', ' ').Replace('-', ' ');
        return $"{char.ToUpperInvariant(name[0])}{name[1..]}";
    }
}
