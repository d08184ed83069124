using System.Globalization;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Templates;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Templates;

/// <inheritdoc cref="ITemplates"/>
internal sealed class TemplateRequests(
    IPortalDbFactory factory,
    IUserDirectory users,
    Changes changes,
    Enqueuing enqueuing,
    ClonePlanning clones,
    TemplateReader reader,
    TimeProvider time) : ITemplates
{
    private const int PeopleToShow = 10;
    private const int MaxGrants = 500;

    public async Task<IReadOnlyList<TemplateView>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        var rows = await TemplateAccess.Visible(db, actor).AsNoTracking().Include(static t => t.Versions)
            .OrderBy(static t => t.Title).ThenBy(static t => t.Id).ToListAsync(cancellationToken);
        return await reader.ViewsAsync(db, actor, rows, cancellationToken);
    }

    public async Task<Outcome<TemplateDetailView>> GetAsync(Actor actor, Guid templateId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        return await TemplateAccess.FindAsync(db, actor, templateId, cancellationToken) is { } template
            ? await reader.DetailAsync(db, actor, template, cancellationToken)
            : NotFound();
    }

    public async Task<Guid?> FindContinuedAsync(Actor actor, Guid snapshotId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        return await TemplateLineage.ContinuedByAsync(db, actor, snapshotId, cancellationToken);
    }

    public Task<Outcome<TemplateDetailView>> PublishAsync(Actor actor, Guid snapshotId, PublishTemplateRequest request, CancellationToken cancellationToken)
        => changes.CommitAsync<TemplateDetailView>(
            AuditDraft.By(actor, AuditActs.TemplatePublished, AuditSubject.Template),
            async (db, _) =>
            {
                var found = await FindPublishableAsync(db, actor, snapshotId, cancellationToken);
                if (!found.IsSuccess)
                {
                    return found.Failure;
                }

                if (CheckVersion(request.Version) is { } invalid)
                {
                    return invalid;
                }

                var template = new Template { OwnerId = actor.UserId, Title = "", CreatedAt = time.GetUtcNow() };
                Add(template, snapshotId, found.Value, request.Version);
                if (await ApplyAsync(db, actor, template, request.Fields, cancellationToken) is { } wrong)
                {
                    return wrong;
                }

                db.Templates.Add(template);
                await db.SaveChangesAsync(cancellationToken);
                return await reader.DetailAsync(db, actor, template, cancellationToken);
            },
            cancellationToken,
            static made => made.Template.Id);

    public Task<Outcome<TemplateDetailView>> PublishVersionAsync(Actor actor, Guid templateId, Guid snapshotId, TemplateVersionRequest request, CancellationToken cancellationToken)
        => ChangeAsync(
            actor,
            templateId,
            async (db, template) =>
            {
                var found = await FindPublishableAsync(db, actor, snapshotId, cancellationToken);
                if (!found.IsSuccess)
                {
                    return found.Failure;
                }

                if (CheckVersion(request) is { } invalid)
                {
                    return invalid;
                }

                if (template.Versions.Exists(v => v.SnapshotId == snapshotId))
                {
                    return new Failure(FailureKind.Conflict, FailureCodes.NameTaken, "This snapshot is an edition of the template already. Take a new snapshot, and publish that.");
                }

                // A machine is reset in place, so its template has to be on its host.
                var hosts = await db.Snapshots.Where(s => s.Id == snapshotId || s.Id == template.Newest.SnapshotId)
                    .Join(db.Vms, static s => s.VmId, static v => v.Id, static (_, v) => v.HostId).Distinct().CountAsync(cancellationToken);
                if (hosts > 1)
                {
                    return new Failure(FailureKind.Conflict, FailureCodes.VolumeMissing, "The template's earlier editions lie on another host, where this snapshot is not. Publish it as a template of its own.");
                }

                Add(template, snapshotId, found.Value, request);
                return await SharingRule.CheckAsync(
                    db,
                    actor,
                    template.Newest.OriginVersionId,
                    template.Audience == TemplateAudience.Everybody,
                    [.. template.Grants.Select(static g => g.UserId).OfType<Guid>()],
                    [.. template.Grants.Select(static g => g.ClassId).OfType<Guid>()],
                    cancellationToken);
            },
            cancellationToken);

    public Task<Outcome<TemplateDetailView>> ChangeAsync(Actor actor, Guid templateId, TemplateFields fields, CancellationToken cancellationToken)
        => ChangeAsync(actor, templateId, (db, template) => ApplyAsync(db, actor, template, fields, cancellationToken), cancellationToken);

    public Task<Outcome<TemplateDetailView>> SetPublishedAsync(Actor actor, Guid templateId, bool published, CancellationToken cancellationToken)
        => ChangeAsync(
            actor,
            templateId,
            (_, template) =>
            {
                template.UnpublishedAt = published ? null : template.UnpublishedAt ?? time.GetUtcNow();
                return Task.FromResult<Failure?>(null);
            },
            cancellationToken);

    public Task<Outcome<OperationView>> CloneAsync(Actor actor, Guid templateId, CloneVmRequest request, CancellationToken cancellationToken)
        => enqueuing.EnqueueAsync(
            actor,
            request.IdempotencyKey,
            new { template = templateId, request },
            AuditDraft.By(actor, AuditActs.Of(OperationKind.CloneVm), AuditSubject.Template, templateId),
            async (db, drafts) =>
            {
                if (await TemplateAccess.FindAsync(db, actor, templateId, cancellationToken) is not { } template)
                {
                    return NotFound();
                }

                if (template.UnpublishedAt is not null)
                {
                    return Unpublished(template);
                }

                var version = template.Newest;
                return await SourceAsync(db, version, cancellationToken) is var (snapshot, source)
                    ? await clones.PlanAsync(
                        db,
                        drafts,
                        new CloneOwner(actor.UserId) { TemplateVersionId = version.Id, AnyNetwork = actor.IsAdministrator },
                        snapshot,
                        source,

                        // Many are made from one template: unless somebody says otherwise, each becomes somebody of its own.
                        request with { VCpus = request.VCpus ?? version.VCpus, MemoryBytes = request.MemoryBytes ?? version.MemoryBytes, Identity = request.Identity ?? new IdentityRequest() },
                        cancellationToken)
                    : Gone(template);
            },
            cancellationToken);

    public async Task<IReadOnlyList<PersonRef>> FindPeopleAsync(Actor actor, string text, CancellationToken cancellationToken)
    {
        if (text.Trim() is not { Length: >= 2 and <= 254 } wanted)
        {
            return [];
        }

        // Who has an account is not everybody's business: without a role one must know the address.
        var found = await users.SearchAsync(wanted, PeopleToShow, cancellationToken);
        return
        [
            .. found.Where(p => actor.IsAdministrator || actor.IsTeacher || string.Equals(p.Email, wanted, StringComparison.OrdinalIgnoreCase))
                .Select(static p => new PersonRef(p.Id, p.Name, p.Email)),
        ];
    }

    /// <summary>The refusal to use a template that is published no longer.</summary>
    internal static Failure Unpublished(Template template)
        => new(FailureKind.Conflict, FailureCodes.TemplateUnpublished, $"“{template.Title}” is not published any more. Choose another template, or ask whoever published it.");

    /// <summary>The refusal to use a template whose snapshot is not there.</summary>
    internal static Failure Gone(Template template)
        => new(FailureKind.Conflict, FailureCodes.SnapshotNotReady, $"The snapshot behind “{template.Title}” is gone. Choose another template, or ask whoever published it.");

    /// <summary>The snapshot behind an edition and its machine; <see langword="null"/> if they are gone.</summary>
    internal static async Task<(Snapshot Snapshot, VirtualMachine Source)?> SourceAsync(IPortalDb db, TemplateVersion version, CancellationToken cancellationToken)
        => await db.SnapshotAsync(version.SnapshotId, cancellationToken) is { } snapshot
            && await db.Vms.FirstOrDefaultAsync(v => v.Id == snapshot.VmId, cancellationToken) is { } source
                ? (snapshot, source)
                : null;

    private static Failure NotFound() => Enqueuing.NotFound("template");

    private Task<Outcome<TemplateDetailView>> ChangeAsync(Actor actor, Guid templateId, Func<IPortalDb, Template, Task<Failure?>> change, CancellationToken cancellationToken)
        => changes.CommitAsync<TemplateDetailView>(
            AuditDraft.By(actor, AuditActs.TemplateChanged, AuditSubject.Template, templateId),
            async (db, _) =>
            {
                if (await TemplateAccess.FindAsync(db, actor, templateId, cancellationToken) is not { } template || !TemplateAccess.MayChange(actor, template))
                {
                    return NotFound();
                }

                if (await change(db, template) is { } failure)
                {
                    db.ChangeTracker.Clear();
                    return failure;
                }

                await db.SaveChangesAsync(cancellationToken);
                return await reader.DetailAsync(db, actor, template, cancellationToken);
            },
            cancellationToken);

    private void Add(Template template, Guid snapshotId, VirtualMachine vm, TemplateVersionRequest request) => template.Versions.Add(new TemplateVersion
    {
        TemplateId = template.Id,
        Number = template.Versions.Count == 0 ? 1 : template.Newest.Number + 1,
        SnapshotId = snapshotId,
        OriginVersionId = vm.TemplateVersionId ?? vm.OriginVersionId,
        Notes = request.Notes?.Trim() ?? "",
        VCpus = request.VCpus,
        MemoryBytes = request.MemoryBytes,
        Script = string.IsNullOrWhiteSpace(request.Script) ? null : request.Script.ReplaceLineEndings("\n"),
        PublishedAt = time.GetUtcNow(),
    });

    /// <summary>The machine of a snapshot that the actor may publish.</summary>
    private static async Task<Outcome<VirtualMachine>> FindPublishableAsync(IPortalDb db, Actor actor, Guid snapshotId, CancellationToken cancellationToken)
    {
        if (await db.Snapshots.FirstOrDefaultAsync(s => s.Id == snapshotId, cancellationToken) is not { } snapshot
            || await Enqueuing.FindVmAsync(db, actor, snapshot.VmId, cancellationToken) is not { Presence: not VmPresence.Deleting } vm)
        {
            return Enqueuing.NotFound("snapshot");
        }

        return (SnapshotRequests.NotReady(snapshot) ?? await ClassRules.CheckPublishAsync(db, actor, vm, cancellationToken)) is { } refused ? refused : vm;
    }

    private static Failure? CheckVersion(TemplateVersionRequest request) => request switch
    {
        _ when Names.CheckDescription(request.Notes) is { } wrong => new Failure(FailureKind.Invalid, FailureCodes.DescriptionInvalid, wrong, "notes"),
        { VCpus: < 1 or > 512 } => new Failure(FailureKind.Invalid, FailureCodes.HardwareInvalid, "Choose 1 to 512 processors.", "vCpus"),
        { MemoryBytes: < 64L << 20 or > 16L << 40 } => new Failure(FailureKind.Invalid, FailureCodes.HardwareInvalid, "Choose 64 MiB to 16 TiB of memory.", "memoryBytes"),
        { Script: { } script } when CloneChecks.CheckScript(script) is { } wrong => wrong,
        _ => null,
    };

    /// <summary>Checks the fields and writes them to the template.</summary>
    private async Task<Failure?> ApplyAsync(IPortalDb db, Actor actor, Template template, TemplateFields fields, CancellationToken cancellationToken)
    {
        var title = fields.Title.Trim();
        if (!Names.IsTitle(title, Template.MaxTitleLength))
        {
            return new Failure(FailureKind.Invalid, FailureCodes.TitleInvalid, $"Enter a title of 1 to {Template.MaxTitleLength} visible characters.", "title");
        }

        if (fields.Description is { Length: > Template.MaxDescriptionLength })
        {
            return new Failure(FailureKind.Invalid, FailureCodes.DescriptionInvalid, string.Create(CultureInfo.InvariantCulture, $"The description has {fields.Description.Length} characters; at most {Template.MaxDescriptionLength} are kept. Shorten it."), "description");
        }

        var icon = fields.Icon ?? TemplateIcons.Default;
        if (!TemplateIcons.All.Contains(icon, StringComparer.Ordinal))
        {
            return new Failure(FailureKind.Invalid, FailureCodes.IconUnknown, $"The icon is one of {string.Join(", ", TemplateIcons.All)}.", "icon");
        }

        if (fields.Audience == TemplateAudience.Everybody && !actor.IsAdministrator && !actor.IsTeacher)
        {
            return new Failure(FailureKind.Forbidden, FailureCodes.TeachersOnly, "Only teachers and administrators publish to everybody. Share it with people by name instead.", "audience");
        }

        var userIds = (fields.UserIds ?? []).Distinct().ToList();
        var classIds = (fields.ClassIds ?? []).Distinct().ToList();
        if (!Enum.IsDefined(fields.Audience) || userIds.Count + classIds.Count > MaxGrants)
        {
            return new Failure(FailureKind.Invalid, FailureCodes.AudienceInvalid, $"Share it with everybody, or with at most {MaxGrants} people and classes by name.", "audience");
        }

        if ((await users.PeopleAsync(userIds, cancellationToken)).Count != userIds.Count)
        {
            return new Failure(FailureKind.Invalid, FailureCodes.UserUnknown, "One of the people has no account any more. Choose again.", "userIds");
        }

        // Classes that were chosen before by somebody who taught them stay.
        var before = template.Grants.Select(static g => g.ClassId).OfType<Guid>().ToHashSet();
        var (newUsers, newClasses) = (userIds.Except(template.Grants.Select(static g => g.UserId).OfType<Guid>()).ToList(), classIds.Except(before).ToList());
        foreach (var classId in newClasses)
        {
            if (!await ClassAccess.IsTaughtByAsync(db, actor, classId, cancellationToken))
            {
                return new Failure(FailureKind.NotFound, FailureCodes.NotFound, "There is no such class, or you do not teach it.", "classIds");
            }
        }

        foreach (var versionId in template.Versions.Select(static v => v.OriginVersionId).Distinct())
        {
            var everybody = fields.Audience == TemplateAudience.Everybody && template.Audience != TemplateAudience.Everybody;
            if (await SharingRule.CheckAsync(db, actor, versionId, everybody, newUsers, newClasses, cancellationToken) is { } tooWide)
            {
                return tooWide;
            }
        }

        template.Title = title;
        template.Description = fields.Description?.Trim() ?? "";
        template.Icon = icon;
        template.Audience = fields.Audience;
        template.Grants.RemoveAll(g => (g.UserId is { } user && !userIds.Contains(user)) || (g.ClassId is { } group && !classIds.Contains(group)));
        template.Grants.AddRange(userIds.Where(id => !template.Grants.Exists(g => g.UserId == id)).Select(id => new TemplateGrant { TemplateId = template.Id, UserId = id }));
        template.Grants.AddRange(classIds.Where(id => !template.Grants.Exists(g => g.ClassId == id)).Select(id => new TemplateGrant { TemplateId = template.Id, ClassId = id }));
        return null;
    }
}
