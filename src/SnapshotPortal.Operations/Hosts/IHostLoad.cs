using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Hosts;

/// <summary>How busy the hosts are. Every call authorises by itself.</summary>
public interface IHostLoad
{
    /// <summary>
    /// Administrators: what the hosts that answer have and are busy with, by host, as of the last half a minute. Answers from
    /// memory: no host is asked.
    /// </summary>
    Outcome<IReadOnlyDictionary<Guid, HostLoadView>> Read(Actor actor);
}
