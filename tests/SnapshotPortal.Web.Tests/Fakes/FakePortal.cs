using System.Threading.Channels;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Tests.Fakes;

/// <summary>
/// The operation layer as the pages see it, in memory. A test sets what there is, and says what happens through
/// <see cref="Publish(EventBatch)"/>; nothing happens by itself.
/// </summary>
internal sealed class FakePortal : IVirtualMachines, ISnapshots, ISchedules, IOperations, IAccessTokens, IEventStream
{
    private readonly List<Subscription> _subscriptions = [];
    private long _sequence;

    public List<VmView> Vms { get; } = [];

    public List<SnapshotView> AllSnapshots { get; } = [];

    public List<OperationView> AllOperations { get; } = [];

    public List<AccessTokenView> Tokens { get; } = [];

    public List<UnmanagedVmView> Unmanaged { get; } = [];

    public Dictionary<Guid, VmInspectionView> Inspections { get; } = [];

    public Dictionary<Guid, ScheduleView> Schedules { get; } = [];

    /// <summary>What becomes of the schedule's snapshots under any rule.</summary>
    public List<RetentionPreviewView> Verdicts { get; } = [];

    /// <summary>Everything that was asked to be changed, in order.</summary>
    public List<object> Requests { get; } = [];

    /// <summary>Refuses the next requests for a change with this.</summary>
    public Failure? Refusal { get; set; }

    /// <summary>Makes every reading of state fail with a surprise.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Holds requests for a change back until it is completed.</summary>
    public TaskCompletionSource? Gate { get; set; }

    /// <summary>How often state was read.</summary>
    public int Reads { get; private set; }

    public ReadOnlyMemory<byte> Screen { get; set; }

    public int Subscribers
    {
        get
        {
            lock (_subscriptions)
            {
                return _subscriptions.Count;
            }
        }
    }

    public static Failure NotFound { get; } = new(FailureKind.NotFound, FailureCodes.NotFound, "There is no such thing, or it is not yours.");

    // What happens

    public void Put(VmView vm) => Replace(Vms, vm, v => v.Id == vm.Id);

    public void Put(SnapshotView snapshot) => Replace(AllSnapshots, snapshot, s => s.Id == snapshot.Id);

    public void Put(OperationView operation) => Replace(AllOperations, operation, o => o.Id == operation.Id);

    public void Publish(EventBatch batch)
    {
        lock (_subscriptions)
        {
            foreach (var subscription in _subscriptions)
            {
                subscription.Batches.Writer.TryWrite(batch);
            }
        }
    }

    public void PublishVmChanged(Guid vmId) => Publish(new EventBatch([Event("VmChanged", vmId, null, "Changed")], Gap: false));

    public void Publish(OperationView operation)
    {
        Put(operation);
        Publish(new EventBatch([Event(operation.Kind.ToString(), operation.VmId, operation.Id, operation.State.ToString(), operation.SnapshotId)], Gap: false));
    }

    public EventView Event(string kind, Guid? vmId, Guid? operationId, string state, Guid? snapshotId = null, Guid? classId = null)
        => new(++_sequence, Sample.Start, operationId, kind, vmId, snapshotId, classId, state, null, null, null, null, null);

    public void PublishClassChanged(Guid classId) => Publish(new EventBatch([Event("ClassChanged", null, null, "Changed", classId: classId)], Gap: false));

    // IEventStream

    public IEventSubscription Subscribe(Actor actor)
    {
        lock (_subscriptions)
        {
            var subscription = new Subscription(this);
            _subscriptions.Add(subscription);
            return subscription;
        }
    }

    // IVirtualMachines

    /// <summary>How often machines were read, one or a page of them.</summary>
    public int VmReads { get; private set; }

    public async Task<VmPage> ListAsync(Actor actor, VmQuery query, CancellationToken cancellationToken)
    {
        VmReads++;
        await ReadAsync();
        var found = Vms
            .Where(v => v.OwnerId == actor.UserId || (query.Everybodys && actor.IsAdministrator))
            .Where(v => string.IsNullOrEmpty(query.Search) || v.Name.Contains(query.Search, StringComparison.OrdinalIgnoreCase))
            .OrderBy(static v => v.Name, StringComparer.Ordinal)
            .ToList();
        return new VmPage([.. found.Skip(query.Skip).Take(query.Take)], found.Count);
    }

