using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Records;

namespace SnapshotPortal.Operations.Recovering;

/// <summary>
/// The layers that the records of a host name, and which of them are to be believed: those whose file is there and stands on
/// the file that the record says, all the way down.
/// </summary>
internal sealed class RecordedLayers
{
    private readonly Dictionary<Guid, LayerRecord> _byId = [];
    private readonly Dictionary<string, LayerRecord> _byPath = new(StringComparer.Ordinal);
    private readonly Dictionary<string, VolumeSeen> _volumes;
    private readonly Dictionary<Guid, string?> _verdicts = [];

    /// <summary>Merges the layers of all records by their ids.</summary>
    public RecordedLayers(IEnumerable<VmRecord> records, IEnumerable<VolumeSeen> volumes)
    {
        _volumes = volumes.DistinctBy(static v => v.Path, StringComparer.Ordinal).ToDictionary(static v => v.Path, StringComparer.Ordinal);

        // Machines share layers, and a merge moves one to another file: the record that was written last knows where.
        foreach (var layer in records.OrderByDescending(static r => r.WrittenAt).SelectMany(static r => r.Layers))
        {
            if (!_byId.ContainsKey(layer.Id) && _byPath.TryAdd(layer.Path, layer))
            {
                _byId.Add(layer.Id, layer);
            }
        }
    }

    public LayerRecord? Find(Guid id) => _byId.GetValueOrDefault(id);

    public VolumeSeen? Volume(string? path) => path is null ? null : _volumes.GetValueOrDefault(path);

    /// <summary>The layer that lies in a file, if it is to be believed.</summary>
    public LayerRecord? BelievedAt(string path) => _byPath.TryGetValue(path, out var layer) && WhyNot(layer.Id) is null ? layer : null;

    /// <summary>Why a layer is not to be believed; <see langword="null"/> if it is.</summary>
    public string? WhyNot(Guid id)
    {
        if (_verdicts.TryGetValue(id, out var known))
        {
            return known;
        }

        // A circle, which only a broken record has, ends here.
        _verdicts[id] = "Its chain leads back to itself.";
        return _verdicts[id] = Judge(id);
    }

    private string? Judge(Guid id)
    {
        if (Find(id) is not { } layer)
        {
            return $"No record names the layer {id}.";
        }

        if (Volume(layer.Path) is not { } file)
        {
            return $"The file {layer.Path} is gone.";
        }

        if (string.Equals(layer.Format, "qcow2", StringComparison.Ordinal) && !string.Equals(file.Format, "qcow2", StringComparison.Ordinal))
        {
            return $"The file {layer.Path} is no qcow2 image any more.";
        }

        if (layer.ParentId is not { } parentId)
        {
            // What lies behind a file that the portal did not make was there before the portal.
            return layer.CreatedByPortal && file.BackingPath is { } unexpected
                ? $"The file {layer.Path} stands on {unexpected}, where the record says that it stands on nothing."
                : null;
        }

        if (WhyNot(parentId) is { } why)
        {
            return why;
        }

        var parent = Find(parentId)!;
        return string.Equals(file.BackingPath, parent.Path, StringComparison.Ordinal)
            ? null
            : $"The file {layer.Path} stands on {file.BackingPath ?? "nothing"}, where the record says {parent.Path}.";
    }
}
