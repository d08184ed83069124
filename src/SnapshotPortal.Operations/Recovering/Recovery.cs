using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Records;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Recovering;

/// <inheritdoc cref="IRecovery"/>
internal sealed class Recovery(
    IHypervisorEngine engine,
    IUserDirectory users,
    IPortalDbFactory factory,
    Changes changes,
    IOptions<PortalOptions> options,
    TimeProvider time) : IRecovery
{
    public async Task<Outcome<RecoveryReport>> RunAsync(bool merge, bool dryRun, CancellationToken cancellationToken)
    {
        HashSet<Guid> managed;
        List<VmHost> hosts;
        List<DiskLayer> layers;
        await using (var db = factory.Create())
        {
            managed = [.. await db.Vms.Select(static v => v.Id).ToListAsync(cancellationToken)];
            hosts = await db.Hosts.AsNoTracking().ToListAsync(cancellationToken);
            layers = await db.Layers.AsNoTracking().ToListAsync(cancellationToken);
        }

        if (managed.Count > 0 && !merge)
        {
            return new Failure(
                FailureKind.Conflict,
                FailureCodes.DatabaseNotEmpty,
                $"The database has {managed.Count} virtual machines already. Nothing was changed. With --merge the machines that it lacks are added, and nothing in it is overwritten.");
        }

        var problems = new List<string>();
        var plans = new List<(VmHost Host, HostPlan Plan)>();
        foreach (var configured in options.Value.Hosts)
        {
            var host = hosts.Find(h => string.Equals(h.Name, configured.Name, StringComparison.Ordinal)) ?? new VmHost { Name = configured.Name, Uri = configured.Uri };
            try
            {
                var survey = await engine.SurveyAsync(new HostRef(host.Id, host.Name, configured.Uri, [.. configured.PoolsWithoutSnapshots]), cancellationToken);
                var plan = new HostPlan(host.Id, survey, managed, layers.Where(l => l.HostId == host.Id), time.GetUtcNow());
                plans.Add((host, plan));
                problems.AddRange(plan.Problems.Select(p => $"{host.Name}: {p}"));
            }
            catch (EngineException e)
            {
                problems.Add($"{host.Name}: nothing of it is recovered. {e.Message} Run this again with --merge when it is back.");
            }
        }

        var report = new List<RecoveredMachine>();
        var owners = new Dictionary<OwnerRecord, Guid>();
        var strangers = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (host, machine) in plans.SelectMany(static p => p.Plan.Machines.Select(m => (p.Host, m))))
        {
            var email = Address(machine.Owner);
            if (await FindOwnerAsync(machine.Owner, owners, cancellationToken) is null && strangers.Add(email) && !dryRun)
            {
                owners[machine.Owner] = await users.AddWithoutPasswordAsync(machine.Owner.Id, email, cancellationToken);
            }

            report.Add(new RecoveredMachine(machine.Vm.Name, host.Name, email, strangers.Contains(email), machine.Snapshots.Count, machine.Layers.Count, machine.Notes));
        }

        if (!dryRun)
        {
            await changes.CommitAsync((db, drafts) => AddAsync(db, drafts, plans, owners, cancellationToken), cancellationToken);
        }

        return new RecoveryReport(report, problems);
    }

    private async Task<Guid?> FindOwnerAsync(OwnerRecord owner, Dictionary<OwnerRecord, Guid> known, CancellationToken cancellationToken)
    {
        if (known.TryGetValue(owner, out var id))
        {
            return id;
        }

        if (await users.FindByEmailAsync(Address(owner), cancellationToken) is not { } found)
        {
            return null;
        }

        return known[owner] = found;
    }

    /// <summary>An account that had no address gets one that can belong to nobody.</summary>
    private static string Address(OwnerRecord owner) => owner.Email.Length > 0 ? owner.Email : $"{owner.Id:N}@recovered.invalid";

    private static async Task AddAsync(IPortalDb db, List<EventDraft> drafts, List<(VmHost Host, HostPlan Plan)> plans, Dictionary<OwnerRecord, Guid> owners, CancellationToken cancellationToken)
    {
        foreach (var (host, plan) in plans)
        {
            if (!await db.Hosts.AnyAsync(h => h.Id == host.Id, cancellationToken))
            {
                db.Hosts.Add(host);
            }

            foreach (var machine in plan.Machines)
            {
                machine.Vm.OwnerId = owners[machine.Owner];
                db.Vms.Add(machine.Vm);
                db.Layers.AddRange(machine.Layers);
                db.Snapshots.AddRange(machine.Snapshots);
                drafts.Add(EventDraft.Of(machine.Vm));
            }
        }
    }
}
