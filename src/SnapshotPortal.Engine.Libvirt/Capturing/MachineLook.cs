using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Capturing;

/// <summary>A machine as a capture has to know it before it begins.</summary>
/// <param name="vmId">The machine.</param>
/// <param name="runId">libvirt's number of this run of the machine, which no other run has; <see langword="null"/> while it is off.</param>
/// <param name="power">Its state.</param>
/// <param name="current">Its live definition, or the inactive one where it is off.</param>
/// <param name="disks">All disks, with sizes.</param>
/// <param name="configuration">What the snapshot will hold beside the disks.</param>
/// <param name="seenAt">When, as <see cref="TimeProvider.GetTimestamp"/> counts.</param>
internal sealed class MachineLook(
    Guid vmId,
    int? runId,
    PowerState power,
    DomainDefinition current,
    IReadOnlyList<DiskInspection> disks,
    MachineConfiguration configuration,
    long seenAt) : EarlyLook
{
    /// <summary>
    /// Between a look and the capture lies at least one commit in any case; what somebody changes on the host by hand in that
    /// time is seen by neither. A longer time would make a habit of it.
    /// </summary>
    private static readonly TimeSpan _lasting = TimeSpan.FromSeconds(1);

    public PowerState Power => power;

    public DomainDefinition Current => current;

    public IReadOnlyList<DiskInspection> Disks => disks;

    public MachineConfiguration Configuration => configuration;

    /// <summary>Whether the guest's agent answers; <see langword="null"/> in it: it was not asked, or could not be.</summary>
    public Task<bool?> AgentAnswers { get; init; } = Task.FromResult<bool?>(null);

    /// <summary>
    /// Nothing that the portal did since could have changed what was seen: the machine is in the same run and state, and its
    /// disks lie in the files that the database, read under the operation's claim, knows as its heads.
    /// </summary>
    public bool Holds(TakeSnapshotOrder order, int? runIdNow, PowerState powerNow, TimeProvider time)
        => order.VmId == vmId
            && runId == runIdNow
            && power == powerNow
            && time.GetElapsedTime(seenAt) < _lasting
            && disks.Where(static d => d.Included).All(d => order.Heads.TryGetValue(d.Target, out var head) && string.Equals(head.Path, d.File!.Path, StringComparison.Ordinal));
}
