using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using SnapshotPortal.Domain.Exports;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Usage;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Tests.Api;

/// <summary>Things to answer with.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset At = new(2026, 3, 1, 13, 0, 0, 500, TimeSpan.FromHours(1));

    public static OperationView Operation(OperationKind kind = OperationKind.TakeSnapshot, Guid? vmId = null, Guid? snapshotId = null) => new(
        Guid.CreateVersion7(), kind, vmId ?? Guid.CreateVersion7(), "web-1", snapshotId, null, OperationState.Running, "Freeze", 12.5, null,
        [new StepView("Inspect", StepState.Done, At, 41.5, "2 disks")], "Anna", false, At, At, null, At.AddMinutes(5), false, null, null);

    public static VmView Vm(Guid? id = null, string name = "web-1") => new(
        id ?? Guid.CreateVersion7(), name, "", Guid.CreateVersion7(), "Anna", "local", true, null, At, VmPresence.Present, PowerState.Running, true, 2,
        2L << 30, VmOrigin.Adopted, null, At, 3, At, null, null, null, null);

    public static DiskView Disk() => new("vda", "disk", "qcow2", true, null, 10L << 30, 1L << 30, 2);

    public static SnapshotView Snapshot(Guid? id = null) => new(
        id ?? Guid.CreateVersion7(), Guid.CreateVersion7(), null, "before the upgrade", "", SnapshotOrigin.Manual, SnapshotPhase.Succeeded,
        [new Indication(IndicationKind.GuestAgent, "The guest agent froze the file systems.")], At, At.AddSeconds(1), TimeSpan.FromMilliseconds(87.5),
        [new SnapshotDiskView("vda", true, null, 10L << 30)], 1024, false, true, false, false, null, null, null, null);

    public static ScheduleView Schedule(Guid vmId) => new(
        vmId,
        new ScheduleRule("0 2 * * *", "Europe/Berlin", new Retention(Last: 3, Daily: 7)),
        new ScheduleStateView(true, At.AddHours(13), At, ScheduleOutcome.Failed, FailureCodes.NotEnoughSpace, "The pool is full.", false),
        [At.AddHours(13)]);

    public static EventView Event(long sequence, Guid? vmId = null) => new(
        sequence, At, Guid.CreateVersion7(), "TakeSnapshot", vmId ?? Guid.CreateVersion7(), null, null, "Running", "InProgress", "Freeze", null, null, null);
}

/// <summary>Answers as it is told, and keeps what it was asked.</summary>
internal abstract class FakeRequests
{
    /// <summary>The failure that everything answers with, while set.</summary>
    public Failure? Failure { get; set; }

    /// <summary>What everything throws, while set.</summary>
    public Exception? Surprise { get; set; }

    /// <summary>The last call: its name, who made it, and with what.</summary>
    public (string Name, Actor Actor, object?[] Arguments)? Last { get; private set; }

    public void Reset()
    {
        Failure = null;
        Surprise = null;
        Last = null;
    }

    protected Task<Outcome<T>> AnswerAsync<T>(Func<T> value, Actor actor, object?[] arguments, [CallerMemberName] string name = "")
    {
        Note(actor, arguments, name);
        return Task.FromResult(Failure is { } failure ? failure : Outcome.Success(value()));
    }

    protected void Note(Actor actor, object?[] arguments, [CallerMemberName] string name = "")
    {
        Last = (name, actor, arguments);
        if (Surprise is { } surprise)
        {
            throw surprise;
        }
    }
}

internal sealed class FakeVirtualMachines : FakeRequests, IVirtualMachines
{
    public OperationView Operation { get; set; } = Sample.Operation();

    public Task<VmPage> ListAsync(Actor actor, VmQuery query, CancellationToken cancellationToken)
    {
        Note(actor, [query]);
        return Task.FromResult(new VmPage([Sample.Vm()], 17));
    }

    public Task<Outcome<VmView>> GetAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
        => AnswerAsync(() => Sample.Vm(vmId), actor, [vmId]);

