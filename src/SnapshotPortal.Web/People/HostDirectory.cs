using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.People;

/// <summary>A host, as administrators see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Uri">Its address.</param>
/// <param name="State">Whether it answers.</param>
/// <param name="StateSince">Since when.</param>
/// <param name="Message">Why it does not answer.</param>
/// <param name="MachineCount">How many machines the portal manages on it.</param>
/// <param name="Differing">Those of them that differ from what the portal knows, or are gone.</param>
public sealed record HostView(Guid Id, string Name, string Uri, HostState State, DateTimeOffset StateSince, string? Message, int MachineCount, IReadOnlyList<DifferingVm> Differing)
{
    /// <summary>What it has and is busy with, where it has told within the last minutes.</summary>
    public HostLoadView? Load { get; init; }
}

/// <summary>A machine whose host shows something else than the database.</summary>
public sealed record DifferingVm(Guid Id, string Name, string Difference);

/// <summary>The hosts, as far as the pages show them.</summary>
public interface IHosts
{
    /// <summary>Administrators: every host, by name.</summary>
    Task<Outcome<IReadOnlyList<HostView>>> ListAsync(Actor actor, CancellationToken cancellationToken);
}

/// <summary>Reads the host table.</summary>
internal sealed class HostDirectory(IPortalDbFactory factory, IHostLoad loads) : IHosts
{
    public async Task<Outcome<IReadOnlyList<HostView>>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.IsAdministrator)
        {
            return AdministratorsOnly.Failure;
        }

        var load = loads.Read(actor).Value;
        await using var db = factory.Create();
        var hosts = await db.Hosts.AsNoTracking().OrderBy(static h => h.Name).ToListAsync(cancellationToken);
        var counts = await db.Vms.AsNoTracking()
            .GroupBy(static v => v.HostId)
            .Select(static g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(static g => g.Key, static g => g.Count, cancellationToken);
        var differing = (await db.Vms.AsNoTracking().Where(static v => v.Drift != null || v.Presence == VmPresence.Missing).OrderBy(static v => v.Name).ToListAsync(cancellationToken))
            .ToLookup(static v => v.HostId, static v => new DifferingVm(v.Id, v.Name, v.Presence == VmPresence.Missing ? AccountTexts.ItIsGoneFromItsHost : v.Drift!));
        return Outcome.Success<IReadOnlyList<HostView>>(
        [
            .. hosts.Select(h => new HostView(h.Id, h.Name, h.Uri, h.State, h.StateSince, h.StateMessage, counts.GetValueOrDefault(h.Id), [.. differing[h.Id]]) { Load = load?.GetValueOrDefault(h.Id) }),
        ]);
    }
}