    async Task<Outcome<VmView>> IVirtualMachines.GetAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
    {
        VmReads++;
        await ReadAsync();
        return Find(actor, vmId) is { } vm ? vm : NotFound;
    }

    public async Task<Outcome<VmInspectionView>> InspectAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
    {
        await ReadAsync();
        if (Find(actor, vmId) is not { } vm)
        {
            return NotFound;
        }

        return vm.HostReachable
            ? Inspections.GetValueOrDefault(vmId) ?? Sample.Inspection(vm)
            : new Failure(FailureKind.Unavailable, FailureCodes.HostUnreachable, $"{vm.HostName} does not answer.");
    }

    public Task<Outcome<OperationView>> PowerAsync(Actor actor, Guid vmId, PowerRequest request, CancellationToken cancellationToken)
        => AcceptAsync(request, () => Sample.Operation(Find(actor, vmId)!, request.Action switch
        {
            PowerAction.Start => OperationKind.StartVm,
            PowerAction.Shutdown => OperationKind.ShutdownVm,
            PowerAction.Stop => OperationKind.StopVm,
            _ => OperationKind.RebootVm,
        }));

    public Task<Outcome<OperationView>> GiveIdentityAsync(Actor actor, Guid vmId, GiveIdentityRequest request, CancellationToken cancellationToken)
        => AcceptAsync(request, () => Sample.Operation(Find(actor, vmId)!, OperationKind.GiveIdentity));

    public Task<Outcome<VmView>> GiveAsync(Actor actor, Guid vmId, Guid ownerId, CancellationToken cancellationToken)
    {
        Requests.Add((vmId, ownerId));
        if (Refusal is { } refusal)
        {
            return Task.FromResult<Outcome<VmView>>(refusal);
        }

        var vm = Find(actor, vmId)! with { OwnerId = ownerId };
        Put(vm);
        return Task.FromResult<Outcome<VmView>>(vm);
    }

    public Task<Outcome<VmView>> ChangeAsync(Actor actor, Guid vmId, ChangeVmRequest request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        if (Refusal is { } refusal)
        {
            return Task.FromResult<Outcome<VmView>>(refusal);
        }

        var before = Find(actor, vmId)!;
        var vm = before with { FailureDeadline = request.DeadlineStays ? before.FailureDeadline : request.FailureDeadline, Description = request.Description ?? before.Description };
        Put(vm);
        return Task.FromResult<Outcome<VmView>>(vm);
    }

    /// <summary>What machines say of their network; those that are not in it tell one address.</summary>
    public Dictionary<Guid, Outcome<VmNetworkView>> Networks { get; } = [];

    public async Task<Outcome<VmNetworkView>> NetworkAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
    {
        await ReadAsync();
        return Find(actor, vmId) is null
            ? NotFound
            : Networks.GetValueOrDefault(vmId) ?? new VmNetworkView(Sample.Start, AddressSource.Guest, [new NetworkCard("52:54:00:12:34:56", "the network “lab”", "eth0", ["192.168.100.7"])]);
    }

    /// <summary>How machines boot; those that are not in it have a disk and a drive.</summary>
    public Dictionary<Guid, Outcome<BootSettings>> Boots { get; } = [];

    public async Task<Outcome<BootSettings>> BootAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
    {
        await ReadAsync();
        return Find(actor, vmId) is null
            ? NotFound
            : Boots.GetValueOrDefault(vmId) ?? new BootSettings(false, [new BootDevice("vda", BootDeviceKind.Disk, 1), new BootDevice("sda", BootDeviceKind.CdRom, null)], HasOwnKernel: false);
    }

    public Task<Outcome<OperationView>> ConfigureAsync(Actor actor, Guid vmId, ConfigureVmRequest request, CancellationToken cancellationToken)
        => AcceptAsync(request with { IdempotencyKey = null }, () => Sample.Operation(Find(actor, vmId)!, OperationKind.ConfigureVm));

