using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Execution;

/// <summary>
/// Where a request and the worker of the same instance meet: an operation that need not wait for anything is claimed in the
/// transaction that writes it, and begins right after the commit instead of after a second one.
/// </summary>
internal sealed class Claims(HostRegistry hosts, IOptions<PortalOptions> options, TimeProvider time)
{
    /// <summary>How long a claim holds unless it is renewed.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private volatile Action<Operation, EarlyLook?>? _begin;

    /// <summary>The name that this instance's claims bear.</summary>
    public string Owner => options.Value.InstanceName;

    /// <summary>From now on the worker begins what is claimed.</summary>
    public void Open(Action<Operation, EarlyLook?> begin) => _begin = begin;

    /// <summary>From now on operations wait in the queue for another worker, or for the next start.</summary>
    public void Close() => _begin = null;

    /// <summary>Claims an operation that is just being written, unless it has to wait for something.</summary>
    public async Task<bool> TryClaimNewAsync(IPortalDb db, Operation operation, CancellationToken cancellationToken)
    {
        if (_begin is null || hosts.Find(operation.HostId) is not { IsConnected: true })
        {
            return false;
        }

        // Those that wait count too: nothing overtakes.
        var active = await db.Operations
            .Where(static o => o.State == OperationState.Queued || o.State == OperationState.Running)
            .Where(o => o.HostId == operation.HostId || o.VmId == operation.VmId)
            .Select(static o => o.VmId).ToListAsync(cancellationToken);
        return !active.Contains(operation.VmId)
            && active.Count < options.Value.OperationsPerHost
            && operation.TryClaim(Owner, time.GetUtcNow(), Lease);
    }

    /// <summary>
    /// Begins a claimed operation, called with the commit of its claim. If the worker stops in this moment, the next start
    /// finds that no step of it has begun, and queues it again.
    /// </summary>
    /// <param name="operation">The operation.</param>
    /// <param name="look">What its request saw of the machine.</param>
    public void Begin(Operation operation, EarlyLook? look) => _begin?.Invoke(operation, look);
}
