using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Tests.Fakes;

/// <summary>Consoles as the pages see them, in memory.</summary>
internal sealed class FakeConsoles : IConsoles
{
    public Outcome<ConsolesView> Seen { get; set; } = new ConsolesView(null, null, Own: true);

    public List<ConsoleVisitView> Visits { get; } = [];

    /// <summary>What tickets were asked for, in order.</summary>
    public List<ConsoleRequest> Admitted { get; } = [];

    public Task<Outcome<ConsolesView>> GetAsync(Actor actor, Guid vmId, CancellationToken cancellationToken) => Task.FromResult(Seen);

    public Task<Outcome<IReadOnlyList<ConsoleVisitView>>> VisitsAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
        => Task.FromResult(Outcome.Success<IReadOnlyList<ConsoleVisitView>>([.. Visits]));

    public Task<Outcome<string>> AdmitAsync(Actor actor, Guid vmId, ConsoleRequest request, CancellationToken cancellationToken)
    {
        Admitted.Add(request);
        return Task.FromResult<Outcome<string>>($"ticket-{Admitted.Count}");
    }

    public Task<Outcome<IConsoleSession>> OpenAsync(Actor actor, string ticket, CancellationToken cancellationToken)
        => throw new NotSupportedException("Pages do not open consoles; their browser does.");

    public Task<bool> MayStayAsync(Actor actor, Guid vmId, CancellationToken cancellationToken) => Task.FromResult(true);
}
