using SnapshotPortal.Domain.Snapshots;

namespace SnapshotPortal.Domain.Schedules;

/// <summary>Which of a machine's snapshots the portal may remove by itself, as pure functions.</summary>
public static class ScheduledSnapshots
{
    /// <summary>
    /// What the rule says of the snapshots that the machine's schedule took: those that succeeded and are not protected.
    /// All others are outside: neither removed nor counted.
    /// </summary>
    /// <param name="snapshots">The machine's snapshots.</param>
    /// <param name="keep">The rule.</param>
    /// <param name="zone">The schedule's zone.</param>
    /// <param name="currentId">The one that the machine's present state descends from: somebody stands on it.</param>
    /// <param name="inUse">Those that an operation works with, for example a restore that is about to begin.</param>
    public static IReadOnlyList<RetentionVerdict> Judge(
        IEnumerable<Snapshot> snapshots,
        Retention keep,
        TimeZoneInfo zone,
        Guid? currentId,
        IReadOnlySet<Guid> inUse)
    {
        ArgumentNullException.ThrowIfNull(snapshots);
        ArgumentNullException.ThrowIfNull(keep);
        ArgumentNullException.ThrowIfNull(inUse);
        var candidates = snapshots
            .Where(static s => s is { Origin: SnapshotOrigin.Schedule, Phase: SnapshotPhase.Succeeded, Protected: false })
            .Select(static s => new RetentionCandidate(s.Id, Instant(s)));
        return
        [
            .. keep.Judge(candidates, zone).Select(verdict => verdict switch
            {
                { IsKept: true } => verdict,
                _ when verdict.Candidate.Id == currentId => verdict with { Reasons = [RetentionReason.Current] },
                _ when inUse.Contains(verdict.Candidate.Id) => verdict with { Reasons = [RetentionReason.InUse] },
                _ => verdict,
            }),
        ];
    }

    /// <summary>
    /// The schedule's failed snapshots that a later run has replaced. They hold nothing; the list of operations still tells
    /// of them.
    /// </summary>
    public static IReadOnlyList<Guid> Superseded(IEnumerable<Snapshot> snapshots)
    {
        ArgumentNullException.ThrowIfNull(snapshots);
        return
        [
            .. snapshots.Where(static s => s.Origin == SnapshotOrigin.Schedule && s.Phase is SnapshotPhase.Failed or SnapshotPhase.Succeeded)
                .OrderByDescending(static s => s.RequestedAt).ThenByDescending(static s => s.Id)
                .Skip(1).Where(static s => s.Phase == SnapshotPhase.Failed).Select(static s => s.Id),
        ];
    }

    /// <summary>
    /// The safety snapshots that are no longer needed: older than <paramref name="keepFor"/> and not among the newest
    /// <paramref name="keep"/>. The newest is the one whose Undo is offered, so it always stays.
    /// </summary>
    public static IReadOnlyList<Guid> ExpiredSafety(
        IEnumerable<Snapshot> snapshots,
        int keep,
        TimeSpan keepFor,
        DateTimeOffset now,
        Guid? currentId,
        IReadOnlySet<Guid> inUse)
    {
        ArgumentNullException.ThrowIfNull(snapshots);
        ArgumentNullException.ThrowIfNull(inUse);
        return
        [
            .. snapshots.Where(static s => s is { Origin: SnapshotOrigin.Safety, Phase: SnapshotPhase.Succeeded })
                .OrderByDescending(Instant).ThenByDescending(static s => s.Id)
                .Skip(Math.Max(keep, 1))
                .Where(s => !s.Protected && s.Id != currentId && !inUse.Contains(s.Id) && Instant(s) <= now - keepFor)
                .Select(static s => s.Id),
        ];
    }

    /// <summary>The instant that the snapshot shows.</summary>
    private static DateTimeOffset Instant(Snapshot snapshot) => snapshot.CapturedAt ?? snapshot.RequestedAt;
}
