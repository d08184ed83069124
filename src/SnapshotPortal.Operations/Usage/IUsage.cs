using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Usage;

/// <summary>What a person may ask about how busy machines are. Every call authorises by itself.</summary>
public interface IUsage
{
    /// <summary>What a machine used in the last ten minutes. Answers from memory: no host is asked.</summary>
    Task<Outcome<UsageView>> GetAsync(Actor actor, Guid vmId, CancellationToken cancellationToken);

    /// <summary>
    /// Tells when there is something new to <see cref="GetAsync">get</see>, and has the machine's host looked at more often
    /// until it is disposed. It tells nothing of the machine: whoever loses the right to it is refused there.
    /// </summary>
    Task<Outcome<IUsageWatch>> WatchAsync(Actor actor, Guid vmId, CancellationToken cancellationToken);
}

/// <summary>Somebody's interest in how busy a machine is; dispose it to lose interest.</summary>
public interface IUsageWatch : IDisposable
{
    /// <summary>Waits until the host was looked at again. What happens while nobody waits is told once.</summary>
    /// <returns>False once the watch is disposed.</returns>
    Task<bool> NextAsync(CancellationToken cancellationToken);
}
