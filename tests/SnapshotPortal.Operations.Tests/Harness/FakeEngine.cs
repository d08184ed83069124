using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Tests.Harness;

/// <summary>One step of the fake engine at the moment of its side effect.</summary>
internal sealed record EngineStep(string Name, Guid VmId, IOperationJournal Journal, CancellationToken CancellationToken);

/// <summary>What the fake engine saw while a request was checked.</summary>
internal sealed class FakeLook(Guid vmId) : EarlyLook
{
    public Guid VmId => vmId;
}

/// <summary>What a step of the fake engine wrote to the journal before it acted.</summary>
internal sealed record FakeIntention(string What, IReadOnlyList<string> Files);

/// <summary>A domain on the fake host.</summary>
internal sealed class FakeDomain
{
    public required VmObservation Seen { get; set; }

    public required List<DiskInspection> Disks { get; set; }

    /// <summary>The portal's record in its definition.</summary>
    public string? Record { get; set; }

    public List<string> ForeignSnapshots { get; } = [];
}

/// <summary>
/// A hypervisor by script: does at once what it is asked, unless a test stops a step at a gate, makes it fail, or looks
/// around in it. Steps are named <c>Take:Plan</c>, <c>Restore:Redefine</c> and so on.
/// </summary>
internal sealed partial class FakeEngine(TimeProvider time) : IHypervisorEngine
{
    private readonly ConcurrentDictionary<string, Func<EngineStep, Task>> _script = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Channel<HostSignal>> _watches = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Guid, int> _examined = new();
    private int _files;

    public ConcurrentDictionary<Guid, FakeDomain> Domains { get; } = new();

    /// <summary>What was asked, in order: <c>Take web</c>, <c>Merge base child</c>.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    public ConcurrentQueue<MergeOrder> Merges { get; } = new();

    public ConcurrentQueue<RestoreOrder> Restores { get; } = new();

    public ConcurrentQueue<CloneOrder> Clones { get; } = new();

    /// <summary>Hosts that do not answer from the start.</summary>
    public ConcurrentDictionary<string, string> Unreachable { get; } = new(StringComparer.Ordinal);

    /// <summary>What the thaw of a capture ends with.</summary>
    public bool CaptureProvesThaw { get; set; } = true;

    /// <summary>What the debt collector's thaw is answered.</summary>
    public Func<Guid, Task<ThawAnswer>> Thaw { get; set; } = static _ => Task.FromResult(new ThawAnswer(true, "thawed"));

    public Func<TakeSnapshotOrder, IOperationJournal, Task<CaptureResult?>> RecoverTake { get; set; } = static (_, _) => Task.FromResult<CaptureResult?>(null);

    public Func<RestoreOrder, IOperationJournal, Task<RestoreResult?>> RecoverRestore { get; set; } = static (_, _) => Task.FromResult<RestoreResult?>(null);

    public Func<CloneOrder, IOperationJournal, Task<CloneResult?>> RecoverClone { get; set; } = static (_, _) => Task.FromResult<CloneResult?>(null);

    public Func<MergeOrder, IOperationJournal, Task<bool>> RecoverMerge { get; set; } = static (_, _) => Task.FromResult(false);

    /// <summary>Files that somebody removed.</summary>
    public ConcurrentDictionary<string, bool> Gone { get; } = new(StringComparer.Ordinal);

    /// <summary>What stands on what, where the test cares.</summary>
    public ConcurrentDictionary<string, string?> Backing { get; } = new(StringComparer.Ordinal);

    /// <summary>What a survey shows besides the machines.</summary>
    public HostSurvey Survey { get; set; } = new("fake 1.0", [], [], []);

    /// <summary>Runs <paramref name="act"/> in the named step.</summary>
    public void At(string step, Func<EngineStep, Task> act) => _script[step] = act;

    /// <summary>Stops everybody at the named step.</summary>
    public Gate Block(string step)
    {
        var gate = new Gate();
        At(step, s => gate.PassAsync(s.CancellationToken));
        return gate;
    }

    public void Fail(string step, string code, string message) => At(step, _ => throw new EngineException(code, message));

    /// <summary>The step is an ordinary one again.</summary>
    public void Forget(string step) => _script.TryRemove(step, out _);

    /// <summary>How often a machine's files were looked at.</summary>
    public int Examined(Guid vmId) => _examined.GetValueOrDefault(vmId);

