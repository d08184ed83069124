using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Execution;

/// <summary>
/// The journal of one running operation. Notes are kept in memory in their order and go to the database together, with
/// the times at which they were made: by the next durable step, by a background write, or by the operation's last commit.
/// </summary>
internal sealed class OperationJournal(Operation operation, Changes changes, IPortalDbFactory factory, IFaultPoint faults, TimeProvider time) : IOperationJournal, IDisposable
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };
    private static readonly TimeSpan _progressInterval = TimeSpan.FromMilliseconds(250);

    // A step that is over sooner than this is written with the next one: while a guest is frozen, no write of ours may
    // take its share of the processor. One that hangs is shown while it hangs.
    private static readonly TimeSpan _noteDelay = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly List<Action<Pending>> _pending = [];
    private ITimer? _noteTimer;
    private Task _background = Task.CompletedTask;
    private long _lastProgress;

    public Guid OperationId => operation.Id;

    /// <summary>The name of the step that runs now.</summary>
    public string? CurrentStep { get; private set; } = operation.CurrentStep;

    /// <summary>A step was begun that had to be on disk first: something may have been done.</summary>
    public bool HasBegun { get; private set; }

    public async Task BeginStepAsync(string step, object? intention = null, bool incursFreezeDebt = false, CancellationToken cancellationToken = default)
    {
        HasBegun = true;
        AddStep(step);
        if (intention is not null || incursFreezeDebt)
        {
            var at = time.GetUtcNow();
            Add(pending =>
            {
                if (intention is not null)
                {
                    pending.Db.Journal.Add(new JournalEntry
                    {
                        OperationId = operation.Id,
                        Step = step,
                        Intention = JsonSerializer.Serialize(new Envelope(intention.GetType().Name, JsonSerializer.SerializeToElement(intention, intention.GetType(), _json)), _json),
                        WrittenAt = at,
                    });
                }

                if (incursFreezeDebt)
                {
                    if (pending.Debt is null)
                    {
                        pending.Db.FreezeDebts.Add(new FreezeDebt { VmId = operation.VmId, Since = at, OperationId = operation.Id, NextAttemptAt = at });
                    }
                    else
                    {
                        pending.Debt.OperationId = operation.Id;
                        pending.Debt.Since = at;
                    }

                    pending.DebtChanged = true;
                }
            });
        }

        await FlushAsync(cancellationToken);
        faults.Reached(operation.Kind, step);
    }

    public void NoteStep(string step)
    {
        AddStep(step);
        lock (_lock)
        {
            _noteTimer ??= time.CreateTimer(static state => ((OperationJournal)state!).FlushInBackground(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _noteTimer.Change(_noteDelay, Timeout.InfiniteTimeSpan);
        }

        faults.Reached(operation.Kind, step);
    }

    public void NoteDetail(string detail)
    {
        var step = CurrentStep;
        Add(pending =>
        {
            var current = pending.Operation.Steps.Where(s => string.Equals(s.Name, step, StringComparison.Ordinal)).MaxBy(static s => s.Ordinal);
            current?.Detail = detail;
        });
    }

    public void NoteThawProven() => Add(static pending =>
    {
        if (pending.Debt is { } debt)
        {
            pending.Db.FreezeDebts.Remove(debt);
            pending.DebtChanged = true;
        }
    });

    public void NoteThawUnproven(string answer) => Add(pending =>
    {
        if (pending.Debt is { } debt)
        {
            debt.Attempts++;
            debt.LastAnswer = answer;
            pending.DebtChanged = true;
        }
    });

    public void ReportProgress(double percent)
    {
        var bounded = Math.Clamp(percent, 0, 100);
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (_lastProgress != 0 && time.GetElapsedTime(_lastProgress, now) < _progressInterval && bounded < 100)
            {
                return;
            }

            _lastProgress = now;
        }

        Add(pending => pending.Operation.Percent = bounded);
        FlushInBackground();
    }

    public async Task ReportWaitingAsync(string reason, CancellationToken cancellationToken)
    {
        Add(pending => pending.Operation.WaitingFor = reason);
        await FlushAsync(cancellationToken);
    }

    public async Task<T?> FindIntentionAsync<T>(CancellationToken cancellationToken)
        where T : class
    {
        await using var db = factory.Create();
        var entries = await db.Journal.AsNoTracking().Where(j => j.OperationId == operation.Id).OrderByDescending(static j => j.WrittenAt).ThenByDescending(static j => j.Id).ToListAsync(cancellationToken);
        foreach (var entry in entries)
        {
            var envelope = JsonSerializer.Deserialize<Envelope>(entry.Intention, _json)!;
            if (string.Equals(envelope.Type, typeof(T).Name, StringComparison.Ordinal))
            {
                return envelope.Value.Deserialize<T>(_json);
            }
        }

        return null;
    }

    /// <summary>Commits a change of the operation together with everything noted so far. Where that fails, the notes stay.</summary>
    public async Task CommitAsync(Func<IPortalDb, Operation, List<EventDraft>, Task> change, CancellationToken cancellationToken)
    {
        await BackgroundAsync();
        await WriteAsync(change, cancellationToken);
    }

    /// <summary>Writes everything noted so far.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await BackgroundAsync();
        if (HasNotes())
        {
            await WriteAsync(static (_, _, _) => Task.CompletedTask, cancellationToken);
        }
    }

    public void Dispose() => _noteTimer?.Dispose();

    private Task BackgroundAsync()
    {
        lock (_lock)
        {
            return _background;
        }
    }

    private bool HasNotes()
    {
        lock (_lock)
        {
            return _pending.Count > 0;
        }
    }

    private async Task WriteAsync(Func<IPortalDb, Operation, List<EventDraft>, Task> change, CancellationToken cancellationToken)
    {
        List<Action<Pending>> notes = [];
        try
        {
            await changes.CommitAsync(
                async (db, drafts) =>
                {
                    var tracked = await db.OperationAsync(operation.Id, cancellationToken);
                    lock (_lock)
                    {
                        notes.AddRange(_pending);
                        _pending.Clear();
                    }

                    await ApplyAsync(notes, db, tracked, drafts, cancellationToken);
                    await change(db, tracked, drafts);
                },
                cancellationToken);
        }
        catch
        {
            lock (_lock)
            {
                _pending.InsertRange(0, notes);
            }

            throw;
        }
    }

    private static async Task ApplyAsync(List<Action<Pending>> notes, IPortalDb db, Operation tracked, List<EventDraft> drafts, CancellationToken cancellationToken)
    {
        if (notes.Count == 0)
        {
            return;
        }

        var pending = new Pending(db, tracked, await db.FreezeDebts.FirstOrDefaultAsync(d => d.VmId == tracked.VmId, cancellationToken));
        foreach (var note in notes)
        {
            note(pending);
        }

        drafts.Add(EventDraft.Of(tracked));
        if (pending.DebtChanged && await db.Vms.FirstOrDefaultAsync(v => v.Id == tracked.VmId, cancellationToken) is { } vm)
        {
            drafts.Add(EventDraft.Of(vm));
        }
    }

    private void AddStep(string step)
    {
        var at = time.GetUtcNow();
        CurrentStep = step;
        Add(pending =>
        {
            foreach (var running in pending.Operation.Steps.Where(static s => s.State == StepState.Running))
            {
                running.End(at, StepState.Done);
            }

            pending.Db.Steps.Add(new OperationStep
            {
                OperationId = operation.Id,
                Ordinal = pending.Operation.Steps.Count,
                Name = step,
                StartedAt = at,
            });
            pending.Operation.CurrentStep = step;
            pending.Operation.Percent = null;
            pending.Operation.WaitingFor = null;
        });
    }

    private void Add(Action<Pending> note)
    {
        lock (_lock)
        {
            _pending.Add(note);
        }
    }

    private void FlushInBackground()
    {
        lock (_lock)
        {
            // One write at a time: it takes along whatever was noted while the one before it ran. A failure is nobody's: what it
            // did not write is written by the next one, and by the next durable step at the latest, or that fails itself.
            _background = _background.ContinueWith(
                static async (_, state) =>
                {
                    var journal = (OperationJournal)state!;
                    if (journal.HasNotes())
                    {
                        await journal.WriteAsync(static (_, _, _) => Task.CompletedTask, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    }
                },
                this,
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default).Unwrap();
        }
    }

    private sealed record Envelope(string Type, JsonElement Value);

    private sealed record Pending(IPortalDb Db, Operation Operation, FreezeDebt? Debt)
    {
        public bool DebtChanged { get; set; }
    }
}
