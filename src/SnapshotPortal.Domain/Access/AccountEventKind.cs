namespace SnapshotPortal.Domain.Access;

/// <summary>What happened to an account's security, for its owner to see: what they do not remember was somebody else.</summary>
public enum AccountEventKind
{
    SignedIn,

    /// <summary>Signed in with a recovery code instead of the second factor.</summary>
    SignedInByRecoveryCode,

    /// <summary>Too many wrong passwords or codes.</summary>
    LockedOut,

    PasswordChanged,

    /// <summary>A new password by a link that was sent to the account's address.</summary>
    PasswordReset,

    /// <summary>All other sessions were ended.</summary>
    SignedOutElsewhere,

    SecondFactorOn,

    SecondFactorOff,

    /// <summary>Taken away by an administrator.</summary>
    SecondFactorReset,

    RecoveryCodesRenewed,

    SignedInByPasskey,

    PasskeyAdded,

    PasskeyRemoved,

    /// <summary>Whoever is signed in to another system as its owner can sign in here.</summary>
    Connected,

    /// <summary>Whoever is signed in there can sign in here no more.</summary>
    Disconnected,

    /// <summary>A first password of an account that had none.</summary>
    PasswordSet,

    /// <summary>All passkeys taken away by an administrator.</summary>
    PasskeysReset,
}