    /// <summary>Somebody puts a disk of a machine elsewhere.</summary>
    public void Swap(Guid vmId, string target, string path)
    {
        var domain = Domains[vmId];
        domain.Disks = [.. domain.Disks.Select(d => d.Target == target ? d with { File = d.File! with { Path = path } } : d)];
    }

    /// <summary>Tells the portal something about a host.</summary>
    public void Tell(string host, HostSignal signal) => _watches[host].Writer.TryWrite(signal);

    public bool IsWatched(string host) => _watches.ContainsKey(host);

    /// <summary>All domains there are, as a fresh connection tells.</summary>
    public HostConnected Connected() => new([.. Domains.Values.Select(static d => d.Seen)]);

    public FakeDomain AddDomain(string name, params string[] targets)
    {
        var id = Guid.NewGuid();
        return Domains[id] = new FakeDomain
        {
            Seen = new VmObservation(id, name, PowerState.Running, AgentConnected: true, 2, 1L << 30),
            Disks = [.. targets.Select(t => new DiskInspection(NewFile(t), t, "disk", null, CouldBeIncluded: false, []))],
        };
    }

    public LayerFile NewFile(string target)
    {
        var n = Interlocked.Increment(ref _files);
        return new LayerFile(Guid.CreateVersion7(), target, "default", $"{n}-{target}.qcow2", $"/pool/{Guid.NewGuid():N}-{target}.qcow2", "qcow2", 10L << 30, 1L << 20);
    }

    public async IAsyncEnumerable<HostSignal> WatchAsync(HostRef host, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateUnbounded<HostSignal>();
        yield return Unreachable.TryGetValue(host.Name, out var why) ? new HostLost(why) : Connected();
        _watches[host.Name] = channel;
        await foreach (var signal in channel.Reader.ReadAllAsync(cancellationToken))
        {
            yield return signal;
        }
    }

    public Task<VmInspection> InspectAsync(HostRef host, Guid vmId, CancellationToken cancellationToken)
    {
        Calls.Enqueue("Inspect");
        var domain = Find(vmId);
        return Task.FromResult(new VmInspection(domain.Seen, domain.Seen.AgentConnected, domain.Disks, new PoolSpace(1L << 40, 65L << 20)));
    }

    public Task<IReadOnlyList<VmObservation>> ListDomainsAsync(HostRef host, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<VmObservation>>([.. Domains.Values.Select(static d => d.Seen)]);

    public Task RefreshPoolsAsync(HostRef host, IReadOnlyCollection<string> pools, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"Refresh {string.Join(' ', pools)}");
        return Task.CompletedTask;
    }

    /// <summary>
    /// The truth of a host on which nothing happens that the portal does not do: the disks are where the machine's definition
    /// says, files stand on what a test said or, where it said nothing, cannot be judged.
    /// </summary>
    public async Task<MachineTruth> ExamineAsync(HostRef host, Guid vmId, IReadOnlyCollection<LayerFile> files, CancellationToken cancellationToken)
    {
        var domain = Find(vmId);
        if (files.Count > 0)
        {
            _examined.AddOrUpdate(vmId, 1, static (_, n) => n + 1);
        }

        if (_script.TryGetValue("Examine", out var act))
        {
            await act(new EngineStep("Examine", vmId, null!, cancellationToken));
        }

        return new MachineTruth(
            [.. domain.Disks.Select(static d => new DiskSeen(d.Target, d.File?.Path, []))],
            [.. files.Where(f => Gone.ContainsKey(f.Path) || Backing.ContainsKey(f.Path)).Select(f => new FileSeen(f.Path, !Gone.ContainsKey(f.Path), Backing.GetValueOrDefault(f.Path)))],
            domain.ForeignSnapshots,
            domain.Record);
    }

    public Task<HostSurvey> SurveyAsync(HostRef host, CancellationToken cancellationToken)
        => Unreachable.TryGetValue(host.Name, out var why)
            ? throw new EngineException(FailureCodes.HostUnreachable, why)
            : Task.FromResult(Survey with
            {
                Machines = [.. Domains.Values.Select(static d => new MachineSeen(d.Seen, [.. d.Disks.Select(static x => new DiskSeen(x.Target, x.File?.Path, []))], d.Record, d.ForeignSnapshots))],
            });

    public async Task WriteRecordAsync(HostRef host, Guid vmId, string record, CancellationToken cancellationToken)
    {
        Calls.Enqueue("WriteRecord");
        var domain = Find(vmId);
        if (_script.TryGetValue("WriteRecord", out var act))
        {
            await act(new EngineStep("WriteRecord", vmId, null!, cancellationToken));
        }

        domain.Record = record;
    }

