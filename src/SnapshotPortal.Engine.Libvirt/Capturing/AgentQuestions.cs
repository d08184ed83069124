using System.Collections.Concurrent;
using SnapshotPortal.Engine.Libvirt.Freezing;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Capturing;

/// <summary>Asks guest agents whether they answer, one at a time on a host while requests are checked.</summary>
internal sealed class AgentQuestions(Freezer freezer)
{
    /// <summary>The machine on each host whose agent is being asked for a request.</summary>
    private readonly ConcurrentDictionary<Guid, Guid> _askedEarly = new();

    /// <summary>The machines that are being captured.</summary>
    private readonly ConcurrentDictionary<Guid, Quiet> _capturing = new();

    /// <summary>The answer where nobody was asked.</summary>
    public static Task<bool?> NotAsked { get; } = Task.FromResult<bool?>(null);

    /// <summary>No request puts a question to the machine's agent until the end of its capture.</summary>
    public IDisposable KeepQuiet(Guid vmId) => _capturing[vmId] = new Quiet(this, vmId);

    /// <summary>Only an agent that answers is asked to freeze. libvirt refuses to ask where the machine is off or paused, or has none.</summary>
    public Task<bool> AskAsync(HostLink link, Guid vmId) => link.WorkAsync(connection =>
    {
        using var domain = connection.LookupDomainByUuid(vmId);
        return freezer.Answers(domain);
    });

    /// <summary>
    /// Begins to ask while the request is still being checked. A guest that hangs keeps one call on the host's connection
    /// waiting: there is never more than one of these on a host, and whoever comes meanwhile asks when its operation begins.
    /// Nor is a question put between another snapshot's freeze and its thaw.
    /// </summary>
    public Task<bool?> TryAskEarlyAsync(HostLink link, HostRef host, Guid vmId)
        => !_capturing.ContainsKey(vmId) && _askedEarly.TryAdd(host.Id, vmId) ? AskEarlyAsync(link, host, vmId) : NotAsked;

    private async Task<bool?> AskEarlyAsync(HostLink link, HostRef host, Guid vmId)
    {
        try
        {
            return await AskAsync(link, vmId);
        }
        catch (EngineException)
        {
            // Of the request nobody waits for this. The operation asks again, and says what is wrong.
            return null;
        }
        finally
        {
            _askedEarly.TryRemove(host.Id, out _);
        }
    }

    private sealed class Quiet(AgentQuestions questions, Guid vmId) : IDisposable
    {
        public void Dispose() => questions._capturing.TryRemove(vmId, out _);
    }
}