    public Task<Outcome<VmInspectionView>> InspectAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
        => AnswerAsync(
            () => new VmInspectionView(
                PowerState.Running, true, [Sample.Disk()], true, null, "Consistent.", TimeSpan.FromMilliseconds(80.25), TimeSpan.FromSeconds(2), 5L << 30, 65L << 20, 2L << 30, ["A deep chain."]),
            actor,
            [vmId]);

    public Task<Outcome<OperationView>> PowerAsync(Actor actor, Guid vmId, PowerRequest request, CancellationToken cancellationToken)
        => AnswerAsync(() => Operation, actor, [vmId, request]);

    public Task<Outcome<OperationView>> GiveIdentityAsync(Actor actor, Guid vmId, GiveIdentityRequest request, CancellationToken cancellationToken)
        => AnswerAsync(() => Operation, actor, [vmId, request]);

    public Task<Outcome<VmView>> ChangeAsync(Actor actor, Guid vmId, ChangeVmRequest request, CancellationToken cancellationToken)
        => AnswerAsync(() => Sample.Vm(vmId) with { FailureDeadline = request.FailureDeadline, Description = request.Description ?? "" }, actor, [vmId, request]);

    public Task<Outcome<VmNetworkView>> NetworkAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
        => AnswerAsync(
            static () => new VmNetworkView(Sample.At, AddressSource.Guest, [new NetworkCard("52:54:00:12:34:56", "the network “lab”", "eth0", ["192.168.100.7", "2001:db8::7"])]),
            actor,
            [vmId]);

    public Task<Outcome<BootSettings>> BootAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
        => AnswerAsync(static () => new BootSettings(true, [new BootDevice("vda", BootDeviceKind.Disk, 1), new BootDevice("sda", BootDeviceKind.CdRom, null)], HasOwnKernel: false), actor, [vmId]);

    public Task<Outcome<OperationView>> ConfigureAsync(Actor actor, Guid vmId, ConfigureVmRequest request, CancellationToken cancellationToken)
        => AnswerAsync(() => Operation, actor, [vmId, request]);

    public Task<Outcome<VmView>> GiveAsync(Actor actor, Guid vmId, Guid ownerId, CancellationToken cancellationToken)
        => AnswerAsync(() => Sample.Vm(vmId) with { OwnerId = ownerId }, actor, [vmId, ownerId]);

    public Task<Outcome<OperationView>> ResetAsync(Actor actor, Guid vmId, ResetVmRequest request, CancellationToken cancellationToken)
        => AnswerAsync(() => Operation, actor, [vmId, request]);

    public Task<Outcome<OperationView>> DeleteAsync(Actor actor, Guid vmId, string? idempotencyKey, CancellationToken cancellationToken)
        => AnswerAsync(() => Operation, actor, [vmId, idempotencyKey]);

    public Task<Outcome<ScreenshotView>> ScreenshotAsync(Actor actor, Guid vmId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Outcome<IReadOnlyList<UnmanagedVmView>>> ListUnmanagedAsync(Actor actor, CancellationToken cancellationToken)
        => AnswerAsync<IReadOnlyList<UnmanagedVmView>>(
            static () => [new UnmanagedVmView(Guid.CreateVersion7(), "local", Guid.CreateVersion7(), "old-box", PowerState.ShutOff, [Sample.Disk()])],
            actor,
            []);

    public Task<Outcome<VmView>> AdoptAsync(Actor actor, AdoptRequest request, CancellationToken cancellationToken)
        => AnswerAsync(() => Sample.Vm(request.VmId), actor, [request]);
}

internal sealed class FakeSnapshots : FakeRequests, ISnapshots
{
    public OperationView Operation { get; set; } = Sample.Operation();

    public Task<Outcome<IReadOnlyList<SnapshotView>>> ListAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
        => AnswerAsync<IReadOnlyList<SnapshotView>>(static () => [Sample.Snapshot()], actor, [vmId]);

