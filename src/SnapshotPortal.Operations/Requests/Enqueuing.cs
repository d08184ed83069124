using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
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
internal sealed class Enqueuing(Changes changes, OperationSignals signals, Claims claims, IOptions<PortalOptions> options, TimeProvider time)
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
    /// <param name="plan">Authorises, checks, writes the rows that go with the operation, and says what to do.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<Outcome<OperationView>> EnqueueAsync(
        Actor actor,
        string? idempotencyKey,
        object request,
        Func<IPortalDb, List<EventDraft>, Task<Outcome<OperationPlan>>> plan,
        CancellationToken cancellationToken)
    {
        if (idempotencyKey is not null && (idempotencyKey.Length is 0 or > 200 || idempotencyKey.Any(static c => c is < '!' or > '~')))
        {
            return new Failure(FailureKind.Invalid, FailureCodes.IdempotencyKeyInvalid, "An idempotency key has 1 to 200 visible ASCII characters. A UUID is a good one.", "idempotencyKey");
        }

        var fingerprint = idempotencyKey is null ? null : Fingerprint(request);
        List<Guid> stopped = [];
        Operation? claimed = null;
        var outcome = await changes.CommitAsync<Outcome<OperationView>>(
            async (db, drafts) =>
            {
                if (idempotencyKey is not null
                    && await db.Operations.AsNoTracking().Include(static o => o.Steps)
                        .FirstOrDefaultAsync(o => o.RequestedById == actor.UserId && o.IdempotencyKey == idempotencyKey, cancellationToken) is { } earlier)
                {
                    return string.Equals(earlier.RequestFingerprint, fingerprint, StringComparison.Ordinal)
                        ? await ViewReader.OperationAsync(db, earlier, cancellationToken)
                        : new Failure(FailureKind.Conflict, FailureCodes.IdempotencyKeyReused, "This idempotency key was used for another request. Use a new key for a new request.", "idempotencyKey");
                }

                var planned = await plan(db, drafts);
                if (!planned.IsSuccess)
                {
                    drafts.Clear();
                    return planned.Failure;
                }

                var now = time.GetUtcNow();
                var wanted = planned.Value;
                var operation = new Operation
                {
                    Id = wanted.Id ?? Guid.CreateVersion7(),
                    Kind = wanted.Kind,
                    VmId = wanted.VmId,
                    HostId = wanted.HostId,
                    SnapshotId = wanted.SnapshotId,
                    RequestedById = wanted.ByPortal ? null : actor.UserId,
                    RequestedByName = actor.Name,
                    OwnerId = wanted.OwnerId,
                    IdempotencyKey = idempotencyKey,
                    RequestFingerprint = fingerprint,
                    Parameters = wanted.Parameters is null ? "{}" : JsonSerializer.Serialize(wanted.Parameters, wanted.Parameters.GetType(), _json),
                    RequestedAt = now,
                    Deadline = now + (wanted.Deadline ?? options.Value.FailureDeadline),
                };
                db.Operations.Add(operation);
                drafts.Add(EventDraft.Of(operation, wanted.Phase));
                if (!wanted.ByPortal)
                {
                    stopped = await GiveWayAsync(db, actor, wanted, now, cancellationToken);
                }

                if (await claims.TryClaimNewAsync(db, operation, cancellationToken))
                {
                    claimed = operation;
                    drafts.Add(EventDraft.Of(operation));
                }

                await db.SaveChangesAsync(cancellationToken);
                return await ViewReader.OperationAsync(db, operation, cancellationToken);
            },
            cancellationToken);
        if (claimed is not null)
        {
            claims.Begin(claimed);
        }
        else if (outcome.IsSuccess)
        {
            // Only now can they read who stopped them.
            stopped.ForEach(signals.Cancel);
            signals.Wake();
        }

        return outcome;
    }

    /// <summary>The machine, if the actor may use it.</summary>
    public static async Task<VirtualMachine?> FindVmAsync(IPortalDb db, Actor actor, Guid vmId, CancellationToken cancellationToken)
        => await db.Vms.FirstOrDefaultAsync(v => v.Id == vmId, cancellationToken) is { } vm && actor.MayUse(vm.OwnerId) ? vm : null;

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
    private static async Task<List<Guid>> GiveWayAsync(IPortalDb db, Actor actor, OperationPlan wanted, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var stopped = new List<Guid>();
        var pullsThePlug = wanted.Kind is OperationKind.StopVm or OperationKind.DeleteVm;
        foreach (var other in await db.Operations
            .Where(o => o.VmId == wanted.VmId && (o.State == OperationState.Running || o.State == OperationState.Queued))
            .Where(o => o.Kind == OperationKind.CollectLayers || (pullsThePlug && (o.Kind == OperationKind.ShutdownVm || o.Kind == OperationKind.GiveIdentity)))
            .ToListAsync(cancellationToken))
        {
            other.RequestCancel(other.Kind == OperationKind.CollectLayers ? "the portal, to make way for a request" : actor.Name, now);
            stopped.Add(other.Id);
        }

        return stopped;
    }

    private static string Fingerprint(object request)
        => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, request.GetType(), _json)));
}

/// <summary>What a request wants done.</summary>
internal sealed record OperationPlan(OperationKind Kind, Guid VmId, Guid HostId, Guid OwnerId)
{
    /// <summary>The operation's id, where another row is to have the same.</summary>
    public Guid? Id { get; init; }

    public Guid? SnapshotId { get; init; }

    public object? Parameters { get; init; }

    /// <summary>From now on; <see langword="null"/> = the portal's default.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>The portal asks by itself, for the owner: no person did, and nothing makes way for it.</summary>
    public bool ByPortal { get; init; }

    /// <summary>The snapshot's phase, for the event.</summary>
    public string? Phase { get; init; }
}