    public Task<EngineScreenshot> ScreenshotAsync(HostRef host, Guid vmId, CancellationToken cancellationToken)
        => Task.FromResult(new EngineScreenshot([1, 2, 3], "image/png"));

    /// <summary>What the captures were given of their requests' looks.</summary>
    public ConcurrentQueue<EarlyLook?> GivenLooks { get; } = new();

    /// <summary>Why no snapshot can succeed, where a test wants that.</summary>
    public EngineException? Hopeless { get; set; }

    public Task<EarlyLook?> CheckTakeAsync(HostRef host, Guid vmId, bool withMemory, CancellationToken cancellationToken)
        => Hopeless is { } why ? Task.FromException<EarlyLook?>(why) : Task.FromResult<EarlyLook?>(new FakeLook(vmId));

    public async Task<CaptureResult> TakeSnapshotAsync(TakeSnapshotOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        var domain = Find(order.VmId);
        Calls.Enqueue($"Take {domain.Seen.Name}");
        GivenLooks.Enqueue(order.Look);
        var result = Capture(order);
        var heads = result.Disks.Select(static d => d.NewHead!).ToList();
        var agent = domain.Seen is { Power: PowerState.Running, AgentConnected: true };
        await ActAsync("Take:Look", order.VmId, journal, cancellationToken);
        await StepAsync("Take:Inspect", order.VmId, journal, null, cancellationToken);
        await StepAsync("Take:Plan", order.VmId, journal, new FakeIntention("overlays", [.. heads.Select(static f => f.Path)]), cancellationToken);
        if (agent)
        {
            await StepAsync("Take:Freeze", order.VmId, journal, null, cancellationToken, freezes: true);
        }

        journal.NoteStep("Capture");
        await ActAsync("Take:Capture", order.VmId, journal, cancellationToken);
        if (agent)
        {
            journal.NoteStep("Thaw");
            if (CaptureProvesThaw)
            {
                journal.NoteThawProven();
            }
            else
            {
                journal.NoteThawUnproven("The agent did not answer the thaw.");
            }

            await ActAsync("Take:Thaw", order.VmId, journal, cancellationToken);
        }

        Move(order.VmId, heads);
        return result;
    }

    /// <summary>A capture that a process that died had made.</summary>
    public CaptureResult Captured(TakeSnapshotOrder order)
    {
        var result = Capture(order);
        Move(order.VmId, [.. result.Disks.Select(static d => d.NewHead!)]);
        return result;
    }

    /// <summary>What a capture under <paramref name="order"/> makes.</summary>
    public CaptureResult Capture(TakeSnapshotOrder order) => new(
        time.GetUtcNow(),
        TimeSpan.FromMilliseconds(12),
        [new Indication(IndicationKind.Online, "The machine ran.")],
        [.. order.Heads.Values.Select(h => new CapturedDisk(h.Target, null, h with { Allocation = h.Allocation + 1 }, NewFile(h.Target), h.VirtualSize))],
        new MachineConfiguration($"<domain><uuid>{order.VmId}</uuid></domain>", FirmwareVariables: null),
        order.WithMemory ? new MemoryImage("default", $"{order.SnapshotId:N}.memory", $"/pool/{order.SnapshotId:N}.memory", 1_000) : null);

    public Task<CaptureResult?> RecoverTakeSnapshotAsync(TakeSnapshotOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        Calls.Enqueue("RecoverTake");
        return RecoverTake(order, journal).WaitAsync(cancellationToken);
    }

