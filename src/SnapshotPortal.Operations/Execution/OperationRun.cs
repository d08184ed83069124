using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Execution;

/// <summary>One operation while a handler works on it.</summary>
/// <param name="Operation">As it was claimed; not tracked.</param>
/// <param name="Host">Where it happens.</param>
/// <param name="Journal">Its journal.</param>
/// <param name="Changes">The way to write.</param>
/// <param name="Time">The clock.</param>
internal sealed record OperationRun(Operation Operation, HostRef Host, OperationJournal Journal, Changes Changes, TimeProvider Time)
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);

    /// <summary>What its request saw of the machine, where it began at once.</summary>
    public EarlyLook? Look { get; init; }

    /// <summary>The request's own parameters.</summary>
    public T Parameters<T>()
        where T : class
        => JsonSerializer.Deserialize<T>(Operation.Parameters, _json)
           ?? throw new InvalidOperationException($"Operation {Operation.Id} has no parameters.");

    /// <summary>Ends the operation well, in one transaction with what <paramref name="apply"/> writes.</summary>
    /// <param name="apply">Writes the result; returns the snapshot's phase for the event, where there is one.</param>
    /// <param name="notStarted">
    /// The result stands, but the machine that was to run with it could not be started, and why: then the operation is told
    /// as failed, because what was asked for is not there.
    /// </param>
    public Task SucceedAsync(Func<IPortalDb, Operation, List<EventDraft>, Task<string?>> apply, string? notStarted = null)
        // Not cancellable: the work is done on the host, and what is done is written down.
        => Journal.CommitAsync(
            async (db, tracked, drafts) =>
            {
                drafts.Clear();
                var phase = await apply(db, tracked, drafts);
                if (notStarted is null)
                {
                    tracked.Succeed(Time.GetUtcNow());
                }
                else
                {
                    tracked.Fail(Time.GetUtcNow(), FailureCodes.StartFailed, notStarted);
                }

                await db.Journal.Where(j => j.OperationId == tracked.Id && j.State == JournalState.Open)
                    .ExecuteUpdateAsync(static s => s.SetProperty(j => j.State, JournalState.Done), CancellationToken.None);
                drafts.Insert(0, EventDraft.Of(tracked, phase));
            },
            CancellationToken.None);
}
