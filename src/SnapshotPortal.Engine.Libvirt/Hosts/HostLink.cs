using LibVirt;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Hosts;

/// <summary>
/// The connections to one host. libvirtd serves only a few requests of one connection at a time, so what must never wait
/// (thaws, aborts, questions) has a connection of its own beside the one that does the work; so have what waits for guests, and
/// what guests say on their consoles.
/// </summary>
internal sealed class HostLink(HostRef host) : IDisposable
{
    private readonly Lock _lock = new();
    private VirConnection? _work;
    private VirConnection? _control;
    private VirConnection? _guests;
    private VirConnection? _consoles;
    private bool _disposed;

    private enum Lane
    {
        Work,
        Control,
        Guests,
        Consoles,
    }

    /// <summary>What the storage pools of the host are.</summary>
    public PoolCatalog Pools { get; } = new(host);

    /// <summary>Which machines must not be asked about their disks just now.</summary>
    public PulledMachines Pulled { get; } = new();

    /// <summary>The host is reached through a wire and not through a socket of this machine.</summary>
    public bool IsRemote => host.Uri.Contains("+ssh", StringComparison.Ordinal) || host.Uri.Contains("+libssh", StringComparison.Ordinal)
        || host.Uri.Contains("+tls", StringComparison.Ordinal) || host.Uri.Contains("+tcp", StringComparison.Ordinal);

    /// <summary>Runs <paramref name="act"/> on the connection that does the work.</summary>
    public Task<T> WorkAsync<T>(Func<VirConnection, T> act) => Task.Run(() => Run(act, Lane.Work));

    /// <summary>Runs <paramref name="act"/> on the connection that must never wait.</summary>
    public Task<T> ControlAsync<T>(Func<VirConnection, T> act) => Task.Run(() => Run(act, Lane.Control));

    /// <summary>Runs <paramref name="act"/> on the connection for long talks with guests, which answer when they like.</summary>
    public Task<T> GuestAsync<T>(Func<VirConnection, T> act) => Task.Run(() => Run(act, Lane.Guests));

    /// <summary>Runs <paramref name="act"/> on the connection for consoles, on which guests send as much as they like.</summary>
    public Task<T> ConsoleAsync<T>(Func<VirConnection, T> act) => Task.Run(() => Run(act, Lane.Consoles));

    /// <summary>Runs <paramref name="act"/> on this thread.</summary>
    /// <exception cref="EngineException">libvirt failed.</exception>
    public T Run<T>(Func<VirConnection, T> act, bool control) => Run(act, control ? Lane.Control : Lane.Work);

    /// <summary>Opens a connection of its own, for who wants to keep it.</summary>
    /// <remarks>The test driver and others without a wire know no keepalive; a local socket reports its own end.</remarks>
    public VirConnection OpenNew() => VirConnection.Open(host.Uri, new ConnectOptions { KeepAliveIntervalSeconds = IsRemote ? 5 : null, KeepAliveCount = 3 });

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _work?.Dispose();
            _control?.Dispose();
            _guests?.Dispose();
            _consoles?.Dispose();
        }
    }

    private T Run<T>(Func<VirConnection, T> act, Lane lane)
    {
        try
        {
            return act(Get(lane));
        }
        catch (LibvirtException e)
        {
            throw LibvirtFailures.Translate(e);
        }
    }

    private VirConnection Get(Lane lane)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            ref var slot = ref _work;
            if (lane == Lane.Control)
            {
                slot = ref _control;
            }
            else if (lane == Lane.Guests)
            {
                slot = ref _guests;
            }
            else if (lane == Lane.Consoles)
            {
                slot = ref _consoles;
            }

            if (slot is { IsAlive: true })
            {
                return slot;
            }

            slot?.Dispose();
            slot = null;
            slot = OpenNew();
            return slot;
        }
    }
}