    public Task<Outcome<SnapshotView>> GetAsync(Actor actor, Guid snapshotId, CancellationToken cancellationToken)
        => AnswerAsync(() => Sample.Snapshot(snapshotId), actor, [snapshotId]);

    public Task<Outcome<ComparisonView>> CompareAsync(Actor actor, Guid snapshotId, Guid? withId, CancellationToken cancellationToken)
        => AnswerAsync(
            () => new ComparisonView(
                new ComparedStateView(snapshotId, "before the upgrade", Guid.CreateVersion7(), "web-1", Sample.At),
                new ComparedStateView(withId, null, Guid.CreateVersion7(), "web-1", Sample.At.AddHours(1)),
                512,
                [new ConfigurationDifference(ConfigurationPart.Memory, null, "2 GiB", "4 GiB")]),
            actor,
            [snapshotId, withId]);

    public Task<Outcome<OperationView>> TakeAsync(Actor actor, Guid vmId, TakeSnapshotRequest request, CancellationToken cancellationToken)
        => AnswerAsync(() => Operation, actor, [vmId, request]);

    public Task<Outcome<OperationView>> RestoreAsync(Actor actor, Guid snapshotId, RestoreSnapshotRequest request, CancellationToken cancellationToken)
        => AnswerAsync(() => Operation, actor, [snapshotId, request]);

    public Task<Outcome<ClonePreviewView>> PreviewCloneAsync(Actor actor, Guid snapshotId, CancellationToken cancellationToken)
        => AnswerAsync(
            static () => new ClonePreviewView(2, 8, 2L << 30, 64L << 20, 16L << 30, [new CloneDiskView("vda", 10L << 30, 1L << 30, true)], [new CloneNetworkView("default", true)], "the network “default”", true, ["A thing."]),
            actor,
            [snapshotId]);

    public Task<Outcome<IReadOnlyList<string>>> TakenNamesAsync(Actor actor, Guid snapshotId, IReadOnlyCollection<string> names, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Outcome<OperationView>> CloneAsync(Actor actor, Guid snapshotId, CloneVmRequest request, CancellationToken cancellationToken)
        => AnswerAsync(() => Operation, actor, [snapshotId, request]);

    public Task<Outcome<OperationView>> DeleteAsync(Actor actor, Guid snapshotId, string? idempotencyKey, CancellationToken cancellationToken)
        => AnswerAsync(() => Operation, actor, [snapshotId, idempotencyKey]);

    public Task<Outcome<SnapshotView>> ChangeAsync(Actor actor, Guid snapshotId, ChangeSnapshotRequest request, CancellationToken cancellationToken)
        => AnswerAsync(() => Sample.Snapshot(snapshotId) with { Name = request.Name ?? "was" }, actor, [snapshotId, request]);

    public Task<Outcome<SnapshotView>> ProtectAsync(Actor actor, Guid snapshotId, bool isProtected, CancellationToken cancellationToken)
        => AnswerAsync(() => Sample.Snapshot(snapshotId) with { Protected = isProtected }, actor, [snapshotId, isProtected]);
}

internal sealed class FakeSchedules : FakeRequests, ISchedules
{
    public Task<Outcome<ScheduleView>> GetAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
        => AnswerAsync(() => Sample.Schedule(vmId), actor, [vmId]);

    public Task<Outcome<ScheduleView>> SetAsync(Actor actor, Guid vmId, SetScheduleRequest request, CancellationToken cancellationToken)
        => AnswerAsync(() => Sample.Schedule(vmId) with { Rule = request.Rule }, actor, [vmId, request]);

    public Task<Outcome<ScheduleView>> RemoveAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
        => AnswerAsync(() => Sample.Schedule(vmId), actor, [vmId]);

