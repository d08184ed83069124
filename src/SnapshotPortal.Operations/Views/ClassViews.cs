using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Deployments;

namespace SnapshotPortal.Operations.Views;

/// <summary>A class in a list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="StartsOn">First day of the term.</param>
/// <param name="EndsOn">Last day of the term.</param>
/// <param name="MyRole">What the asker is in it; <see langword="null"/> for an administrator who is no member.</param>
/// <param name="Students">How many students it has; 0 for students.</param>
/// <param name="Machines">How many machines were made for it and are there; 0 for students.</param>
public sealed record ClassView(Guid Id, string Name, DateOnly? StartsOn, DateOnly? EndsOn, ClassRole? MyRole, int Students, int Machines);

/// <summary>A class as its teachers see it.</summary>
/// <param name="Class">The class.</param>
/// <param name="Description">What it is about.</param>
/// <param name="JoinCode">Whoever has it may join; <see langword="null"/> = nobody joins by themselves.</param>
/// <param name="Members">Everybody, teachers first.</param>
/// <param name="Deployments">What was made for it, newest first.</param>
public sealed record ClassDetailView(ClassView Class, string Description, string? JoinCode, IReadOnlyList<ClassMemberView> Members, IReadOnlyList<DeploymentSummaryView> Deployments);

/// <summary>Somebody in a class.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Name">Their name.</param>
/// <param name="Email">Their address.</param>
/// <param name="Role">What they are in it.</param>
/// <param name="Invited">They have been invited and have not set a password yet.</param>
public sealed record ClassMemberView(Guid UserId, string Name, string Email, ClassRole Role, bool Invited);

/// <summary>What is wrong or right with a line of a roster.</summary>
public enum RosterRowState
{
    /// <summary>Has an account and will be added.</summary>
    Known,

    /// <summary>Has no account and will be invited.</summary>
    New,

    /// <summary>Is in the class already; nothing happens.</summary>
    Member,

    /// <summary>Stands in the roster twice; only the first counts.</summary>
    Duplicate,

    /// <summary>Cannot be used; the message says why.</summary>
    Invalid,
}

/// <summary>A line of a roster, and what would happen with it.</summary>
/// <param name="Line">The line's number in the text, from 1.</param>
/// <param name="Email">The address, as read.</param>
/// <param name="Name">The name, as read; may be empty.</param>
/// <param name="State">What would happen.</param>
/// <param name="Message">What is wrong, or what to look at before, where there is something.</param>
/// <param name="Doubtful">Somebody made an account with this address and has not shown that it is theirs.</param>
public sealed record RosterRowView(int Line, string Email, string Name, RosterRowState State, string? Message, bool Doubtful = false);

/// <summary>A roster that was looked at, and nothing was done with.</summary>
/// <param name="Rows">Its lines, at most 500.</param>
public sealed record RosterView(IReadOnlyList<RosterRowView> Rows)
{
    /// <summary>How many would be added.</summary>
    public int ToAdd => Rows.Count(static r => r.State is RosterRowState.Known or RosterRowState.New);

    /// <summary>How many of those have no account yet.</summary>
    public int ToInvite => Rows.Count(static r => r.State is RosterRowState.New);

    /// <summary>How many of those that would be added may be somebody else.</summary>
    public int Doubtful => Rows.Count(static r => r.Doubtful);

    /// <summary>How many cannot be used.</summary>
    public int Invalid => Rows.Count(static r => r.State is RosterRowState.Invalid);
}

/// <summary>A deployment in a list.</summary>
public sealed record DeploymentSummaryView(
    Guid Id,
    string Name,
    string TemplateTitle,
    int TemplateNumber,
    int NewestNumber,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? DeletesAt,
    DateTimeOffset? ExpiredAt,
    DateTimeOffset? EndedAt,
    bool Locked,
    int Machines,
    int Failed);

/// <summary>A deployment with everything that its grid shows.</summary>
/// <param name="Deployment">The deployment.</param>
/// <param name="ClassId">Whose.</param>
/// <param name="ClassName">Its class's name.</param>
/// <param name="NamePattern">How machines are called.</param>
/// <param name="StudentsMayDelete">Students may delete theirs.</param>
/// <param name="Grace">How long machines stay after the end.</param>
/// <param name="ForLatecomers">Students who join later get one.</param>
/// <param name="Items">One for each student.</param>
/// <param name="Batches">What is being done, and what was done last, newest first.</param>
public sealed record DeploymentView(
    DeploymentSummaryView Deployment,
    Guid ClassId,
    string ClassName,
    string NamePattern,
    bool StudentsMayDelete,
    TimeSpan Grace,
    bool ForLatecomers,
    IReadOnlyList<DeploymentItemView> Items,
    IReadOnlyList<BatchView> Batches);

