using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Reading;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Requests;

/// <summary>
/// The common part of every request that changes something: authorise, honour the idempotency key, check, and write the
/// operation with its rows and its event, all in one transaction. Where it need not wait, it begins at once.
/// </summary>
internal sealed class Enqueuing(Changes changes, OperationSignals signals, Claims claims, Pace pace, IOptions<PortalOptions> options, TimeProvider time)
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);

    /// <summary>The portal's default for how long an operation may take.</summary>
    public TimeSpan DefaultDeadline => options.Value.FailureDeadline;

    /// <summary>Not there, or not yours: one answer for both.</summary>
    public static Failure NotFound(string what) => new(FailureKind.NotFound, FailureCodes.NotFound, $"There is no such {what}, or it is not yours.");

    /// <summary>Writes an operation.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="idempotencyKey">The caller's key, if any.</param>
    /// <param name="request">The request as asked, for the fingerprint of the key.</param>
    /// <param name="audit">The line of the audit log; what came of it is added.</param>
    /// <param name="plan">Authorises, checks, writes the rows that go with the operation, and says what to do.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<Outcome<OperationView>> EnqueueAsync(
        Actor actor,
        string? idempotencyKey,
        object request,
        AuditDraft audit,
        Func<IPortalDb, List<EventDraft>, Task<Outcome<OperationPlan>>> plan,
        CancellationToken cancellationToken)
    {
        if ((pace.Check(audit) ?? CheckKey(idempotencyKey)) is { } refused)
        {
            return refused;
        }

        var fingerprint = idempotencyKey is null ? null : Fingerprint(request);
        List<Guid> stopped = [];
        Operation? claimed = null;
        EarlyLook? look = null;
        var outcome = await changes.CommitAsync<Outcome<OperationView>>(
            async (db, drafts) =>
            {
                if (idempotencyKey is not null
                    && await db.Operations.AsNoTracking().Include(static o => o.Steps)
                        .FirstOrDefaultAsync(o => o.RequestedById == actor.UserId && o.IdempotencyKey == idempotencyKey, cancellationToken) is { } earlier)
                {
                    // The key says that they asked for it then, not that they may see it now.
                    if (!await OperationRequests.MaySeeAsync(db, actor, earlier, cancellationToken))
                    {
                        var gone = NotFound("operation");
                        db.Audit(audit.With(gone));
                        return gone;
                    }

                    return string.Equals(earlier.RequestFingerprint, fingerprint, StringComparison.Ordinal)
                        ? await ViewReader.OperationAsync(db, earlier, cancellationToken)
                        : KeyReused();
                }

                var planned = await plan(db, drafts);
                if (!planned.IsSuccess)
                {
                    drafts.Clear();
                    db.Audit(audit.With(planned.Failure));
                    return planned.Failure;
                }

                var operation = await WriteAsync(db, drafts, planned.Value, new Requester(actor.UserId, actor.Name) { IdempotencyKey = idempotencyKey, Fingerprint = fingerprint }, stopped, cancellationToken);
                if (await claims.TryClaimNewAsync(db, operation, cancellationToken))
                {
                    claimed = operation;
                    look = planned.Value.Look;
                    drafts.Add(EventDraft.Of(operation));
                }

                // A new machine has no id before it is planned; of a snapshot, the line tells which.
                db.Audit(audit.SubjectId is null ? audit with { SubjectId = operation.VmId, Detail = $"operation {operation.Id}" } : audit with { Detail = $"operation {operation.Id}" });
                await db.SaveChangesAsync(cancellationToken);
                return await ViewReader.OperationAsync(db, operation, cancellationToken);
            },
            cancellationToken,
            _ =>
            {
                if (claimed is not null)
                {
                    claims.Begin(claimed, look);
                }
            });
        if (claimed is null && outcome.IsSuccess)
        {
            Announce(stopped);
        }

        return outcome;
    }

    /// <summary>Writes an operation in a transaction of the caller's, with what it stops.</summary>
    /// <param name="db">The transaction.</param>
    /// <param name="drafts">Its events.</param>
    /// <param name="wanted">What is to be done; has been authorised and checked.</param>
    /// <param name="requester">Who asked.</param>
    /// <param name="stopped">Gets the operations to be stopped once the transaction is committed; see <see cref="Announce"/>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<Operation> WriteAsync(
        IPortalDb db,
        List<EventDraft> drafts,
        OperationPlan wanted,
        Requester requester,
        List<Guid> stopped,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var operation = new Operation
        {
            Id = wanted.Id ?? Guid.CreateVersion7(),
            Kind = wanted.Kind,
            VmId = wanted.VmId,
            HostId = wanted.HostId,
            SnapshotId = wanted.SnapshotId,
            RequestedById = wanted.ByPortal ? null : requester.UserId,
            RequestedByName = requester.Name,
            OwnerId = wanted.OwnerId,
            ClassId = (await db.Vms.FindAsync([wanted.VmId], cancellationToken))?.ClassId,
            BatchId = requester.BatchId,
            IdempotencyKey = requester.IdempotencyKey,
            RequestFingerprint = requester.Fingerprint,
            Parameters = wanted.Parameters is null ? "{}" : JsonSerializer.Serialize(wanted.Parameters, wanted.Parameters.GetType(), _json),
            RequestedAt = now,
            Deadline = now + (wanted.Deadline ?? options.Value.FailureDeadline),
        };
        db.Operations.Add(operation);
        drafts.Add(EventDraft.Of(operation, wanted.Phase));
        if (!wanted.ByPortal)
        {
            stopped.AddRange(await GiveWayAsync(db, requester.Name, wanted, now, cancellationToken));
        }

        return operation;
    }

    /// <summary>Tells the worker of what was written, after the commit: only now can those who are stopped read who stopped them.</summary>
    public void Announce(IEnumerable<Guid> stopped)
    {
        foreach (var id in stopped)
        {
            signals.Cancel(id);
        }

        signals.Wake();
    }

    /// <summary>The machine, if the actor may use it: its owner, an administrator, or a teacher of the class it was made for.</summary>
    public static async Task<VirtualMachine?> FindVmAsync(IPortalDb db, Actor actor, Guid vmId, CancellationToken cancellationToken)
        => await db.Vms.FirstOrDefaultAsync(v => v.Id == vmId, cancellationToken) is { } vm
            && (actor.MayUse(vm.OwnerId) || await ClassAccess.TeachesAsync(db, actor, vm.ClassId, cancellationToken))
                ? vm
                : null;

    /// <summary>The hash of a request, by which the same key with another request is noticed.</summary>
    public static string Fingerprint(object request)
        => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, request.GetType(), _json)));

    /// <summary>What is wrong with an idempotency key; <see langword="null"/> if nothing is, or there is none.</summary>
    public static Failure? CheckKey(string? idempotencyKey)
        => idempotencyKey is not null && (idempotencyKey.Length is 0 or > 200 || idempotencyKey.Any(static c => c is < '!' or > '~'))
            ? new Failure(FailureKind.Invalid, FailureCodes.IdempotencyKeyInvalid, "An idempotency key has 1 to 200 visible ASCII characters. A UUID is a good one.", "idempotencyKey")
            : null;

    /// <summary>The refusal of a key that came with another request.</summary>
    public static Failure KeyReused() => new(FailureKind.Conflict, FailureCodes.IdempotencyKeyReused, "This idempotency key was used for another request. Use a new key for a new request.", "idempotencyKey");

    /// <summary>Why nothing can be done with the machine's disks or power at present; <see langword="null"/> if something can.</summary>
    public static Failure? Obstacle(VirtualMachine vm, bool touchesDisks) => vm switch
    {
        { Presence: VmPresence.Creating } => new Failure(FailureKind.Conflict, FailureCodes.VmBusy, $"“{vm.Name}” is still being made. Wait until it is ready."),
        { Presence: VmPresence.Deleting } => Enqueuing.NotFound("virtual machine"),
        { Presence: VmPresence.Missing } => new Failure(FailureKind.Conflict, FailureCodes.VmMissing, $"“{vm.Name}” is gone from its host: somebody removed it there. Its snapshots' files are kept. Ask an administrator to define it again; it comes back here by itself."),
        { Drift: { } drift } when touchesDisks => new Failure(FailureKind.Conflict, FailureCodes.Drift, $"The disks of “{vm.Name}” are not as the portal left them: {drift} Nothing is done with them until an administrator has looked."),
        _ => null,
    };

    /// <summary>
    /// Background merging on the machine stops for a person's request; it is planned again afterwards. And whoever pulls the
    /// plug is done waiting for a guest that was asked to shut down, or that is to be given an identity.
    /// </summary>
    /// <returns>What was asked to stop.</returns>
    private static async Task<List<Guid>> GiveWayAsync(IPortalDb db, string asker, OperationPlan wanted, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var stopped = new List<Guid>();
        var pullsThePlug = wanted.Kind is OperationKind.StopVm or OperationKind.DeleteVm;
        foreach (var other in await db.Operations
            .Where(o => o.VmId == wanted.VmId && (o.State == OperationState.Running || o.State == OperationState.Queued))
            .Where(o => o.Kind == OperationKind.CollectLayers || (pullsThePlug && (o.Kind == OperationKind.ShutdownVm || o.Kind == OperationKind.GiveIdentity)))
            .ToListAsync(cancellationToken))
        {
            other.RequestCancel(other.Kind == OperationKind.CollectLayers ? "the portal, to make way for a request" : asker, now);
            stopped.Add(other.Id);
        }

        return stopped;
    }
}

/// <summary>Who wants an operation.</summary>
/// <param name="UserId">The person; <see langword="null"/> for the portal.</param>
/// <param name="Name">The name that is told.</param>
internal sealed record Requester(Guid? UserId, string Name)
{
    /// <summary>The batch it is a part of.</summary>
    public Guid? BatchId { get; init; }

    public string? IdempotencyKey { get; init; }

    public string? Fingerprint { get; init; }
}

/// <summary>What a request wants done.</summary>
internal sealed record OperationPlan(OperationKind Kind, Guid VmId, Guid HostId, Guid OwnerId)
{
    /// <summary>The operation's id, where another row is to have the same.</summary>
    public Guid? Id { get; init; }

    public Guid? SnapshotId { get; init; }

    public object? Parameters { get; init; }

    /// <summary>What the request saw of the machine, for an operation that begins at once.</summary>
    public EarlyLook? Look { get; init; }

    /// <summary>From now on; <see langword="null"/> = the portal's default.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>The portal asks by itself, for the owner: no person did, and nothing makes way for it.</summary>
    public bool ByPortal { get; init; }

    /// <summary>The snapshot's phase, for the event.</summary>
    public string? Phase { get; init; }
}
