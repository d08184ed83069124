using MudBlazor;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Live;

/// <summary>
/// The operations that were asked for in this browser tab. Whoever asks notes it here; the layout follows them to their
/// end and tells, wherever the person has gone in the meantime.
/// </summary>
public sealed class MyRequests
{
    private readonly HashSet<Guid> _open = [];

    /// <summary>A request was noted.</summary>
    public event EventHandler<OperationNotedEventArgs>? Noted;

    /// <summary>The ids of the operations whose end is still to be told.</summary>
    public IReadOnlyCollection<Guid> Open => _open;

    public bool Follows(Guid operationId) => _open.Contains(operationId);

    public void Note(OperationView operation)
    {
        _open.Add(operation.Id);
        Noted?.Invoke(this, new OperationNotedEventArgs(operation));
    }

    /// <summary>Notes what was accepted; says why where it was refused.</summary>
    /// <returns>True where it was accepted.</returns>
    public bool Accept(Outcome<OperationView> outcome, ISnackbar snackbar)
    {
        if (!outcome.IsSuccess)
        {
            snackbar.Add(Sentences.Say(outcome.Failure.Message), Severity.Error, static options => options.VisibleStateDuration = 12_000);
            return false;
        }

        Note(outcome.Value);
        return true;
    }

    /// <summary>Goes on with what was asked for in this tab before its page was loaded again.</summary>
    public void Resume(Guid operationId) => _open.Add(operationId);

    /// <summary>Stops following; true for the one caller that gets to tell.</summary>
    public bool Close(Guid operationId) => _open.Remove(operationId);
}

/// <summary>Carries the operation that was noted.</summary>
public sealed class OperationNotedEventArgs(OperationView operation) : EventArgs
{
    public OperationView Operation { get; } = operation;
}
