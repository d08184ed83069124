using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>A journal of work that no portal has asked for. Tests strike where the work speaks to it.</summary>
internal sealed class MemoryJournal : IOperationJournal
{
    private readonly List<object> _intentions = [];

    public Guid OperationId { get; } = Guid.NewGuid();

    /// <summary>Told of every step as it begins, with its intention kept already.</summary>
    public Action<string> OnStep { get; set; } = static _ => { };

    /// <summary>Told of all progress.</summary>
    public Action OnProgress { get; set; } = static () => { };

    /// <summary>The host is lost in this moment, as far as whoever hears it can know.</summary>
    public static EngineException Lost() => new(FailureCodes.HostUnreachable, "The host does not answer.");

    /// <summary>From now on nothing happens any more where it is spoken to.</summary>
    public void Calm() => (OnStep, OnProgress) = (static _ => { }, static () => { });

    public Task BeginStepAsync(string step, object? intention = null, bool incursFreezeDebt = false, CancellationToken cancellationToken = default)
    {
        if (intention is not null)
        {
            _intentions.Add(intention);
        }

        OnStep(step);
        return Task.CompletedTask;
    }

    public void NoteStep(string step) => OnStep(step);

    public void NoteDetail(string detail)
    {
    }

    public void NoteThawProven()
    {
    }

    public void NoteThawUnproven(string answer)
    {
    }

    public void ReportProgress(double percent) => OnProgress();

    public Task ReportWaitingAsync(string reason, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<T?> FindIntentionAsync<T>(CancellationToken cancellationToken)
        where T : class => Task.FromResult(_intentions.OfType<T>().LastOrDefault());
}
