using CsCheck;
using SnapshotPortal.Domain.Layers;

namespace SnapshotPortal.Domain.Tests;

/// <summary>
/// The collector on a model of a disk: files with what was written to each, in random trees, in random order, while snapshots
/// and machines go away. Whoever is left must read the same bytes to the end.
/// </summary>
public sealed class CollectorModelTests
{
    private static readonly Gen<int> Any = Gen.Int[0, 9_999];

    private static readonly Gen<(Node[] Nodes, int[] Choices)> World = Gen.Select(
        Gen.Select(Any, Gen.Int[0, 9], Gen.Int[0, 9], static (parent, fate, maker) => new Node(parent, fate, maker)).Array[1, 16],
        Any.Array[0, 60]);

    [Fact]
    public void Collector_AnyTreeInAnyOrder_KeepsEveryHeadsAndEverySnapshotsContent()
        => World.Sample(static world => new Model(world.Nodes).Run(world.Choices), iter: 2_000);

    private sealed record Node(int Parent, int Fate, int Maker);

    private sealed class DiskFile
    {
        public List<int> Writes { get; } = [];

        public string? Backing { get; set; }
    }

    private sealed class Model
    {
        private readonly Dictionary<Guid, DiskLayer> _layers = [];
        private readonly Dictionary<string, DiskFile> _files = new(StringComparer.Ordinal);
        private readonly HashSet<Guid> _held = [];
        private readonly Dictionary<Guid, int[]> _expected = [];
        private readonly HashSet<string> _foreign = new(StringComparer.Ordinal);

        public Model(Node[] nodes)
        {
            var rows = new List<DiskLayer>();
            var parents = nodes.Select(static (n, i) => (n.Parent % (i + 1)) - 1).ToArray();
            for (var i = 0; i < nodes.Length; i++)
            {
                var parent = parents[i] < 0 ? null : rows[parents[i]];
                var leaf = !parents.Skip(i + 1).Contains(i);
                var state = (leaf, nodes[i].Fate) switch
                {
                    (true, < 6) => LayerState.Head,
                    (true, < 8) => LayerState.Released,
                    (false, < 5) => LayerState.Released,
                    _ => LayerState.Frozen,
                };
                var row = new DiskLayer
                {
                    HostId = Guid.Empty,
                    Pool = "default",
                    Volume = $"{i}",
                    Path = $"/pool/{i}",
                    Format = "qcow2",
                    ParentId = parent?.Id,
                    State = state,
                    HeadOfVmId = state == LayerState.Head ? Guid.NewGuid() : null,
                    Target = "vda",

                    // A file that the portal found has no layer behind it: only a root can be one.
                    CreatedByPortal = parent is not null || nodes[i].Maker > 3,
                };
                rows.Add(row);
                _layers.Add(row.Id, row);
                _files.Add(row.Path, new DiskFile { Backing = parent?.Path, Writes = { i } });
                if (!row.CreatedByPortal)
                {
                    _foreign.Add(row.Path);
                }

                if (state == LayerState.Frozen)
                {
                    _held.Add(row.Id);
                }
            }

            foreach (var row in rows.Where(static r => r.State is LayerState.Head or LayerState.Frozen))
            {
                _expected.Add(row.Id, [.. Read(row.Path)]);
            }
        }

        /// <summary>Lets people delete and the collector collect in the order of <paramref name="choices"/>, then until nothing is left to do.</summary>
        public void Run(int[] choices)
        {
            foreach (var choice in choices)
            {
                if (choice % 3 == 0)
                {
                    LetGo(choice / 3);
                }
                else
                {
                    Collect(choice / 3);
                }

                Check();
            }

            while (Collect(0))
            {
                Check();
            }

            // What is left has its reason.
            var tree = Tree();
            foreach (var keep in tree.Plan())
            {
                var reason = Assert.IsType<KeepLayer>(keep);
                Assert.Equal(tree.HeadsAbove(keep.Layer).Order(), reason.HeldByVms.Order());
            }
        }

        private void LetGo(int choice)
        {
            if (_expected.Count == 0)
            {
                return;
            }

            // A snapshot is deleted, or a machine.
            var id = _expected.Keys.Order().ElementAt(choice % _expected.Count);
            _expected.Remove(id);
            _held.Remove(id);
            var layer = _layers[id];
            Assert.True(layer.TryTransition(layer.State, LayerState.Released));
        }

        private bool Collect(int choice)
        {
            var possible = Tree().Plan().Where(static a => a is not KeepLayer).ToList();
            if (possible.Count == 0)
            {
                return false;
            }

            switch (possible[choice % possible.Count])
            {
                case RemoveLayer remove:
                    Remove(remove.Layer);
                    break;
                case MergeLayer merge:
                    Merge(merge);
                    break;
                default:
                    Assert.Fail("Neither a removal nor a merge.");
                    break;
            }

            return true;
        }

        private void Remove(DiskLayer layer)
        {
            Assert.DoesNotContain(layer.Id, _held);
            Assert.True(layer.CreatedByPortal);
            Assert.DoesNotContain(layer.Path, _foreign);
            Assert.DoesNotContain(_files.Values, f => string.Equals(f.Backing, layer.Path, StringComparison.Ordinal));
            _files.Remove(layer.Path);
            _layers.Remove(layer.Id);
        }

        /// <summary>What a block commit does to the files of one machine's chain, and what the handler does to the rows.</summary>
        private void Merge(MergeLayer merge)
        {
            var (layer, child) = (_layers[merge.Layer.Id], _layers[merge.Child.Id]);
            Assert.DoesNotContain(layer.Id, _held);
            Assert.DoesNotContain(child.Path, _foreign);
            var head = Assert.Single(_layers.Values, l => l.HeadOfVmId == merge.VmId);
            Assert.Equal(merge.ChildIsHead, child.Id == head.Id);
            var chain = Chain(head.Path).ToList();
            Assert.Contains(layer.Path, chain);
            Assert.Contains(child.Path, chain);

            _files[layer.Path].Writes.AddRange(_files[child.Path].Writes);
            foreach (var path in chain.Where(p => string.Equals(_files[p].Backing, child.Path, StringComparison.Ordinal)))
            {
                _files[path].Backing = layer.Path;
            }

            _files.Remove(child.Path);
            _layers.Remove(layer.Id);
            child.ParentId = layer.ParentId;
            child.Path = layer.Path;
            child.CreatedByPortal = layer.CreatedByPortal;
        }

        private void Check()
        {
            foreach (var (id, content) in _expected)
            {
                Assert.True(_layers.TryGetValue(id, out var layer), "A layer that a machine or a snapshot needs was removed.");
                Assert.Equal(content, Read(layer.Path));

                // The rows tell the same chain as the files.
                Assert.Equal(Chain(layer.Path), Rows(layer).Select(static r => r.Path));
            }
        }

        private IEnumerable<DiskLayer> Rows(DiskLayer layer)
        {
            for (var current = layer; current is not null; current = current.ParentId is { } parent ? _layers[parent] : null)
            {
                yield return current;
            }
        }

        private IEnumerable<string> Chain(string path)
        {
            for (var current = path; current is not null; current = _files[current].Backing)
            {
                yield return current;
            }
        }

        private IEnumerable<int> Read(string path) => Chain(path).Reverse().SelectMany(p => _files[p].Writes);

        private LayerTree Tree() => new(_layers.Values);
    }
}
