using System.Runtime.CompilerServices;
using LibVirt;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Hosts;

/// <summary>Follows one host on a connection of its own: everything there is, then every change, and anew after a loss.</summary>
internal sealed class HostWatch(HostLinks links, TimeProvider time)
{
    private static readonly TimeSpan _shortestPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(10);

    public async IAsyncEnumerable<HostSignal> WatchAsync(HostRef host, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pause = _shortestPause;
        string? told = null;
        while (true)
        {
            var (connection, failure) = await ConnectAsync(host);
            if (connection is not null)
            {
                using (connection)
                {
                    var connected = false;
                    await foreach (var signal in FollowAsync(connection, cancellationToken))
                    {
                        connected |= signal is HostConnected;
                        yield return signal;
                    }

                    cancellationToken.ThrowIfCancellationRequested();
                    failure = "The connection to the host was lost.";
                    if (connected)
                    {
                        told = null;
                        pause = _shortestPause;
                    }
                }
            }

            if (!string.Equals(told, failure, StringComparison.Ordinal))
            {
                told = failure;
                yield return new HostLost(failure!);
            }

            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < _longestPause ? pause * 2 : _longestPause;
        }
    }

    private async Task<(VirConnection? Connection, string? Failure)> ConnectAsync(HostRef host)
    {
        try
        {
            return (await Task.Run(links[host].OpenNew), null);
        }
        catch (LibvirtException e)
        {
            return (null, Explain(host, e));
        }
        catch (DllNotFoundException)
        {
            return (null, "libvirt is not installed where the portal runs. Install the package libvirt0 (Debian, Ubuntu) or libvirt-libs (Fedora).");
        }
    }

    private static string Explain(HostRef host, LibvirtException e) => e.Code is LibvirtErrorCode.NoConnect or LibvirtErrorCode.SystemError
        ? $"libvirt does not answer at {host.Uri}: {e.Message} Is libvirtd (or virtqemud) installed and running, and may the portal's user use it?"
        : e.Message;

    private static async IAsyncEnumerable<HostSignal> FollowAsync(VirConnection connection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var lost = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lost.Token, cancellationToken);

        // Listen first, then look: what happens in between is seen twice, never missed.
        using var events = TryWatch(connection);
        if (events is null || TryList(connection) is not { } all)
        {
            yield break;
        }

        yield return new HostConnected(all);
        await foreach (var change in events.WithCancellation(cancellationToken))
        {
            switch (change)
            {
                case DomainLifecycleEvent { Type: DomainLifecycleEventType.Undefined, Detail: not (int)DomainEventUndefinedDetail.Renamed }:
                    if (TryObserve(connection, change.DomainUuid) is null && connection.IsAlive)
                    {
                        yield return new VmRemoved(change.DomainUuid);
                    }

                    break;
                case DomainLifecycleEvent or DomainAgentLifecycleEvent or DomainRebootEvent:
                    if (TryObserve(connection, change.DomainUuid) is { } seen)
                    {
                        yield return new VmChanged(seen);
                    }

                    break;
                default:
                    break;
            }
        }
    }

    // A failure in any of these three means the connection is going down: the enumeration ends and the watch connects anew.
    private static DomainEventSubscription? TryWatch(VirConnection connection)
    {
        try
        {
            return connection.WatchDomainEvents();
        }
        catch (LibvirtException)
        {
            return null;
        }
    }

    private static List<VmObservation>? TryList(VirConnection connection)
    {
        try
        {
            return List(connection);
        }
        catch (LibvirtException)
        {
            return null;
        }
    }

    /// <summary>All persistent domains.</summary>
    public static List<VmObservation> List(VirConnection connection)
    {
        var all = new List<VmObservation>();
        foreach (var domain in connection.ListAllDomains(ListDomainsFlags.Persistent))
        {
            using (domain)
            {
                try
                {
                    all.Add(Domains.Observe(domain));
                }
                catch (LibvirtException e) when (e.Code is LibvirtErrorCode.NoDomain)
                {
                    // Undefined between the list and the look: it is not there.
                }
            }
        }

        return all;
    }

    private static VmObservation? TryObserve(VirConnection connection, Guid vmId)
    {
        try
        {
            using var domain = connection.LookupDomainByUuid(vmId);
            return domain.IsPersistent ? Domains.Observe(domain) : null;
        }
        catch (LibvirtException)
        {
            return null;
        }
    }
}
