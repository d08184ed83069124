using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Templates;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Templates;

/// <summary>Turns templates into what people see.</summary>
internal sealed class TemplateReader(IUserDirectory users)
{
    public async Task<IReadOnlyList<TemplateView>> ViewsAsync(IPortalDb db, Actor actor, IReadOnlyList<Template> templates, CancellationToken cancellationToken)
    {
        var names = await users.NamesAsync([.. templates.Select(static t => t.OwnerId).Distinct()], cancellationToken);
        var hardware = await HardwareAsync(db, [.. templates.SelectMany(static t => t.Versions)], cancellationToken);
        return
        [
            .. templates.Select(t => new TemplateView(
                t.Id,
                t.Title,
                t.Description,
                t.Icon,
                names.GetValueOrDefault(t.OwnerId, "a deleted account"),
                View(t.Newest, hardware, machines: 0),
                hardware.GetValueOrDefault(t.Newest.SnapshotId)?.DiskBytes ?? 0,
                t.Audience,
                TemplateAccess.MayChange(actor, t),
                t.UnpublishedAt)),
        ];
    }

    public async Task<TemplateDetailView> DetailAsync(IPortalDb db, Actor actor, Template template, CancellationToken cancellationToken)
    {
        var view = (await ViewsAsync(db, actor, [template], cancellationToken))[0];
        var hardware = await HardwareAsync(db, template.Versions, cancellationToken);
        if (!view.IsMine)
        {
            return new TemplateDetailView(view, [.. template.Versions.OrderByDescending(static v => v.Number).Select(v => View(v, hardware, 0))], [], []);
        }

        var versionIds = template.Versions.Select(static v => (Guid?)v.Id).ToList();
        var machines = await db.Vms.Where(v => versionIds.Contains(v.TemplateVersionId)).GroupBy(static v => v.TemplateVersionId)
            .Select(static g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(static g => g.Key!.Value, static g => g.Count, cancellationToken);
        var people = await users.PeopleAsync([.. template.Grants.Select(static g => g.UserId).OfType<Guid>()], cancellationToken);
        var classIds = template.Grants.Select(static g => g.ClassId).OfType<Guid>().ToList();
        var classes = await db.Classes.Where(c => classIds.Contains(c.Id)).OrderBy(static c => c.Name).Select(static c => new ClassRef(c.Id, c.Name)).ToListAsync(cancellationToken);
        return new TemplateDetailView(
            view,
            [.. template.Versions.OrderByDescending(static v => v.Number).Select(v => View(v, hardware, machines.GetValueOrDefault(v.Id)) with { Script = v.Script })],
            [.. people.Values.OrderBy(static p => p.Name, StringComparer.CurrentCultureIgnoreCase).Select(static p => new PersonRef(p.Id, p.Name, p.Email))],
            classes);
    }

    /// <summary>What each machine's page says of its template.</summary>
    public static async Task<Dictionary<Guid, VmTemplateView>> OfVersionsAsync(IPortalDb db, IReadOnlyCollection<Guid> versionIds, CancellationToken cancellationToken)
        => versionIds.Count == 0
            ? []
            : await (
                from version in db.TemplateVersions.AsNoTracking()
                where versionIds.Contains(version.Id)
                join template in db.Templates on version.TemplateId equals template.Id
                select new { version.Id, View = new VmTemplateView(template.Id, template.Title, version.Number, template.Versions.Max(static v => v.Number)) })
                .ToDictionaryAsync(static x => x.Id, static x => x.View, cancellationToken);

    private static TemplateVersionView View(TemplateVersion version, Dictionary<Guid, Hardware> hardware, int machines)
    {
        var has = hardware.GetValueOrDefault(version.SnapshotId);
        return new TemplateVersionView(version.Id, version.Number, version.Notes, version.VCpus ?? has?.VCpus ?? 0, version.MemoryBytes ?? has?.MemoryBytes ?? 0, version.PublishedAt, machines);
    }

    private static async Task<Dictionary<Guid, Hardware>> HardwareAsync(IPortalDb db, IReadOnlyList<TemplateVersion> versions, CancellationToken cancellationToken)
    {
        var ids = versions.Select(static v => v.SnapshotId).ToList();
        return await (
            from snapshot in db.Snapshots.AsNoTracking()
            where ids.Contains(snapshot.Id)
            join vm in db.Vms on snapshot.VmId equals vm.Id
            select new { snapshot.Id, Has = new Hardware(vm.VCpus, vm.MemoryBytes, snapshot.Disks.Where(static d => d.Included).Sum(static d => d.VirtualSize)) })
            .ToDictionaryAsync(static x => x.Id, static x => x.Has, cancellationToken);
    }

    private sealed record Hardware(int VCpus, long MemoryBytes, long DiskBytes);
}
