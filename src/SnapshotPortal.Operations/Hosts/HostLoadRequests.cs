using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Hosts;

/// <inheritdoc cref="IHostLoad"/>
internal sealed class HostLoadRequests(HostLoads loads, HostRegistry hosts, TimeProvider time) : IHostLoad
{
    // Several looks in a row have failed then: what was is no news any more.
    private static readonly TimeSpan _stale = TimeSpan.FromMinutes(2);

    public Outcome<IReadOnlyDictionary<Guid, HostLoadView>> Read(Actor actor)
    {
        if (!actor.IsAdministrator)
        {
            return new Failure(FailureKind.Forbidden, FailureCodes.AdministratorsOnly, "Only administrators can do this.");
        }

        var now = time.GetUtcNow();
        return Outcome.Success<IReadOnlyDictionary<Guid, HostLoadView>>(hosts.All.Where(static h => h.IsConnected)
            .Select(h => (h.Reference.Id, Load: loads.Find(h.Reference.Id)))
            .Where(h => h.Load is { } load && now - load.At <= _stale)
            .ToDictionary(static h => h.Id, static h => h.Load!));
    }
}
