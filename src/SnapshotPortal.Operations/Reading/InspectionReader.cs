using System.Globalization;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Reading;

/// <summary>Turns what a host says of a machine into what to expect of a snapshot of it.</summary>
internal static class InspectionReader
{
    private const int HistoryLength = 10;

    /// <summary>What the host says, and what can be told from the snapshots before.</summary>
    public static async Task<VmInspectionView> DescribeAsync(IPortalDb db, VirtualMachine vm, VmInspection seen, CancellationToken cancellationToken)
    {
        var history = await db.Snapshots.AsNoTracking()
            .Where(s => s.VmId == vm.Id && s.Phase == SnapshotPhase.Succeeded && s.Origin != SnapshotOrigin.Safety && s.CompletedAt != null)
            .OrderByDescending(static s => s.RequestedAt).Take(HistoryLength)
            .Select(static s => new { s.FreezeWindow, s.RequestedAt, s.CompletedAt })
            .ToListAsync(cancellationToken);
        var window = Median([.. history.Where(static h => h.FreezeWindow is not null).Select(static h => h.FreezeWindow!.Value)]);
        var duration = Median([.. history.Select(static h => h.CompletedAt!.Value - h.RequestedAt)]);
        var disks = Disks(seen);
        var warnings = new List<string>();
        warnings.AddRange(seen.Disks.Where(static d => d.CouldBeIncluded).Select(static d => $"The disk {d.Target} is left out: {d.Exclusion}"));
        warnings.AddRange(disks.Where(static d => d.Included && d.ChainDepth > ChainLimits.WarnAbove)
            .Select(static d => string.Create(CultureInfo.InvariantCulture, $"The disk {d.Target} has a chain of {d.ChainDepth} files, which slows the guest down. Flatten the machine, or delete snapshots that are not needed any more.")));
        var whyNot = seen.Disks.Any(static d => d.Included)
            ? Enqueuing.Obstacle(vm, touchesDisks: true)?.Message ?? seen.Busy ?? ChainRule.WhyNot(disks.Where(static d => d.Included).Max(static d => d.ChainDepth)) ?? ShortSpace(seen.Space)
            : "No disk of this machine can be part of a snapshot. " + string.Join(' ', seen.Disks.Select(static d => $"{d.Target}: {d.Exclusion}"));
        return new VmInspectionView(
            seen.Vm.Power,
            seen.AgentAnswers,
            disks,
            whyNot is null,
            whyNot,
            Expectation(seen, window),
            window,
            duration,
            seen.Space?.Free,
            seen.Space?.Needed,
            seen.Vm.Power is PowerState.Running or PowerState.Paused ? seen.Vm.MemoryBytes : null,
            warnings);
    }

    /// <summary>The machine's disks, also those that its snapshots leave out.</summary>
    public static List<DiskView> Disks(VmInspection seen) =>
    [
        .. seen.Disks.Select(static d => new DiskView(
            d.Target,
            d.Device,
            d.File?.Format ?? "",
            d.Included,
            d.Exclusion,
            d.File?.VirtualSize ?? 0,
            d.File?.Allocation ?? 0,
            d.File is null ? 0 : d.BackingChain.Count + 1)),
    ];

    private static string? ShortSpace(PoolSpace? space) => space is { } pool && pool.Free < pool.Needed
        ? string.Create(CultureInfo.InvariantCulture, $"The storage pool has {pool.Free / 1048576.0:F0} MiB free; {pool.Needed / 1048576.0:F0} MiB are needed so that no guest runs out of space. Delete snapshots, or ask an administrator for room.")
        : null;

    private static string Expectation(VmInspection seen, TimeSpan? window) => seen switch
    {
        { Vm.Power: PowerState.Running, AgentAnswers: true } when window is { } typical
            => string.Create(CultureInfo.InvariantCulture, $"Guest agent connected: file systems will be frozen for about {typical.TotalMilliseconds:F0} ms."),
        { Vm.Power: PowerState.Running, AgentAnswers: true } => "Guest agent connected: file systems will be frozen for a fraction of a second.",
        { Vm.Power: PowerState.Running } => "No guest agent answers: the disks will be as after a power cut at that instant. Wait a moment if the guest is starting; otherwise install qemu-guest-agent in it.",
        { Vm.Power: PowerState.Paused } => "The machine is paused: the disks will be as after a power cut at that instant.",
        _ => "The machine is off: the snapshot is exact.",
    };

    private static TimeSpan? Median(List<TimeSpan> values)
    {
        values.Sort();
        return values.Count == 0 ? null : values[values.Count / 2];
    }
}
