using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Web.People;

/// <summary>A host, as administrators see it.</summary>
public sealed record HostView(Guid Id, string Name, string Uri, HostState State, DateTimeOffset StateSince, string? Message, int MachineCount);

/// <summary>The hosts, as far as the pages show them.</summary>
public interface IHosts
{
    /// <summary>Administrators: every host, by name.</summary>
    Task<Outcome<IReadOnlyList<HostView>>> ListAsync(Actor actor, CancellationToken cancellationToken);
}

/// <summary>Reads the host table.</summary>
internal sealed class HostDirectory(IPortalDbFactory factory) : IHosts
{
    public async Task<Outcome<IReadOnlyList<HostView>>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.IsAdministrator)
        {
            return AdministratorsOnly.Failure;
        }

        await using var db = factory.Create();
        var hosts = await db.Hosts.AsNoTracking().OrderBy(static h => h.Name).ToListAsync(cancellationToken);
        var counts = await db.Vms.AsNoTracking()
            .GroupBy(static v => v.HostId)
            .Select(static g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(static g => g.Key, static g => g.Count, cancellationToken);
        return Outcome.Success<IReadOnlyList<HostView>>(
        [
            .. hosts.Select(h => new HostView(h.Id, h.Name, h.Uri, h.State, h.StateSince, h.StateMessage, counts.GetValueOrDefault(h.Id))),
        ]);
    }
}
