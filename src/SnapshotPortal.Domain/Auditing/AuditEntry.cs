namespace SnapshotPortal.Domain.Auditing;

/// <summary>
/// One line of the record of who did what. Never changed and never removed: each line holds the hash of the one before it,
/// so that a change of any is found.
/// </summary>
public sealed class AuditEntry
{
    /// <summary>The longest of the texts, in UTF-16 code units; what is longer is cut.</summary>
    public const int MaxTextLength = 400;

    /// <summary>1, 2, 3 … without a gap.</summary>
    public required long Number { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Whose account did it; <see langword="null"/> for the portal, and for somebody who is not signed in.</summary>
    public Guid? ActorId { get; init; }

    /// <summary>The name at that time: accounts go, their names here stay.</summary>
    public required string ActorName { get; init; }

    public required AuditChannel Channel { get; init; }

    /// <summary>The access token that was used, if one was.</summary>
    public Guid? TokenId { get; init; }

    /// <summary>The network address that it came from.</summary>
    public string? Address { get; init; }

    /// <summary>Browser and system, as the browser named them.</summary>
    public string? Device { get; init; }

    /// <summary>What was done, for example <c>snapshot.take</c>.</summary>
    public required string Act { get; init; }

    public required AuditSubject Subject { get; init; }

    /// <summary>To what; <see langword="null"/> where it has no id.</summary>
    public Guid? SubjectId { get; init; }

    /// <summary>Its name at that time.</summary>
    public string? SubjectName { get; init; }

    /// <summary>Whose it is.</summary>
    public Guid? OwnerId { get; init; }

    /// <summary>Their name at that time.</summary>
    public string? OwnerName { get; init; }

    public required AuditOutcome Outcome { get; init; }

    /// <summary>Why it was refused or failed: a failure's code.</summary>
    public string? Code { get; init; }

    /// <summary>What else is worth knowing, in a few words.</summary>
    public string? Detail { get; init; }

    /// <summary>The hash of the line before; 64 zeros in the first.</summary>
    public required string Previous { get; init; }

    /// <summary>The hash of this line; see <see cref="AuditChain"/>.</summary>
    public string Hash { get; private set; } = "";

    /// <summary>Gives the line its hash, once everything else is in it.</summary>
    public AuditEntry Seal()
    {
        Hash = AuditChain.Hash(this);
        return this;
    }
}

/// <summary>How somebody reached the portal.</summary>
public enum AuditChannel
{
    /// <summary>In a browser.</summary>
    Page,

    /// <summary>A program with an access token.</summary>
    Api,

    /// <summary>A command on the portal's machine.</summary>
    Command,

    /// <summary>The portal itself, for example when an operation has ended.</summary>
    Portal,
}

/// <summary>The kinds of things that something is done to.</summary>
public enum AuditSubject
{
    None,
    Vm,
    Snapshot,
    Operation,
    Export,
    Image,
    Class,
    Deployment,
    Batch,
    Template,
    Quota,
    Account,
    Token,
    Audit,
}

/// <summary>What came of it.</summary>
public enum AuditOutcome
{
    /// <summary>It is done; of an operation: it is accepted, and its end is a line of its own.</summary>
    Done,

    /// <summary>The portal did not let it.</summary>
    Refused,

    /// <summary>It was begun and did not succeed.</summary>
    Failed,

    /// <summary>It was begun and called off.</summary>
    Cancelled,
}
