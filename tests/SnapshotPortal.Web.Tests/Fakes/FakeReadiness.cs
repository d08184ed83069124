using SnapshotPortal.Operations.Readiness;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Tests.Fakes;

/// <summary>Says of one host what a test wants, and keeps what it was asked.</summary>
internal sealed class FakeReadiness : IReadiness
{
    public List<ReadinessLine> Lines { get; } = [];

    public List<bool> Again { get; } = [];

    public Task<Outcome<IReadOnlyList<ReadinessSection>>> CheckAsync(Actor actor, bool again, CancellationToken cancellationToken)
    {
        Again.Add(again);
        return Task.FromResult(Outcome.Success<IReadOnlyList<ReadinessSection>>([new ReadinessSection("Host local", [.. Lines])]));
    }
}
