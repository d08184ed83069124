namespace SnapshotPortal.Domain.Deployments;

/// <summary>The machines made from one template for one class, as one thing to watch and act on.</summary>
public sealed class Deployment
{
    /// <summary>The longest name, in UTF-16 code units.</summary>
    public const int MaxNameLength = 100;

    /// <summary>How long machines are kept after they expired, unless said otherwise.</summary>
    public static readonly TimeSpan DefaultGrace = TimeSpan.FromDays(14);

    /// <summary>The shortest time between the end and the deletion: long enough to notice and extend.</summary>
    public static readonly TimeSpan ShortestGrace = TimeSpan.FromDays(1);

    /// <summary>The longest time between the end and the deletion.</summary>
    public static readonly TimeSpan LongestGrace = TimeSpan.FromDays(365);

    /// <summary>How long before the end it is announced.</summary>
    public static readonly TimeSpan WarnBefore = TimeSpan.FromDays(7);

    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required Guid ClassId { get; init; }

    public required Guid TemplateId { get; init; }

    /// <summary>The edition that machines are made from or reset to.</summary>
    public required Guid TemplateVersionId { get; set; }

    public required string Name { get; set; }

    /// <summary>How the machines are called; see <see cref="NamePattern"/>.</summary>
    public required string NamePattern { get; init; }

    public required Guid CreatedById { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public int? VCpus { get; init; }

    /// <summary>Memory in bytes; <see langword="null"/> = as the template has it.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Machines are started when they are made.</summary>
    public bool Start { get; init; }

    /// <summary>Students who join the class later get a machine, too.</summary>
    public bool ForLatecomers { get; init; }

    /// <summary>Students may delete their machine.</summary>
    public bool StudentsMayDelete { get; set; }

    /// <summary>Students cannot start their machines.</summary>
    public bool Locked { get; set; }

    /// <summary>When the machines are shut down and locked; <see langword="null"/> = never.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>How long after that they are deleted.</summary>
    public TimeSpan Grace { get; set; } = DefaultGrace;

    /// <summary>When the end was announced.</summary>
    public DateTimeOffset? WarnedAt { get; set; }

    /// <summary>When the machines were shut down because it was over.</summary>
    public DateTimeOffset? ExpiredAt { get; set; }

    /// <summary>When the machines were deleted; nothing is made for it any more.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    public List<DeploymentItem> Items { get; } = [];

    /// <summary>Changes with every write.</summary>
    public Guid Version { get; set; }

    /// <summary>When the machines are deleted; <see langword="null"/> = never.</summary>
    public DateTimeOffset? DeletesAt => ExpiresAt + Grace;

    /// <summary>Moves the end, and takes back what an earlier end did that can be taken back.</summary>
    public void Extend(DateTimeOffset? expiresAt, TimeSpan grace)
    {
        ExpiresAt = expiresAt;
        Grace = grace;
        WarnedAt = null;
        if (ExpiredAt is not null)
        {
            ExpiredAt = null;
            Locked = false;
        }
    }
}

/// <summary>How far a student's machine is.</summary>
public enum DeploymentItemState
{
    /// <summary>To be made.</summary>
    Planned,

    /// <summary>Being made.</summary>
    Creating,

    Ready,

    /// <summary>Could not be made; <see cref="DeploymentItem.FailureMessage"/> says why. Can be tried again.</summary>
    Failed,

    /// <summary>Deleted, or given up before it was made.</summary>
    Gone,
}

/// <summary>One student's machine in a deployment.</summary>
public sealed class DeploymentItem
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required Guid DeploymentId { get; init; }

    public required Guid StudentId { get; init; }

    /// <summary>Its number in the deployment, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>What the machine is called.</summary>
    public required string VmName { get; set; }

    /// <summary>The machine, once it was begun.</summary>
    public Guid? VmId { get; set; }

    public DeploymentItemState State { get; private set; }

    public string? FailureCode { get; private set; }

    public string? FailureMessage { get; private set; }

    /// <summary>Puts it (again) among those to be made.</summary>
    public void Plan()
    {
        Require(DeploymentItemState.Planned, DeploymentItemState.Planned, DeploymentItemState.Creating, DeploymentItemState.Failed, DeploymentItemState.Gone);
        VmId = null;
    }

    /// <summary>Its machine is being made.</summary>
    public void Begin(Guid vmId)
    {
        Require(DeploymentItemState.Creating, DeploymentItemState.Planned);
        VmId = vmId;
    }

    /// <summary>Its machine is there.</summary>
    public void Complete() => Require(DeploymentItemState.Ready, DeploymentItemState.Creating);

    /// <summary>Its machine could not be made.</summary>
    public void Fail(string code, string message)
    {
        Require(DeploymentItemState.Failed, DeploymentItemState.Planned, DeploymentItemState.Creating);
        VmId = null;
        FailureCode = code;
        FailureMessage = message;
    }

    /// <summary>Its machine is gone, or will not be made.</summary>
    public void Leave()
    {
        Require(DeploymentItemState.Gone, Enum.GetValues<DeploymentItemState>());
        VmId = null;
    }

    private void Require(DeploymentItemState next, params ReadOnlySpan<DeploymentItemState> expected)
    {
        if (!expected.Contains(State))
        {
            throw IllegalTransitionException.Between("A student's machine", State, next);
        }

        State = next;
        FailureCode = null;
        FailureMessage = null;
    }
}
