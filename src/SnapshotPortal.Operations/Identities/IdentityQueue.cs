using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Identities;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Handlers;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Identities;

/// <summary>
/// Lines up the giving of an identity behind the operation that started a guest. It is an operation of its own: a clone is
/// ready when it is made, while a guest takes its time to boot.
/// </summary>
internal sealed class IdentityQueue(OperationSignals signals, TimeProvider time)
{
    /// <summary>How long a guest may take until it has booted and answered.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(15);

    /// <summary>The row of a machine whose guest is to get an identity.</summary>
    public static GuestIdentity NewRow(Guid vmId, IdentityRequest request)
    {
        var row = new GuestIdentity { VmId = vmId, ByAgent = request.ByAgent, Script = request.Script };
        row.Become(IdentityState.Pending, "It gets an identity of its own when it first runs.");
        return row;
    }

    /// <summary>The disks are another guest's again: it gets its identity anew when it next runs.</summary>
    public static async Task RenewAsync(IPortalDb db, Guid vmId)
    {
        if (await db.GuestIdentities.FirstOrDefaultAsync(i => i.VmId == vmId) is { ByAgent: true } identity)
        {
            identity.Become(IdentityState.Pending, "It was put back to its template, and gets an identity of its own again when it next runs.");
        }
    }

    /// <summary>Adds the operation where the machine that was started has one to come.</summary>
    public async Task AddPendingAsync(IPortalDb db, Operation started, List<EventDraft> drafts)
    {
        if (await db.GuestIdentities.FirstOrDefaultAsync(i => i.VmId == started.VmId) is not { State: IdentityState.Pending } identity)
        {
            return;
        }

        var now = time.GetUtcNow();
        var operation = new Operation
        {
            Kind = OperationKind.GiveIdentity,
            VmId = started.VmId,
            HostId = started.HostId,
            RequestedById = started.RequestedById,
            RequestedByName = started.RequestedByName,
            OwnerId = started.OwnerId,
            ClassId = started.ClassId,
            Parameters = IdentityParameters.Write(change: identity.ByAgent),
            RequestedAt = now,
            Deadline = now + Deadline,
        };
        db.Operations.Add(operation);
        drafts.Add(EventDraft.Of(operation));
    }

    /// <summary>There may be something in the queue now.</summary>
    public void Wake() => signals.Wake();
}
