namespace SnapshotPortal.Domain.Mail;

/// <summary>
/// A letter that is to be sent. It says what it is about, not what it says: the text, with the links and tokens in it, is
/// made when it is sent, so that no secret lies in the database and a late letter holds as long as a punctual one.
/// </summary>
public sealed class OutgoingMail
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required MailKind Kind { get; init; }

    /// <summary>The account that it goes to; <see langword="null"/> where only an address is known.</summary>
    public Guid? UserId { get; init; }

    /// <summary>The address that somebody typed, which need not belong to an account.</summary>
    public string? Address { get; init; }

    /// <summary>The class or the deployment that it is about.</summary>
    public Guid? AboutId { get; init; }

    /// <summary>What else there is to say, for example who invites.</summary>
    public string? Detail { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public MailState State { get; private set; }

    /// <summary>When it is tried (again).</summary>
    public DateTimeOffset NextAttemptAt { get; set; }

    public int Attempts { get; set; }

    /// <summary>Why the last attempt failed.</summary>
    public string? FailureMessage { get; set; }

    /// <summary>When it stopped waiting.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>After this it is of no use to anybody.</summary>
    public DateTimeOffset UselessAt => CreatedAt + (Kind is MailKind.PasswordReset or MailKind.AddressConfirmation ? TimeSpan.FromHours(6) : TimeSpan.FromDays(3));

    /// <summary>It is not sent (any more).</summary>
    public void End(MailState state, DateTimeOffset now)
    {
        if (State != MailState.Waiting || state == MailState.Waiting)
        {
            throw IllegalTransitionException.Between("A letter", State, state);
        }

        State = state;
        EndedAt = now;
    }

    /// <summary>How long to wait after the attempt of that number, from 1.</summary>
    public static TimeSpan PauseAfter(int attempt)
        => TimeSpan.FromSeconds(Math.Min(3600, 30 * Math.Pow(2, Math.Clamp(attempt, 1, 20) - 1)));
}

/// <summary>What a letter is for.</summary>
public enum MailKind
{
    PasswordReset,

    /// <summary>To prove that the address of a new account is its owner's.</summary>
    AddressConfirmation,

    /// <summary>Somebody wanted to make an account with an address that has one.</summary>
    AddressTaken,

    /// <summary>To set the first password.</summary>
    Invitation,

    /// <summary>An account's password or second factor is another one now.</summary>
    AccountChanged,

    DeploymentEndsSoon,

    DeploymentOver,

    /// <summary>The machines of a deployment are being deleted.</summary>
    DeploymentDeleted,
}

/// <summary>How far a letter is.</summary>
public enum MailState
{
    Waiting,

    Sent,

    /// <summary>There was nobody to send it to, or nothing to say any more.</summary>
    Dropped,

    /// <summary>It could not be delivered in time, or the server refused it for good.</summary>
    GivenUp,
}
