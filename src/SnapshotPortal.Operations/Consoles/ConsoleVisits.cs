using System.Collections.Concurrent;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Consoles;

/// <summary>Who is at which console of this portal.</summary>
internal sealed class ConsoleVisits
{
    private readonly ConcurrentDictionary<Guid, ConsoleVisit> _visits = new();

    /// <summary>Enters, unless the person is at too many already.</summary>
    public bool TryEnter(ConsoleVisit visit, int atMost)
    {
        _visits[visit.Id] = visit;
        if (_visits.Values.Count(v => v.UserId == visit.UserId) <= atMost)
        {
            return true;
        }

        _visits.TryRemove(visit.Id, out _);
        return false;
    }

    public void Leave(ConsoleVisit visit) => _visits.TryRemove(visit.Id, out _);

    public IReadOnlyList<ConsoleVisitView> Of(Guid vmId) =>
    [
        .. _visits.Values.Where(v => v.VmId == vmId).OrderBy(static v => v.Since)
            .Select(static v => new ConsoleVisitView(v.UserId, v.Name, v.Kind, v.WatchOnly, v.Since)),
    ];
}

/// <summary>Somebody at a console.</summary>
internal sealed record ConsoleVisit(Guid Id, Guid VmId, Guid UserId, string Name, ConsoleKind Kind, bool WatchOnly, DateTimeOffset Since);
