using SnapshotPortal.Operations.Attention;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Tests.Fakes;

/// <summary>What needs a person, in memory.</summary>
internal sealed class FakeAttention : IAttention
{
    public List<AttentionView> Items { get; } = [];

    public List<Guid> Dismissed { get; } = [];

    /// <summary>Refuses the next dismissals with this.</summary>
    public Failure? Refusal { get; set; }

    public async Task<IReadOnlyList<AttentionView>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return [.. Items];
    }

    public Task<Outcome<OperationView>> DismissAsync(Actor actor, Guid operationId, CancellationToken cancellationToken)
    {
        Dismissed.Add(operationId);
        if (Refusal is { } refusal)
        {
            return Task.FromResult<Outcome<OperationView>>(refusal);
        }

        var item = Items.Single(i => i.Operation?.Id == operationId);
        Items.Remove(item);
        return Task.FromResult<Outcome<OperationView>>(item.Operation!);
    }
}