    public Task<Outcome<SchedulePreviewView>> PreviewAsync(Actor actor, Guid vmId, ScheduleRule rule, CancellationToken cancellationToken) => throw new NotSupportedException();
}

internal sealed class FakeStorage : FakeRequests, IStorage
{
    public Task<Outcome<StorageView>> MapAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
        => AnswerAsync(
            () => new StorageView(
                [new LayerView(Guid.CreateVersion7(), null, "vda", 1, LayerState.Head, true, true, 123, true, [], [new HolderView(vmId, "web-1"), new HolderView(null, null)], [])], 123, 0, 1, [], true),
            actor,
            [vmId]);

    public Task<Outcome<SnapshotReleaseView>> ReleaseAsync(Actor actor, Guid snapshotId, CancellationToken cancellationToken)
        => AnswerAsync(() => new SnapshotReleaseView(snapshotId, 500, false, 100, 20, 400, [], []), actor, [snapshotId]);

    public Task<Outcome<OperationView>> FlattenAsync(Actor actor, Guid vmId, string? idempotencyKey, CancellationToken cancellationToken)
        => AnswerAsync(static () => Sample.Operation(OperationKind.FlattenVm), actor, [vmId, idempotencyKey]);
}

internal sealed class FakeUsage : FakeRequests, IUsage
{
    public Task<Outcome<UsageView>> GetAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
        => AnswerAsync(() => new UsageView(Sample.At.AddMinutes(-10), Sample.At, [Fakes.FakeUsage.At(Sample.At, used: null)]), actor, [vmId]);

    public Task<Outcome<IUsageWatch>> WatchAsync(Actor actor, Guid vmId, CancellationToken cancellationToken) => throw new NotSupportedException();
}

internal sealed class FakeExports : FakeRequests, IExports
{
    public byte[] Content { get; } = [.. Enumerable.Range(0, 1000).Select(static n => (byte)n)];

    /// <summary>The file, where it is to be another than <see cref="Content"/>.</summary>
    public Func<Stream>? File { get; set; }

    public Task<Outcome<IReadOnlyList<ExportView>>> ListAsync(Actor actor, Guid? vmId, CancellationToken cancellationToken)
        => AnswerAsync<IReadOnlyList<ExportView>>(static () => [Export(Guid.CreateVersion7())], actor, [vmId]);

    public Task<Outcome<ExportView>> GetAsync(Actor actor, Guid exportId, CancellationToken cancellationToken)
        => AnswerAsync(() => Export(exportId), actor, [exportId]);

    public Task<Outcome<OperationView>> ExportSnapshotAsync(Actor actor, Guid snapshotId, ExportRequest request, CancellationToken cancellationToken)
        => AnswerAsync(static () => Sample.Operation(OperationKind.ExportSnapshot), actor, [snapshotId, request]);

    public Task<Outcome<OperationView>> ExportVmAsync(Actor actor, Guid vmId, ExportRequest request, CancellationToken cancellationToken)
        => AnswerAsync(static () => Sample.Operation(OperationKind.ExportVm), actor, [vmId, request]);

    public Task<Outcome<ExportView>> DeleteAsync(Actor actor, Guid exportId, CancellationToken cancellationToken)
        => AnswerAsync(() => Export(exportId) with { State = ExportState.Removing }, actor, [exportId]);

    public Task<Outcome<ExportDownload>> OpenAsync(Actor actor, Guid exportId, string target, CancellationToken cancellationToken)
        => AnswerAsync(() => new ExportDownload(File?.Invoke() ?? new MemoryStream(Content), "web-1-vda.qcow2", "0190a8b4", Sample.At), actor, [exportId, target]);

    private static ExportView Export(Guid id) => new(
        id, Guid.CreateVersion7(), "web-1", null, null, ExportState.Ready, "Anna", Sample.At, Sample.At, Sample.At.AddDays(1),
        [new ExportDiskView("vda", "web-1-vda.qcow2", "default", "export-1.qcow2", 1000, 10L << 30)], null, null, null);
}

internal sealed class FakeOperations(FakeEventLog log) : FakeRequests, IOperations
{
    public OperationView Operation { get; set; } = Sample.Operation();

