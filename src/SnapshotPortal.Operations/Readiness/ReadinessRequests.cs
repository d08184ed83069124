using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Readiness;

/// <inheritdoc cref="IReadiness"/>
internal sealed class ReadinessRequests(IHostChecks checks, HostRegistry hosts, TimeProvider time) : IReadiness
{
    // A host behind a dead network must not hold back the others' lines.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    public async Task<Outcome<IReadOnlyList<ReadinessSection>>> CheckAsync(Actor actor, bool again, CancellationToken cancellationToken)
    {
        if (!actor.IsAdministrator)
        {
            return new Failure(FailureKind.Forbidden, FailureCodes.AdministratorsOnly, "Only administrators can do this.");
        }

        var all = hosts.All.Select(static h => h.Reference).OrderBy(static h => h.Name, StringComparer.Ordinal).ToList();
        return all.Count == 0
            ? Outcome.Success<IReadOnlyList<ReadinessSection>>([new ReadinessSection("Hosts", [new ReadinessLine(ReadinessState.NotReady, "No host is configured. Name one in the portal's settings and start the portal again.", "SnapshotPortal__Hosts__0__Name=this-host\nSnapshotPortal__Hosts__0__Uri=qemu:///system")])])
            : Outcome.Success<IReadOnlyList<ReadinessSection>>(await Task.WhenAll(all.Select(h => HostAsync(h, again, cancellationToken))));
    }

    private async Task<ReadinessSection> HostAsync(HostRef host, bool again, CancellationToken cancellationToken)
    {
        var title = $"Host {host.Name}";
        try
        {
            var check = await checks.CheckAsync(host, again, cancellationToken).WaitAsync(_patience, time, cancellationToken);
            return new ReadinessSection(title, HostLines.Of(host, check));
        }
        catch (Exception e) when (e is EngineException or TimeoutException)
        {
            return new ReadinessSection(title, [HostLines.Unreachable(host, e.Message)]);
        }
    }
}
