using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Searching;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Tests.Fakes;

/// <summary>Finds the fake portal's machines and snapshots of the asker by their names.</summary>
internal sealed class FakeSearch(FakePortal portal) : ISearch
{
    public List<string> Asked { get; } = [];

    public Task<SearchView> FindAsync(Actor actor, string text, int take, CancellationToken cancellationToken)
    {
        Asked.Add(text);
        if (text.Length == 0)
        {
            return Task.FromResult(SearchView.Nothing);
        }

        var vms = portal.Vms.Where(v => actor.MayUse(v.OwnerId)).ToList();
        return Task.FromResult(new SearchView(
            [.. vms.Where(v => v.Name.Contains(text, StringComparison.OrdinalIgnoreCase)).Take(take).Select(static v => new FoundVmView(v.Id, v.Name, v.Power))],
            [.. portal.AllSnapshots.Where(s => vms.Exists(v => v.Id == s.VmId) && s.Name.Contains(text, StringComparison.OrdinalIgnoreCase)).Take(take).Select(s => new FoundSnapshotView(s.Id, s.Name, s.VmId, vms.Find(v => v.Id == s.VmId)!.Name, s.RequestedAt))],
            [],
            []));
    }
}