    public Task<Outcome<OperationView>> ResetAsync(Actor actor, Guid vmId, ResetVmRequest request, CancellationToken cancellationToken)
        => AcceptAsync(request with { IdempotencyKey = null }, () => Sample.Operation(Find(actor, vmId)!, OperationKind.ResetVm));

    Task<Outcome<OperationView>> IVirtualMachines.DeleteAsync(Actor actor, Guid vmId, string? idempotencyKey, CancellationToken cancellationToken)
        => AcceptAsync(("DeleteVm", vmId), () => Sample.Operation(Find(actor, vmId)!, OperationKind.DeleteVm));

    public Task<Outcome<ScreenshotView>> ScreenshotAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
        => Task.FromResult<Outcome<ScreenshotView>>(Find(actor, vmId) is null || Screen.IsEmpty ? NotFound : new ScreenshotView(Screen, "image/x-portable-pixmap"));

    public Task<Outcome<IReadOnlyList<UnmanagedVmView>>> ListUnmanagedAsync(Actor actor, CancellationToken cancellationToken)
        => Task.FromResult(Refusal is { } refusal ? refusal : Outcome.Success<IReadOnlyList<UnmanagedVmView>>([.. Unmanaged]));

    public Task<Outcome<VmView>> AdoptAsync(Actor actor, AdoptRequest request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        if (Refusal is { } refusal)
        {
            return Task.FromResult<Outcome<VmView>>(refusal);
        }

        var unmanaged = Unmanaged.Single(u => u.VmId == request.VmId);
        Unmanaged.Remove(unmanaged);
        var vm = Sample.Vm(unmanaged.Name) with { Id = request.VmId, OwnerId = request.OwnerId };
        Vms.Add(vm);
        return Task.FromResult<Outcome<VmView>>(vm);
    }

    // ISnapshots

    /// <summary>How often a machine's whole list was read.</summary>
    public int SnapshotLists { get; private set; }

    async Task<Outcome<IReadOnlyList<SnapshotView>>> ISnapshots.ListAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
    {
        SnapshotLists++;
        await ReadAsync();
        return Find(actor, vmId) is null
            ? NotFound
            : Outcome.Success<IReadOnlyList<SnapshotView>>([.. AllSnapshots.Where(s => s.VmId == vmId).OrderByDescending(static s => s.RequestedAt)]);
    }

    Task<Outcome<SnapshotView>> ISnapshots.GetAsync(Actor actor, Guid snapshotId, CancellationToken cancellationToken)
        => Task.FromResult<Outcome<SnapshotView>>(AllSnapshots.Find(s => s.Id == snapshotId) is { } snapshot ? snapshot : NotFound);

    /// <summary>What comparisons answer, by the id of the other one; <see cref="Guid.Empty"/> = now.</summary>
    public Dictionary<Guid, Outcome<ComparisonView>> Comparisons { get; } = [];

    public Task<Outcome<ComparisonView>> CompareAsync(Actor actor, Guid snapshotId, Guid? withId, CancellationToken cancellationToken)
        => Task.FromResult(Comparisons.GetValueOrDefault(withId ?? Guid.Empty) ?? NotFound);

    public Task<Outcome<OperationView>> TakeAsync(Actor actor, Guid vmId, TakeSnapshotRequest request, CancellationToken cancellationToken)
        => AcceptAsync(request, () =>
        {
            var vm = Find(actor, vmId)!;
            var snapshot = Sample.Snapshot(vm, request.Name, Sample.Start) with { Phase = SnapshotPhase.InProgress, CompletedAt = null, FreezeWindow = null };
            var operation = Sample.Operation(vm, OperationKind.TakeSnapshot, snapshot, OperationState.Running, Sample.Running("Inspect"));
            AllSnapshots.Add(snapshot with { ActiveOperation = operation });
            return operation;
        });

    public Task<Outcome<OperationView>> RestoreAsync(Actor actor, Guid snapshotId, RestoreSnapshotRequest request, CancellationToken cancellationToken)
        => AcceptAsync((snapshotId, request), () => ForSnapshot(actor, snapshotId, OperationKind.RestoreSnapshot));

    /// <summary>What the host offers clones.</summary>
    public ClonePreviewView Preview { get; set; } = Sample.ClonePreview();