/// <summary>A student's machine in the grid.</summary>
/// <param name="Id">The place's id, which stays when the machine is made again.</param>
/// <param name="StudentId">Whose.</param>
/// <param name="StudentName">Their name.</param>
/// <param name="LeftClass">They are not in the class any more.</param>
/// <param name="Number">From 1.</param>
/// <param name="VmName">What the machine is or will be called.</param>
/// <param name="State">How far it is.</param>
/// <param name="Vm">The machine, once it is there.</param>
/// <param name="FailureMessage">Why it could not be made.</param>
/// <param name="LastActivityAt">When something was last done with it.</param>
public sealed record DeploymentItemView(
    Guid Id,
    Guid StudentId,
    string StudentName,
    bool LeftClass,
    int Number,
    string VmName,
    DeploymentItemState State,
    VmView? Vm,
    string? FailureMessage,
    DateTimeOffset? LastActivityAt);

/// <summary>An act on many machines, and how far it is.</summary>
public sealed record BatchView(
    Guid Id,
    BatchKind Kind,
    BatchState State,
    string RequestedBy,
    DateTimeOffset RequestedAt,
    DateTimeOffset? CompletedAt,
    bool CancelRequested,
    IReadOnlyList<BatchItemView> Items)
{
    /// <summary>How many are over, well or not.</summary>
    public int Ended => Items.Count(static i => i.State is not (BatchItemState.Waiting or BatchItemState.Running));

    /// <summary>How many went wrong.</summary>
    public int Failed => Items.Count(static i => i.State == BatchItemState.Failed);
}

/// <summary>One machine's part in a batch.</summary>
/// <param name="DeploymentItemId">Whose place.</param>
/// <param name="OperationId">The operation that does it, once begun.</param>
/// <param name="State">How far it is.</param>
/// <param name="ErrorCode">Why it failed, for programs.</param>
/// <param name="ErrorMessage">Why it failed, for people.</param>
public sealed record BatchItemView(Guid DeploymentItemId, Guid? OperationId, BatchItemState State, string? ErrorCode, string? ErrorMessage);

/// <summary>What a deployment would make, before anything is made.</summary>
/// <param name="Machines">Each student and what their machine would be called.</param>
/// <param name="Problems">What stands in the way, in sentences; nothing can be made while there is one.</param>
/// <param name="Warnings">What to know before.</param>
/// <param name="PoolFreeBytes">Free space where their files would be made; <see langword="null"/> where the host does not say. A linked clone begins with some 200 kB.</param>
/// <param name="EstimatedTime">How long it is likely to take; <see langword="null"/> where no clone was made before.</param>
public sealed record DeploymentPlanView(
    IReadOnlyList<PlannedMachineView> Machines,
    IReadOnlyList<string> Problems,
    IReadOnlyList<string> Warnings,
    long? PoolFreeBytes,
    TimeSpan? EstimatedTime);

/// <summary>A machine that a deployment would make.</summary>
/// <param name="StudentId">For whom.</param>
/// <param name="StudentName">Their name.</param>
/// <param name="VmName">What it would be called.</param>
/// <param name="Problem">Why it cannot be made.</param>
public sealed record PlannedMachineView(Guid StudentId, string StudentName, string VmName, string? Problem);

/// <summary>What the class that a machine was made for says about it.</summary>
/// <param name="ClassId">The class.</param>
/// <param name="ClassName">Its name.</param>
/// <param name="DeploymentId">The deployment.</param>
/// <param name="DeploymentName">Its name.</param>
/// <param name="Locked">Its student cannot start it.</param>
/// <param name="StudentMayDelete">Its student may delete it.</param>
/// <param name="ExpiresAt">When it is shut down and locked.</param>
/// <param name="DeletesAt">When it is deleted.</param>
public sealed record VmClassView(Guid ClassId, string ClassName, Guid DeploymentId, string DeploymentName, bool Locked, bool StudentMayDelete, DateTimeOffset? ExpiresAt, DateTimeOffset? DeletesAt);
