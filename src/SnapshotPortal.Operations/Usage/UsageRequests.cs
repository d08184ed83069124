using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Usage;

/// <inheritdoc cref="IUsage"/>
internal sealed class UsageRequests(IPortalDbFactory factory, UsageHistory history, UsageWatchers watchers, TimeProvider time) : IUsage
{
    public async Task<Outcome<UsageView>> GetAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        if (await Enqueuing.FindVmAsync(db, actor, vmId, cancellationToken) is not { } vm)
        {
            return Enqueuing.NotFound("virtual machine");
        }

        var now = time.GetUtcNow();
        return new UsageView(now - UsageHistory.Length, now, history.Read(vm.HostId, vm.Id));
    }

    public async Task<Outcome<IUsageWatch>> WatchAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        return await Enqueuing.FindVmAsync(db, actor, vmId, cancellationToken) is { } vm
            ? Outcome.Success(watchers.Begin(vm.HostId, vm.Id))
            : Enqueuing.NotFound("virtual machine");
    }
}
