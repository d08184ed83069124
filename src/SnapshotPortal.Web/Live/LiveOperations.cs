using Microsoft.AspNetCore.Components;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Live;

/// <summary>Follows what waits and runs on one's own machines, newest first.</summary>
public abstract class LiveOperations : LiveComponent
{
    // With more changed at once, one list costs less than asking one by one.
    private const int OneByOne = 4;

    /// <summary>What waits and runs.</summary>
    protected List<OperationView> Active { get; private set; } = [];

    [Inject]
    private IOperations Operations { get; set; } = default!;

    protected override async Task LoadAsync(Actor actor, CancellationToken cancellationToken)
        => Active = [.. await Operations.ListAsync(actor, new OperationQuery(ActiveOnly: true), cancellationToken)];

    protected override async Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken)
    {
        var changed = batch.Events.Where(static e => e.OperationId is not null).Select(static e => e.OperationId!.Value).Distinct().ToList();
        if (changed.Count > OneByOne)
        {
            await LoadAsync(actor, cancellationToken);
            return true;
        }

        foreach (var id in changed)
        {
            var answer = await Operations.GetAsync(actor, id, cancellationToken);
            var index = Active.FindIndex(o => o.Id == id);
            if (answer is { IsSuccess: true, Value.IsActive: true })
            {
                if (index >= 0)
                {
                    Active[index] = answer.Value;
                }
                else if (answer.Value.OwnerId == actor.UserId)
                {
                    // Administrators and teachers are told of others' operations, too.
                    Active.Insert(0, answer.Value);
                }
            }
            else if (index >= 0)
            {
                Active.RemoveAt(index);
            }
        }

        return changed.Count > 0;
    }
}
