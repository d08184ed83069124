using SnapshotPortal.Domain.Operations;

namespace SnapshotPortal.Operations.Auditing;

/// <summary>What the audit log tells of. The codes are part of its exports: never renamed, only added.</summary>
public static class AuditActs
{
    /// <summary>What the act of an operation's end has behind that of its request.</summary>
    public const string Ended = ".ended";

    public const string SignedIn = "account.signed-in";
    public const string SignedInByRecoveryCode = "account.signed-in-by-recovery-code";
    public const string SignedInByPasskey = "account.signed-in-by-passkey";
    public const string Connected = "account.connected";
    public const string Disconnected = "account.disconnected";
    public const string PasskeyAdded = "account.passkey-added";
    public const string PasskeyRemoved = "account.passkey-removed";
    public const string PasskeysReset = "account.passkeys-reset";
    public const string SignInFailed = "account.sign-in-failed";
    public const string SignedOut = "account.signed-out";
    public const string LockedOut = "account.locked-out";
    public const string PasswordChanged = "account.password-changed";
    public const string PasswordSet = "account.password-set";
    public const string PasswordReset = "account.password-reset";
    public const string SignedOutElsewhere = "account.signed-out-elsewhere";
    public const string SecondFactorOn = "account.second-factor-on";
    public const string SecondFactorOff = "account.second-factor-off";
    public const string SecondFactorReset = "account.second-factor-reset";
    public const string RecoveryCodesRenewed = "account.recovery-codes-renewed";
    public const string AccountMade = "account.made";
    public const string AccountRenamed = "account.renamed";
    public const string AccountDisabled = "account.disabled";
    public const string AccountEnabled = "account.enabled";
    public const string AccountDeleted = "account.deleted";
    public const string RoleGiven = "account.role-given";
    public const string RoleTaken = "account.role-taken";

    public const string TokenMade = "token.made";
    public const string TokenRevoked = "token.revoked";

    public const string VmChanged = "vm.changed";
    public const string VmGiven = "vm.given";
    public const string VmAdopted = "vm.adopted";
    public const string ConsoleOpened = "console.opened";
    public const string ConsoleLeft = "console.left";
    public const string SnapshotChanged = "snapshot.changed";
    public const string SnapshotProtected = "snapshot.protected";
    public const string SnapshotUnprotected = "snapshot.unprotected";
    public const string ScheduleSet = "schedule.set";
    public const string ScheduleRemoved = "schedule.removed";
    public const string OperationCancelled = "operation.cancelled";
    public const string ExportDeleted = "export.deleted";
    public const string ExportDownloaded = "export.downloaded";
    public const string ImageUploaded = "image.uploaded";

    public const string ClassMade = "class.made";
    public const string ClassChanged = "class.changed";
    public const string ClassDeleted = "class.deleted";
    public const string ClassMembers = "class.members";
    public const string ClassJoined = "class.joined";
    public const string DeploymentMade = "deployment.made";
    public const string DeploymentChanged = "deployment.changed";
    public const string DeploymentAct = "deployment.act";
    public const string BatchCancelled = "batch.cancelled";
    public const string TemplatePublished = "template.published";
    public const string TemplateChanged = "template.changed";
    public const string QuotaSet = "quota.set";
    public const string QuotaRemoved = "quota.removed";

    public const string AuditExported = "audit.exported";

    /// <summary>The act of asking for an operation.</summary>
    public static string Of(OperationKind kind) => kind switch
    {
        OperationKind.TakeSnapshot => "snapshot.take",
        OperationKind.RestoreSnapshot => "snapshot.restore",
        OperationKind.DeleteSnapshot => "snapshot.delete",
        OperationKind.ExportSnapshot => "snapshot.export",
        OperationKind.CloneVm => "vm.clone",
        OperationKind.CollectLayers => "vm.collect",
        OperationKind.StartVm => "vm.start",
        OperationKind.ShutdownVm => "vm.shutdown",
        OperationKind.StopVm => "vm.stop",
        OperationKind.RebootVm => "vm.reboot",
        OperationKind.DeleteVm => "vm.delete",
        OperationKind.FlattenVm => "vm.flatten",
        OperationKind.ExportVm => "vm.export",
        OperationKind.ResetVm => "vm.reset",
        OperationKind.GiveIdentity => "vm.identity",
        OperationKind.ImportVm => "vm.import",
        OperationKind.ConfigureVm => "vm.configure",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This kind of operation has no act in the audit log."),
    };
}
