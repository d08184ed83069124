using CsCheck;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Domain.Snapshots;

namespace SnapshotPortal.Domain.Tests;

/// <summary>What the portal may remove by itself, and what never.</summary>
public sealed class ScheduledSnapshotsTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly HashSet<Guid> None = [];

    private static readonly Gen<Snapshot[]> AnySnapshots = Gen.Select(Gen.Enum<SnapshotOrigin>(), Gen.Enum<SnapshotPhase>(), Gen.Bool)
        .Array[0, 40]
        .Select(static all => all.Select(static (s, i) => Taken(Start.AddHours(i), s.Item1, s.Item2, s.Item3)).ToArray());

    [Fact]
    public void Judge_AnyMachine_LeavesProtectedManualSafetyAndUnfinishedOnesAlone()
        => AnySnapshots.Sample(static snapshots =>
        {
            var judged = ScheduledSnapshots.Judge(snapshots, new Retention(Last: 1), TimeZoneInfo.Utc, null, None).Select(static v => v.Candidate.Id).ToHashSet();
            Assert.All(
                snapshots.Where(s => judged.Contains(s.Id)),
                static s => Assert.True(s is { Origin: SnapshotOrigin.Schedule, Phase: SnapshotPhase.Succeeded, Protected: false }));
        });

    [Fact]
    public void Judge_OneThatIsStoodOnOrWorkedWith_StaysAndSaysWhy()
    {
        Snapshot[] all = [.. Enumerable.Range(0, 4).Select(static h => Taken(Start.AddHours(h)))];

        var verdicts = ScheduledSnapshots.Judge(all, new Retention(Last: 1), TimeZoneInfo.Utc, all[0].Id, new HashSet<Guid> { all[1].Id });

        Assert.Equal(
            [(all[3].Id, "Last"), (all[2].Id, ""), (all[1].Id, "InUse"), (all[0].Id, "Current")],
            verdicts.Select(static v => (v.Candidate.Id, string.Join(',', v.Reasons))));
    }

    [Fact]
    public void Judge_ProtectedOnes_AreNotCounted()
    {
        Snapshot[] all = [Taken(Start), Taken(Start.AddHours(1)), Taken(Start.AddHours(2), isProtected: true)];

        var kept = ScheduledSnapshots.Judge(all, new Retention(Last: 2), TimeZoneInfo.Utc, null, None).Where(static v => v.IsKept).Select(static v => v.Candidate.Id);

        Assert.Equal([all[1].Id, all[0].Id], kept);
    }

    [Fact]
    public void Superseded_FailedOnes_GoOnceALaterRunHasEnded()
    {
        var first = Taken(Start, phase: SnapshotPhase.Failed);
        var second = Taken(Start.AddHours(1), phase: SnapshotPhase.Failed);
        var byHand = Taken(Start.AddHours(2), SnapshotOrigin.Manual, SnapshotPhase.Failed);
        var running = Taken(Start.AddHours(3), phase: SnapshotPhase.InProgress);
        var done = Taken(Start.AddHours(4));

        Assert.Empty(ScheduledSnapshots.Superseded([first]));
        Assert.Equal([first.Id], ScheduledSnapshots.Superseded([first, second, byHand, running]));
        Assert.Equal([second.Id, first.Id], ScheduledSnapshots.Superseded([first, second, byHand, done]));
    }

    [Fact]
    public void ExpiredSafety_NewestAndYoungAndProtectedOnes_Stay()
    {
        // One every 12 hours; the newest is an hour old.
        var now = Start.AddDays(10);
        Snapshot[] all = [.. Enumerable.Range(0, 8).Select(i => Taken(now.AddHours(-1 - (12 * i)), SnapshotOrigin.Safety, isProtected: i == 5))];

        IReadOnlyList<Guid> Expired(int keep, TimeSpan keepFor, Guid? current = null, IReadOnlySet<Guid>? inUse = null)
            => ScheduledSnapshots.ExpiredSafety(all, keep, keepFor, now, current, inUse ?? None);

        Assert.Equal([all[6].Id, all[7].Id], Expired(5, TimeSpan.FromHours(24)));
        Assert.Equal([all[2].Id, all[3].Id, all[4].Id, all[6].Id, all[7].Id], Expired(1, TimeSpan.FromHours(24)));
        Assert.Empty(Expired(1, TimeSpan.FromDays(30)));
        Assert.Equal([all[7].Id], Expired(5, TimeSpan.Zero, current: all[6].Id));
        Assert.Equal([all[6].Id], Expired(5, TimeSpan.Zero, inUse: new HashSet<Guid> { all[7].Id }));
    }

    [Fact]
    public void ExpiredSafety_AnyMachine_NeverTheNewestOneNorAnothersKind()
        => AnySnapshots.Sample(static snapshots =>
        {
            var expired = ScheduledSnapshots.ExpiredSafety(snapshots, 0, TimeSpan.Zero, Start.AddYears(1), null, None).ToHashSet();
            var safety = snapshots.Where(static s => s is { Origin: SnapshotOrigin.Safety, Phase: SnapshotPhase.Succeeded }).ToList();
            Assert.Subset(safety.Select(static s => s.Id).ToHashSet(), expired);
            Assert.DoesNotContain(safety.MaxBy(static s => s.CapturedAt)?.Id ?? Guid.Empty, expired);
        });

    private static Snapshot Taken(DateTimeOffset at, SnapshotOrigin origin = SnapshotOrigin.Schedule, SnapshotPhase phase = SnapshotPhase.Succeeded, bool isProtected = false)
    {
        var snapshot = new Snapshot { VmId = Guid.Empty, Name = "s", Origin = origin, RequestedAt = at, CapturedAt = at, Protected = isProtected };
        if (phase is SnapshotPhase.Failed)
        {
            snapshot.Fail(at, "hypervisor-error", "It failed.", "Capture");
        }
        else if (phase is not SnapshotPhase.InProgress)
        {
            snapshot.Disks.Add(new SnapshotDisk { Target = "vda", Included = true, LayerId = Guid.NewGuid() });
            snapshot.Succeed(at);
            if (phase is SnapshotPhase.Deleting)
            {
                snapshot.BeginDelete();
            }
        }

        return snapshot;
    }
}
