using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Live;

/// <summary>What happened to an account, in words.</summary>
internal static class AccountWords
{
    /// <summary>A role of the portal.</summary>
    public static string Role(string role) => role switch
    {
        PortalRoles.Administrator => AccountTexts.RoleAdministrator,
        PortalRoles.Teacher => AccountTexts.RoleTeacher,
        _ => role,
    };

    /// <summary>A line in the account's history.</summary>
    public static string Event(AccountEventKind kind) => kind switch
    {
        AccountEventKind.SignedIn => WordTexts.SignedIn,
        AccountEventKind.SignedInByRecoveryCode => WordTexts.SignedInWithARecoveryCode,
        AccountEventKind.LockedOut => CommonTexts.LockedForAWhileAfterWrong,
        AccountEventKind.PasswordChanged => WordTexts.PasswordChanged,
        AccountEventKind.PasswordReset => WordTexts.NewPasswordByAnEMailed,
        AccountEventKind.SignedOutElsewhere => WordTexts.SignedOutEverywhereElse,
        AccountEventKind.SecondFactorOn => WordTexts.SecondFactorSwitchedOn,
        AccountEventKind.SecondFactorOff => WordTexts.SecondFactorSwitchedOff,
        AccountEventKind.SecondFactorReset => WordTexts.SecondFactorResetByAnAdministrator,
        AccountEventKind.RecoveryCodesRenewed => WordTexts.NewRecoveryCodes,
        AccountEventKind.SignedInByPasskey => WordTexts.SignedInWithAPasskey,
        AccountEventKind.PasskeyAdded => WordTexts.PasskeyAdded,
        AccountEventKind.PasskeyRemoved => WordTexts.PasskeyRemoved,
        AccountEventKind.Connected => WordTexts.ConnectedWithAProvider,
        AccountEventKind.Disconnected => WordTexts.DisconnectedFromAProvider,
        AccountEventKind.PasswordSet => WordTexts.PasswordSet,
        AccountEventKind.PasskeysReset => WordTexts.PasskeysRemovedByAnAdministrator,
        _ => kind.ToString(),
    };

    /// <summary>A sentence for the account's owner.</summary>
    public static string Sentence(AccountEventKind kind) => kind switch
    {
        AccountEventKind.PasswordChanged => WordTexts.ThePasswordOfYourAccountWas,
        AccountEventKind.PasswordReset => WordTexts.YourAccountHasANewPassword,
        AccountEventKind.SecondFactorOn => WordTexts.SigningInToYourAccountNeeds,
        AccountEventKind.SecondFactorOff => WordTexts.SigningInToYourAccountNeedsNo,
        AccountEventKind.SecondFactorReset => WordTexts.AnAdministratorTookTheSecondFactor,
        AccountEventKind.RecoveryCodesRenewed => WordTexts.YourAccountHasNewRecoveryCodes,
        AccountEventKind.SignedInByRecoveryCode => WordTexts.SomebodySignedInToYourAccount,
        AccountEventKind.PasskeyAdded => WordTexts.YourAccountHasANewPasskey,
        AccountEventKind.PasskeyRemoved => WordTexts.APasskeyOfYourAccountWasRemoved,
        AccountEventKind.Connected => WordTexts.YourAccountIsConnected,
        AccountEventKind.Disconnected => WordTexts.YourAccountIsConnectedNoMore,
        AccountEventKind.PasswordSet => WordTexts.YourAccountHasAPasswordNow,
        AccountEventKind.PasskeysReset => WordTexts.AnAdministratorTookThePasskeys,
        _ => WordTexts.SomethingAboutYourAccountChanged,
    };
}