    public Task<IReadOnlyList<OperationView>> ListAsync(Actor actor, OperationQuery query, CancellationToken cancellationToken)
    {
        Note(actor, [query]);
        return Task.FromResult<IReadOnlyList<OperationView>>([Operation]);
    }

    public Task<Outcome<OperationView>> GetAsync(Actor actor, Guid operationId, CancellationToken cancellationToken)
        => AnswerAsync(() => Operation with { Id = operationId }, actor, [operationId]);

    public Task<Outcome<OperationView>> CancelAsync(Actor actor, Guid operationId, CancellationToken cancellationToken)
        => AnswerAsync(() => Operation with { Id = operationId }, actor, [operationId]);

    public Task<IReadOnlyList<EventView>> EventsSinceAsync(Actor actor, long sinceSequence, int take, CancellationToken cancellationToken)
        => Task.FromResult(log.Since(actor, sinceSequence, take));

    public Task<long> LastSequenceAsync(CancellationToken cancellationToken) => Task.FromResult(log.Last);
}

/// <summary>An event log with its live end, in memory. Keeps the promises of the interfaces, and nothing beyond them.</summary>
internal sealed class FakeEventLog : IEventStream
{
    private readonly Lock _lock = new();
    private readonly List<(Guid Owner, EventView Event)> _events = [];
    private readonly List<Subscription> _subscriptions = [];

    public long Last
    {
        get
        {
            lock (_lock)
            {
                return _events.Count;
            }
        }
    }

    public int Subscriptions
    {
        get
        {
            lock (_lock)
            {
                return _subscriptions.Count;
            }
        }
    }

    /// <summary>Runs before each read of the log.</summary>
    public Action? OnRead { get; set; }

    public EventView Publish(Guid owner, bool live = true)
    {
        lock (_lock)
        {
            var e = Sample.Event(_events.Count + 1);
            _events.Add((owner, e));
            foreach (var subscription in _subscriptions.Where(s => s.Actor.MayUse(owner)))
            {
                subscription.Offer(live ? new EventBatch([e], false) : null);
            }

            return e;
        }
    }

    public IReadOnlyList<EventView> Since(Actor actor, long since, int take)
    {
        OnRead?.Invoke();
        lock (_lock)
        {
            return [.. _events.Where(e => e.Event.Sequence > since && actor.MayUse(e.Owner)).Select(static e => e.Event).Take(take)];
        }
    }

    public IEventSubscription Subscribe(Actor actor)
    {
        lock (_lock)
        {
            var subscription = new Subscription(this, actor);
            _subscriptions.Add(subscription);
            return subscription;
        }
    }

    private sealed class Subscription(FakeEventLog log, Actor actor) : IEventSubscription
    {
        private const int Capacity = 16;

        private readonly ConcurrentQueue<EventBatch> _queue = new();
        private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        private bool _gap;

        public Actor Actor => actor;

        /// <summary>Keeps a batch; <see langword="null"/>, or one too many, is lost.</summary>
        public void Offer(EventBatch? batch)
        {
            if (batch is null || _queue.Count >= Capacity)
            {
                Volatile.Write(ref _gap, true);
            }
            else
            {
                _queue.Enqueue(batch with { Gap = Interlocked.Exchange(ref _gap, false) });
            }

            _signal.Writer.TryWrite(true);
        }

        public async IAsyncEnumerable<EventBatch> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var _ in _signal.Reader.ReadAllAsync(cancellationToken))
            {
                while (_queue.TryDequeue(out var batch))
                {
                    yield return batch;
                }

                if (Interlocked.Exchange(ref _gap, false))
                {
                    yield return new EventBatch([], true);
                }
            }
        }

        public void Dispose()
        {
            lock (log._lock)
            {
                log._subscriptions.Remove(this);
            }

            _signal.Writer.TryComplete();
        }
    }
}