    public async Task<RestoreResult> RestoreAsync(RestoreOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"Restore {Find(order.VmId).Seen.Name}");
        Restores.Enqueue(order);
        await StepAsync("Restore:PrepareOverlays", order.VmId, journal, new FakeIntention("overlays", []), cancellationToken);
        await StepAsync("Restore:Redefine", order.VmId, journal, null, cancellationToken);
        return Restored(order);
    }

    private void Move(Guid vmId, IReadOnlyList<LayerFile> heads)
    {
        var domain = Find(vmId);
        domain.Disks = [.. domain.Disks.Select(d => d with { File = heads.FirstOrDefault(h => h.Target == d.Target) ?? d.File })];
    }

    /// <summary>What a restore under <paramref name="order"/> makes.</summary>
    public RestoreResult Restored(RestoreOrder order, string? startFailure = null)
    {
        List<LayerFile> heads = [.. order.Layers.Values.Select(l => NewFile(l.Target))];
        Move(order.VmId, heads);
        return new RestoreResult(
            heads,
            new MachineConfiguration("<domain>before</domain>", FirmwareVariables: null),
            [.. order.Heads.Values.Select(static h => new CapturedDisk(h.Target, null, h, null, h.VirtualSize))],
            [],
            time.GetUtcNow(),
            StartedAgain: startFailure is null,
            startFailure);
    }

    public Task<RestoreResult?> RecoverRestoreAsync(RestoreOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        Calls.Enqueue("RecoverRestore");
        return RecoverRestore(order, journal).WaitAsync(cancellationToken);
    }

    public async Task<CloneResult> CloneAsync(CloneOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"Clone {order.Name}");
        Clones.Enqueue(order);
        await StepAsync("Clone:PlanNames", order.VmId, journal, null, cancellationToken);
        if (Domains.Values.Any(d => d.Seen.Name == order.Name))
        {
            throw new EngineException(FailureCodes.NameTaken, $"The host has a machine named “{order.Name}” already.");
        }

        await StepAsync("Clone:MakeDisks", order.VmId, journal, new FakeIntention("overlays", []), cancellationToken);
        await StepAsync("Clone:Define", order.VmId, journal, null, cancellationToken);
        return Cloned(order);
    }

    /// <summary>What a clone under <paramref name="order"/> is.</summary>
    public CloneResult Cloned(CloneOrder order)
    {
        var heads = order.Layers.Values.Select(l => NewFile(l.Target)).ToList();
        var seen = new VmObservation(order.VmId, order.Name, order.Start ? PowerState.Running : PowerState.ShutOff, false, 2, 1L << 30);
        Domains[order.VmId] = new FakeDomain
        {
            Seen = seen,
            Disks = [.. heads.Select(static h => new DiskInspection(h, h.Target, "disk", null, CouldBeIncluded: false, []))],
        };
        return new CloneResult(heads, seen, null);
    }

    public Task<CloneResult?> RecoverCloneAsync(CloneOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        Calls.Enqueue("RecoverClone");
        return RecoverClone(order, journal).WaitAsync(cancellationToken);
    }

    public async Task PowerAsync(HostRef host, Guid vmId, PowerAction action, IOperationJournal journal, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"{action} {Find(vmId).Seen.Name}");
        await StepAsync($"Power:{action}", vmId, journal, null, cancellationToken);
    }

    public async Task DeleteVmAsync(HostRef host, Guid vmId, IOperationJournal journal, CancellationToken cancellationToken)
    {
        Calls.Enqueue("DeleteVm");
        await StepAsync("DeleteVm:Undefine", vmId, journal, null, cancellationToken);
        Domains.TryRemove(vmId, out _);
    }

    public async Task RemoveVolumeAsync(HostRef host, LayerFile file, IOperationJournal journal, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"Remove {file.Path}");
        await ActAsync("Collect:Remove", host.Id, journal, cancellationToken);
    }

    public async Task MergeAsync(MergeOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"Merge {order.Base.Path} {order.Child.Path}");
        Merges.Enqueue(order);
        await ActAsync("Collect:Merge", order.VmId, journal, cancellationToken);
        if (order.ChildIsHead)
        {
            Move(order.VmId, [order.Base]);
        }
    }

    public Task<bool> RecoverMergeAsync(MergeOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"RecoverMerge {order.Base.Path} {order.Child.Path}");
        return RecoverMerge(order, journal).WaitAsync(cancellationToken);
    }

    public Task<ThawAnswer> ThawAsync(HostRef host, Guid vmId, CancellationToken cancellationToken)
    {
        Calls.Enqueue("Thaw");
        return Thaw(vmId);
    }

    private FakeDomain Find(Guid vmId)
        => Domains.TryGetValue(vmId, out var domain) ? domain : throw new EngineException(FailureCodes.VmMissing, "The host has no such machine.");

    private async Task StepAsync(string step, Guid vmId, IOperationJournal journal, object? intention, CancellationToken cancellationToken, bool freezes = false)
    {
        await journal.BeginStepAsync(step[(step.IndexOf(':', StringComparison.Ordinal) + 1)..], intention, freezes, cancellationToken);
        await ActAsync(step, vmId, journal, cancellationToken);
    }

    private async Task ActAsync(string step, Guid vmId, IOperationJournal journal, CancellationToken cancellationToken)
    {
        if (_script.TryGetValue(step, out var act))
        {
            await act(new EngineStep(step, vmId, journal, cancellationToken));
        }

        cancellationToken.ThrowIfCancellationRequested();
    }
}
