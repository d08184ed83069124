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

        var name = AccountAct(code) ?? MachineAct(code) ?? OperationAct(code) ?? TeachingAct(code) ?? Spelled(code);
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

    private static string? AccountAct(string act) => act switch
    {
        AuditActs.SignedIn => AuditTexts.ActSignedIn,
        AuditActs.SignedInByRecoveryCode => AuditTexts.ActSignedInByRecoveryCode,
        AuditActs.SignedInByPasskey => AuditTexts.ActSignedInByPasskey,
        AuditActs.Connected => AuditTexts.ActConnected,
        AuditActs.PasskeyAdded => AuditTexts.ActPasskeyAdded,
        AuditActs.PasskeyRemoved => AuditTexts.ActPasskeyRemoved,
        AuditActs.SignInFailed => AuditTexts.ActSignInFailed,
        AuditActs.SignedOut => AuditTexts.ActSignedOut,
        AuditActs.LockedOut => AuditTexts.ActLockedOut,
        AuditActs.PasswordChanged => AuditTexts.ActPasswordChanged,
        AuditActs.PasswordReset => AuditTexts.ActPasswordReset,
        AuditActs.SignedOutElsewhere => AuditTexts.ActSignedOutElsewhere,
        AuditActs.SecondFactorOn => AuditTexts.ActSecondFactorOn,
        AuditActs.SecondFactorOff => AuditTexts.ActSecondFactorOff,
        AuditActs.SecondFactorReset => AuditTexts.ActSecondFactorReset,
        AuditActs.RecoveryCodesRenewed => AuditTexts.ActRecoveryCodesRenewed,
        AuditActs.AccountMade => AuditTexts.ActAccountMade,
        AuditActs.AccountInvited => AuditTexts.ActAccountInvited,
        AuditActs.AccountRenamed => AuditTexts.ActAccountRenamed,
        AuditActs.AccountDisabled => AuditTexts.ActAccountDisabled,
        AuditActs.AccountDeleted => AuditTexts.ActAccountDeleted,
        AuditActs.AccountEnabled => AuditTexts.ActAccountEnabled,
        AuditActs.RoleGiven => AuditTexts.ActRoleGiven,
        AuditActs.RoleTaken => AuditTexts.ActRoleTaken,
        AuditActs.TokenMade => AuditTexts.ActTokenMade,
        AuditActs.TokenRevoked => AuditTexts.ActTokenRevoked,
        _ => null,
    };

    private static string? MachineAct(string act) => act switch
    {
        AuditActs.VmChanged => AuditTexts.ActVmChanged,
        AuditActs.VmGiven => AuditTexts.ActVmGiven,
        AuditActs.VmAdopted => AuditTexts.ActVmAdopted,
        AuditActs.ConsoleOpened => AuditTexts.ActConsoleOpened,
        AuditActs.ConsoleLeft => AuditTexts.ActConsoleLeft,
        AuditActs.SnapshotProtected => AuditTexts.ActSnapshotProtected,
        AuditActs.SnapshotUnprotected => AuditTexts.ActSnapshotUnprotected,
        AuditActs.ScheduleSet => AuditTexts.ActScheduleSet,
        AuditActs.ScheduleRemoved => AuditTexts.ActScheduleRemoved,
        AuditActs.OperationCancelled => AuditTexts.ActOperationCancelled,
        AuditActs.ExportDeleted => AuditTexts.ActExportDeleted,
        AuditActs.ExportDownloaded => AuditTexts.ActExportDownloaded,
        AuditActs.ImageUploaded => AuditTexts.ActImageUploaded,
        _ => null,
    };

    // The acts of AuditActs.Of.
    private static string? OperationAct(string act) => act switch
    {
        "snapshot.take" => AuditTexts.ActTakeSnapshot,
        "snapshot.restore" => AuditTexts.ActRestoreSnapshot,
        "snapshot.delete" => AuditTexts.ActDeleteSnapshot,
        "snapshot.export" => AuditTexts.ActExportSnapshot,
        "vm.clone" => AuditTexts.ActCloneVm,
        "vm.collect" => AuditTexts.ActCollectLayers,
        "vm.start" => AuditTexts.ActStartVm,
        "vm.shutdown" => AuditTexts.ActShutdownVm,
        "vm.stop" => AuditTexts.ActStopVm,
        "vm.reboot" => AuditTexts.ActRebootVm,
        "vm.delete" => AuditTexts.ActDeleteVm,
        "vm.flatten" => AuditTexts.ActFlattenVm,
        "vm.export" => AuditTexts.ActExportVm,
        "vm.reset" => AuditTexts.ActResetVm,
        "vm.identity" => AuditTexts.ActGiveIdentity,
        "vm.import" => AuditTexts.ActImportVm,
        _ => null,
    };

    private static string? TeachingAct(string act) => act switch
    {
        AuditActs.ClassMade => AuditTexts.ActClassMade,
        AuditActs.ClassChanged => AuditTexts.ActClassChanged,
        AuditActs.ClassDeleted => AuditTexts.ActClassDeleted,
        AuditActs.ClassMembers => AuditTexts.ActClassMembers,
        AuditActs.ClassJoined => AuditTexts.ActClassJoined,
        AuditActs.DeploymentMade => AuditTexts.ActDeploymentMade,
        AuditActs.DeploymentChanged => AuditTexts.ActDeploymentChanged,
        AuditActs.DeploymentAct => AuditTexts.ActDeploymentAct,
        AuditActs.BatchCancelled => AuditTexts.ActBatchCancelled,
        AuditActs.TemplatePublished => AuditTexts.ActTemplatePublished,
        AuditActs.TemplateChanged => AuditTexts.ActTemplateChanged,
        AuditActs.QuotaSet => AuditTexts.ActQuotaSet,
        AuditActs.QuotaRemoved => AuditTexts.ActQuotaRemoved,
        AuditActs.AuditExported => AuditTexts.ActAuditExported,
        _ => null,
    };
}
