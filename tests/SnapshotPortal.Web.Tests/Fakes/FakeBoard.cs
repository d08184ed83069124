using SnapshotPortal.Operations.Board;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Tests.Fakes;

/// <summary>The board over the operations in memory; what a filter leaves out is the operation layer's business, and only noted.</summary>
internal sealed class FakeBoard(FakePortal portal) : IBoard
{
    public List<string> Hosts { get; } = ["local"];

    public List<BoardClassView> Classes { get; } = [];

    /// <summary>Everything that was asked for, in order.</summary>
    public List<BoardQuery> Queries { get; } = [];

    public async Task<BoardView> ListAsync(Actor actor, BoardQuery query, CancellationToken cancellationToken)
    {
        Queries.Add(query);
        await Task.Yield();
        if (portal.IsBroken)
        {
            throw new InvalidOperationException("The database is gone.");
        }

        var entries = portal.AllOperations
            .Where(o => query.OperationIds?.Contains(o.Id) ?? true)
            .Where(o => query.State is null || o.State == query.State)
            .OrderByDescending(static o => o.RequestedAt).ThenByDescending(static o => o.Id)
            .Select(o => new BoardEntryView(o, "local", portal.Vms.Find(v => v.Id == o.VmId)?.OwnerName ?? "somebody", null));
        return new BoardView([.. entries], Hosts, Classes, IsCut: false);
    }
}
