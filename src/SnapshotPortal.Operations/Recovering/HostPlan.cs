using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Records;

namespace SnapshotPortal.Operations.Recovering;

/// <summary>A machine that is to be added, with its rows.</summary>
internal sealed record MachinePlan(VirtualMachine Vm, OwnerRecord Owner, IReadOnlyList<DiskLayer> Layers, IReadOnlyList<Snapshot> Snapshots, IReadOnlyList<string> Notes);

/// <summary>
/// What can be recovered of one host. The files are the truth and the records give them their names: a layer is believed
/// where its file agrees, a snapshot where all its layers are, and what a machine writes to is what its definition says.
/// </summary>
internal sealed class HostPlan
{
    private readonly Guid _hostId;
    private readonly DateTimeOffset _now;
    private readonly RecordedLayers _recorded;
    private readonly Dictionary<Guid, DiskLayer> _present;
    private readonly Dictionary<string, Guid> _paths;
    private readonly List<MachinePlan> _machines = [];
    private readonly List<string> _problems = [];

    /// <summary>Plans a host.</summary>
    /// <param name="hostId">The host's row.</param>
    /// <param name="survey">What is there.</param>
    /// <param name="managed">The machines that the database has already: they are left as they are.</param>
    /// <param name="present">The layers that the database has already.</param>
    /// <param name="now">The time.</param>
    public HostPlan(Guid hostId, HostSurvey survey, IReadOnlySet<Guid> managed, IEnumerable<DiskLayer> present, DateTimeOffset now)
    {
        _hostId = hostId;
        _now = now;
        _present = present.ToDictionary(static l => l.Id);
        _paths = _present.Values.ToDictionary(static l => l.Path, static l => l.Id, StringComparer.Ordinal);
        var records = Read(survey, managed);
        _recorded = new RecordedLayers(records.Select(static r => r.Record), survey.Volumes);
        foreach (var (record, machine) in records.OrderBy(static r => r.Machine.Vm.Name, StringComparer.Ordinal))
        {
            if (Plan(record, machine) is { } plan)
            {
                _machines.Add(plan);
            }
        }

        SettleStates();
    }

    public IReadOnlyList<MachinePlan> Machines => _machines;

    /// <summary>Which machines or snapshots cannot be recovered, and why.</summary>
    public IReadOnlyList<string> Problems => _problems;

    private List<(VmRecord Record, MachineSeen Machine)> Read(HostSurvey survey, IReadOnlySet<Guid> managed)
    {
        var records = new List<(VmRecord Record, MachineSeen Machine)>();
        foreach (var machine in survey.Machines.Where(m => m.Record is not null && !managed.Contains(m.Vm.VmId)))
        {
            var (record, problem) = RecordElement.Read(machine.Record!);
            if (record is null)
            {
                _problems.Add($"“{machine.Vm.Name}”: its record cannot be read, so it is not recovered. {problem} Adopt it by hand.");
            }
            else if (record.VmId != machine.Vm.VmId)
            {
                _problems.Add($"“{machine.Vm.Name}” carries the record of another machine ({record.VmId}): it was copied outside the portal. It is not recovered. Adopt it by hand.");
            }
            else
            {
                records.Add((record, machine));
            }
        }

        return records;
    }

    private MachinePlan? Plan(VmRecord record, MachineSeen machine)
    {
        var notes = new List<string>();
        var rows = new Dictionary<Guid, DiskLayer>();
        var heads = new List<DiskLayer>();
        var vm = RecoveredRows.ToVm(record, machine.Vm, _hostId, _now);
        foreach (var head in record.Layers.Where(static l => l.State == LayerState.Head))
        {
            if (Head(head, machine, vm, rows, notes) is { } row)
            {
                row.HeadOfVmId = vm.Id;
                row.State = LayerState.Head;
                heads.Add(row);
            }
        }

        var snapshots = Snapshots(record, rows, heads, notes);
        if (Clash(rows.Values) is { } clash)
        {
            _problems.Add($"“{vm.Name}” is not recovered: {clash}");
            return null;
        }

        vm.CurrentSnapshotId = Nearest(record.CurrentSnapshotId, record, snapshots);
        if (record.Omitted > 0)
        {
            notes.Add($"{record.Omitted} older snapshots did not fit into its record. Their files are kept as they are, and doctor lists them.");
        }

        var added = rows.Values.Where(l => !_present.ContainsKey(l.Id)).ToList();
        foreach (var layer in added)
        {
            _present.Add(layer.Id, layer);
            _paths.Add(layer.Path, layer.Id);
        }

        return new MachinePlan(vm, record.Owner, added, snapshots, notes);
    }