    public async Task<Outcome<ClonePreviewView>> PreviewCloneAsync(Actor actor, Guid snapshotId, CancellationToken cancellationToken)
    {
        await ReadAsync();
        return Preview;
    }

    /// <summary>Names of other people's machines.</summary>
    public List<string> Taken { get; } = [];

    public Task<Outcome<IReadOnlyList<string>>> TakenNamesAsync(Actor actor, Guid snapshotId, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
        => Task.FromResult(Outcome.Success<IReadOnlyList<string>>([.. names.Intersect(Taken, StringComparer.Ordinal)]));

    public Task<Outcome<OperationView>> CloneAsync(Actor actor, Guid snapshotId, CloneVmRequest request, CancellationToken cancellationToken)
        => AcceptAsync(request, () => ForSnapshot(actor, snapshotId, OperationKind.CloneVm) with { VmId = Guid.CreateVersion7(), VmName = request.Name });

    Task<Outcome<OperationView>> ISnapshots.DeleteAsync(Actor actor, Guid snapshotId, string? idempotencyKey, CancellationToken cancellationToken)
        => AcceptAsync(("DeleteSnapshot", snapshotId), () => ForSnapshot(actor, snapshotId, OperationKind.DeleteSnapshot));

    public Task<Outcome<SnapshotView>> ChangeAsync(Actor actor, Guid snapshotId, ChangeSnapshotRequest request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        if (Refusal is { } refusal)
        {
            return Task.FromResult<Outcome<SnapshotView>>(refusal);
        }

        var was = AllSnapshots.Single(s => s.Id == snapshotId);
        var snapshot = was with { Name = request.Name ?? was.Name, Description = request.Description ?? was.Description };
        Put(snapshot);
        return Task.FromResult<Outcome<SnapshotView>>(snapshot);
    }

    public Task<Outcome<SnapshotView>> ProtectAsync(Actor actor, Guid snapshotId, bool isProtected, CancellationToken cancellationToken)
    {
        Requests.Add(("Protect", snapshotId, isProtected));
        if (Refusal is { } refusal)
        {
            return Task.FromResult<Outcome<SnapshotView>>(refusal);
        }

        var snapshot = AllSnapshots.Single(s => s.Id == snapshotId) with { Protected = isProtected };
        Put(snapshot);
        return Task.FromResult<Outcome<SnapshotView>>(snapshot);
    }

    // ISchedules

    async Task<Outcome<ScheduleView>> ISchedules.GetAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
    {
        await ReadAsync();
        return Find(actor, vmId) is not null && Schedules.GetValueOrDefault(vmId) is { } schedule ? schedule : NotFound;
    }

    public Task<Outcome<ScheduleView>> SetAsync(Actor actor, Guid vmId, SetScheduleRequest request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        if (Refusal is { } refusal)
        {
            return Task.FromResult<Outcome<ScheduleView>>(refusal);
        }

        return Task.FromResult<Outcome<ScheduleView>>(Schedules[vmId] = Sample.Schedule(vmId, request.Rule, request.Enabled));
    }

    public Task<Outcome<ScheduleView>> RemoveAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
    {
        Requests.Add(("RemoveSchedule", vmId));
        Schedules.Remove(vmId, out var schedule);
        return Task.FromResult<Outcome<ScheduleView>>(schedule!);
    }

    public Task<Outcome<SchedulePreviewView>> PreviewAsync(Actor actor, Guid vmId, ScheduleRule rule, CancellationToken cancellationToken)
        => Task.FromResult<Outcome<SchedulePreviewView>>(rule.Cron == "never"
            ? new Failure(FailureKind.Invalid, FailureCodes.CronInvalid, "This is no cron expression.", "cron")
            : new SchedulePreviewView([Sample.Start.AddHours(1)], [.. Verdicts]));

    // IOperations

    public async Task<IReadOnlyList<OperationView>> ListAsync(Actor actor, OperationQuery query, CancellationToken cancellationToken)
    {
        await ReadAsync();
        return [.. AllOperations.Where(o => (query.VmId is null || o.VmId == query.VmId) && (!query.ActiveOnly || o.IsActive)).OrderByDescending(static o => o.RequestedAt).Take(query.Take)];
    }

    async Task<Outcome<OperationView>> IOperations.GetAsync(Actor actor, Guid operationId, CancellationToken cancellationToken)
    {
        await ReadAsync();
        return AllOperations.Find(o => o.Id == operationId) is { } operation ? operation : NotFound;
    }

    public Task<Outcome<OperationView>> CancelAsync(Actor actor, Guid operationId, CancellationToken cancellationToken)
        => AcceptAsync(("Cancel", operationId), () => AllOperations.Single(o => o.Id == operationId) with { CancelRequested = true });

    public Task<IReadOnlyList<EventView>> EventsSinceAsync(Actor actor, long sinceSequence, int take, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<EventView>>([]);

    public Task<long> LastSequenceAsync(CancellationToken cancellationToken) => Task.FromResult(_sequence);

    // IAccessTokens

    Task<IReadOnlyList<AccessTokenView>> IAccessTokens.ListAsync(Actor actor, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<AccessTokenView>>([.. Tokens]);

    public Task<Outcome<NewAccessToken>> CreateAsync(Actor actor, TokenRequest request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        if (Refusal is { } refusal)
        {
            return Task.FromResult<Outcome<NewAccessToken>>(refusal);
        }

        var token = new AccessTokenView(Guid.CreateVersion7(), request.Name, Sample.Start, Sample.Start + request.Lifetime, null, null, request.Scopes, request.RequestsPerMinute);
        Tokens.Insert(0, token);
        return Task.FromResult<Outcome<NewAccessToken>>(new NewAccessToken(token, "spt_the-secret"));
    }

    public Task<Outcome<AccessTokenView>> RevokeAsync(Actor actor, Guid tokenId, CancellationToken cancellationToken)
    {
        Requests.Add(("Revoke", tokenId));
        var index = Tokens.FindIndex(t => t.Id == tokenId);
        Tokens[index] = Tokens[index] with { RevokedAt = Sample.Start };
        return Task.FromResult<Outcome<AccessTokenView>>(Tokens[index]);
    }

    public Task<TokenHolder?> AuthenticateAsync(string secret, CancellationToken cancellationToken) => Task.FromResult<TokenHolder?>(null);

    private static void Replace<T>(List<T> list, T item, Predicate<T> same)
    {
        var index = list.FindIndex(same);
        if (index >= 0)
        {
            list[index] = item;
        }
        else
        {
            list.Add(item);
        }
    }

    private OperationView ForSnapshot(Actor actor, Guid snapshotId, OperationKind kind)
    {
        var snapshot = AllSnapshots.Single(s => s.Id == snapshotId);
        return Sample.Operation(Find(actor, snapshot.VmId)!, kind, snapshot);
    }

    /// <summary>The classes that everybody who asks teaches.</summary>
    public HashSet<Guid> Taught { get; } = [];

    private VmView? Find(Actor actor, Guid vmId) => Vms.Find(v => v.Id == vmId && (actor.MayUse(v.OwnerId) || (v.Class is { } taught && Taught.Contains(taught.ClassId))));

    private async Task<Outcome<OperationView>> AcceptAsync(object request, Func<OperationView> accept)
    {
        Requests.Add(request);
        if (Gate is { } gate)
        {
            await gate.Task;
        }

        if (Refusal is { } refusal)
        {
            return refusal;
        }

        var operation = accept();
        Put(operation);
        return operation;
    }

    // Yields, as a database does, so that components show their state of waiting.
    private async Task ReadAsync()
    {
        Reads++;
        await Task.Yield();
        if (IsBroken)
        {
            throw new InvalidOperationException("The database is gone.");
        }
    }

    private sealed class Subscription(FakePortal portal) : IEventSubscription
    {
        public Channel<EventBatch> Batches { get; } = Channel.CreateUnbounded<EventBatch>();

        public IAsyncEnumerable<EventBatch> ReadAllAsync(CancellationToken cancellationToken) => Batches.Reader.ReadAllAsync(cancellationToken);

        public void Dispose()
        {
            lock (portal._subscriptions)
            {
                portal._subscriptions.Remove(this);
            }

            Batches.Writer.TryComplete();
        }
    }
}
