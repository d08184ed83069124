namespace SnapshotPortal.Domain.Access;

/// <summary>Something that happened to an account's security, for its owner to see: what they do not remember was somebody else.</summary>
public sealed class AccountEvent
{
    /// <summary>The longest address and the longest device, in UTF-16 code units.</summary>
    public const int MaxTextLength = 100;

    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required Guid UserId { get; init; }

    public required AccountEventKind Kind { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Who did it; <see langword="null"/> where it was the account's owner, as far as the portal can tell.</summary>
    public string? ByName { get; init; }

    /// <summary>The network address that it came from.</summary>
    public string? Address { get; init; }

    /// <summary>Browser and system, as the browser named them.</summary>
    public string? Device { get; init; }
}

/// <summary>What happened to an account.</summary>
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
}