    /// <summary>The row of what the machine writes to by its definition.</summary>
    private DiskLayer? Head(LayerRecord head, MachineSeen machine, VirtualMachine vm, Dictionary<Guid, DiskLayer> rows, List<string> notes)
    {
        var file = machine.Disks.FirstOrDefault(d => string.Equals(d.Target, head.Target, StringComparison.Ordinal))?.File;
        var why = _recorded.WhyNot(head.Id);
        if (string.Equals(file, head.Path, StringComparison.Ordinal) && why is null)
        {
            return Chain(head.Id, rows);
        }

        // Work that ended after the last record was written: the portal's own overlays on files that are known.
        if (file is not null && Unrecorded(file) is { } chain)
        {
            notes.Add($"The disk {head.Target} lies in {file}, which is younger than the record. It is taken over as it is.");
            return Continue(chain, head.Target, rows);
        }

        if (why is null)
        {
            vm.Drift = $"The disk {head.Target} lies in {file ?? "no file"}, where the record says {head.Path}.";
            notes.Add(vm.Drift);
            return Chain(head.Id, rows);
        }

        if (_recorded.Volume(file) is { } volume)
        {
            notes.Add($"The disk {head.Target} is taken over as when a machine is adopted. {why}");
            var row = RecoveredRows.ToLayer(volume, Guid.CreateVersion7(), parentId: null, head.Target, createdByPortal: false, _hostId);
            rows.Add(row.Id, row);
            return row;
        }

        notes.Add($"The disk {head.Target} is not recovered. {why}");
        return null;
    }

    /// <summary>The rows of a layer that is believed and of everything that it stands on.</summary>
    private DiskLayer Chain(Guid id, Dictionary<Guid, DiskLayer> rows)
    {
        for (Guid? next = id; next is { } current && !rows.ContainsKey(current);)
        {
            var record = _recorded.Find(current)!;
            rows.Add(current, _present.GetValueOrDefault(current) ?? RecoveredRows.ToLayer(record, _recorded.Volume(record.Path)!, _hostId));
            next = record.ParentId;
        }

        return rows[id];
    }

    /// <summary>The portal's own files from <paramref name="top"/> down to one that is believed; <see langword="null"/> if they lead nowhere.</summary>
    private List<VolumeSeen>? Unrecorded(string top)
    {
        var chain = new List<VolumeSeen>();
        for (var path = top; path is not null; path = chain[^1].BackingPath)
        {
            if (_recorded.BelievedAt(path) is not null)
            {
                return chain.Count > 0 ? chain : null;
            }

            if (_recorded.Volume(path) is not { LayerId: not null } file || chain.Contains(file))
            {
                return null;
            }

            chain.Add(file);
        }

        return null;
    }

    private DiskLayer Continue(List<VolumeSeen> chain, string target, Dictionary<Guid, DiskLayer> rows)
    {
        var below = Chain(_recorded.BelievedAt(chain[^1].BackingPath!)!.Id, rows);
        foreach (var file in Enumerable.Reverse(chain))
        {
            // After a merge a layer lies in a file with another's name.
            var id = _recorded.Find(file.LayerId!.Value) is null && !_present.ContainsKey(file.LayerId.Value) ? file.LayerId.Value : Guid.CreateVersion7();
            var row = RecoveredRows.ToLayer(file, id, below.Id, target, createdByPortal: true, _hostId);
            rows.Add(row.Id, row);
            below = row;
        }

        return below;
    }

