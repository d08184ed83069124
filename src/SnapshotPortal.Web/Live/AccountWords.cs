using SnapshotPortal.Domain.Access;

namespace SnapshotPortal.Web.Live;

/// <summary>What happened to an account, in words.</summary>
internal static class AccountWords
{
    /// <summary>A line in the account's history.</summary>
    public static string Event(AccountEventKind kind) => kind switch
    {
        AccountEventKind.SignedIn => "Signed in",
        AccountEventKind.SignedInByRecoveryCode => "Signed in with a recovery code",
        AccountEventKind.LockedOut => "Locked for a while after wrong attempts",
        AccountEventKind.PasswordChanged => "Password changed",
        AccountEventKind.PasswordReset => "New password by an e-mailed link",
        AccountEventKind.SignedOutElsewhere => "Signed out everywhere else",
        AccountEventKind.SecondFactorOn => "Second factor switched on",
        AccountEventKind.SecondFactorOff => "Second factor switched off",
        AccountEventKind.SecondFactorReset => "Second factor reset by an administrator",
        AccountEventKind.RecoveryCodesRenewed => "New recovery codes",
        _ => kind.ToString(),
    };

    /// <summary>A sentence for the account's owner.</summary>
    public static string Sentence(AccountEventKind kind) => kind switch
    {
        AccountEventKind.PasswordChanged => "The password of your account was changed.",
        AccountEventKind.PasswordReset => "Your account has a new password, which was chosen by a link that was sent to this address.",
        AccountEventKind.SecondFactorOn => "Signing in to your account needs a code from an authenticator app from now on.",
        AccountEventKind.SecondFactorOff => "Signing in to your account needs no second factor any more.",
        AccountEventKind.SecondFactorReset => "An administrator took the second factor of your account away.",
        AccountEventKind.RecoveryCodesRenewed => "Your account has new recovery codes; the old ones hold no longer.",
        AccountEventKind.SignedInByRecoveryCode => "Somebody signed in to your account with one of its recovery codes.",
        _ => "Something about your account changed.",
    };
}