    private List<Snapshot> Snapshots(VmRecord record, Dictionary<Guid, DiskLayer> rows, List<DiskLayer> heads, List<string> notes)
    {
        var believed = new List<SnapshotRecord>();
        foreach (var snapshot in record.Snapshots)
        {
            if (WhyNot(snapshot, heads) is { } why)
            {
                notes.Add($"The snapshot “{snapshot.Name}” is not recovered. {why}");
                continue;
            }

            foreach (var layer in snapshot.Disks.Select(static d => d.LayerId).OfType<Guid>())
            {
                Chain(layer, rows);
            }

            if (snapshot.Memory is { } memory && _recorded.Volume(memory.Path) is null)
            {
                notes.Add($"The snapshot “{snapshot.Name}” is recovered without its memory. The file {memory.Path} is gone.");
                believed.Add(snapshot with { Memory = null });
                continue;
            }

            believed.Add(snapshot);
        }

        var ids = believed.Select(static s => s.Id).ToHashSet();
        return [.. believed.Select(s => RecoveredRows.ToSnapshot(s, record.VmId, Nearest(s.ParentId, record, ids)))];
    }

    private string? WhyNot(SnapshotRecord snapshot, List<DiskLayer> heads)
    {
        if (snapshot.Phase is not SnapshotPhase.Succeeded)
        {
            return null;
        }

        var held = snapshot.Disks.Where(static d => d.Included).Select(static d => d.LayerId).ToList();
        if (held.Count == 0 || held.Contains(null) || snapshot.DomainXml is null)
        {
            return "Its record is incomplete.";
        }

        return held.OfType<Guid>().Select(id => _recorded.WhyNot(id)
            ?? (heads.Exists(h => h.Id == id) ? "The machine writes to its file." : null)
            ?? (_present.GetValueOrDefault(id) is { State: LayerState.Released or LayerState.Merging or LayerState.Deleting } layer && !IsPlanned(id) ? $"In the database its file {layer.Path} is released already." : null))
            .FirstOrDefault(static w => w is not null);
    }

    private bool IsPlanned(Guid layerId) => _machines.Exists(m => m.Layers.Any(l => l.Id == layerId));

    /// <summary>Why rows do not fit what the database has; <see langword="null"/> if they do.</summary>
    private string? Clash(IEnumerable<DiskLayer> rows)
    {
        foreach (var row in rows)
        {
            if (_paths.TryGetValue(row.Path, out var owner) && owner != row.Id)
            {
                return $"the database has another layer in {row.Path}.";
            }

            if (_present.TryGetValue(row.Id, out var known) && (known.Path != _recorded.Find(row.Id)?.Path || known.State == LayerState.Head))
            {
                return $"the database has its layer {row.Id} in {known.Path} and says that it is {known.State}.";
            }
        }

        return null;
    }

    /// <summary>The nearest snapshot upwards that is recovered.</summary>
    private static Guid? Nearest(Guid? id, VmRecord record, HashSet<Guid> recovered)
    {
        var parents = record.Snapshots.DistinctBy(static s => s.Id).ToDictionary(static s => s.Id, static s => s.ParentId);
        for (var left = parents.Count + 1; id is { } current && left > 0; left--)
        {
            if (recovered.Contains(current))
            {
                return current;
            }

            id = parents.GetValueOrDefault(current);
        }

        return null;
    }

    private static Guid? Nearest(Guid? id, VmRecord record, List<Snapshot> recovered) => Nearest(id, record, recovered.Select(static s => s.Id).ToHashSet());

    /// <summary>What a recovered snapshot holds is frozen, whatever an older record says.</summary>
    private void SettleStates()
    {
        var held = _machines.SelectMany(static m => m.Snapshots).SelectMany(static s => s.Disks).Select(static d => d.LayerId).OfType<Guid>().ToHashSet();
        foreach (var layer in _machines.SelectMany(static m => m.Layers).Where(l => l.State != LayerState.Head && held.Contains(l.Id)))
        {
            layer.State = LayerState.Frozen;
        }
    }
}
