using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Domain.Quotas;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Quotas;

/// <inheritdoc cref="IQuotas"/>
internal sealed class QuotaRequests(IPortalDbFactory factory, IUserDirectory users, Changes changes, QuotaRule rule, TimeProvider time) : IQuotas
{
    private static readonly string[] _roles = ["Administrator", "Teacher"];

    public async Task<QuotaStateView> GetOwnAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        return await StateAsync(db, new QuotaHolder(actor.UserId, null), cancellationToken);
    }

    public async Task<Outcome<QuotaStateView>> GetOfClassAsync(Actor actor, Guid classId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        return await ClassAccess.IsTaughtByAsync(db, actor, classId, cancellationToken)
            ? await StateAsync(db, new QuotaHolder(null, classId), cancellationToken)
            : Enqueuing.NotFound("class");
    }

    public async Task<Outcome<IReadOnlyList<QuotaView>>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.IsAdministrator)
        {
            return AdministratorsOnly();
        }

        await using var db = factory.Create();
        return Outcome.Success(await ViewsAsync(db, cancellationToken));
    }

    public async Task<Outcome<IReadOnlyList<QuotaView>>> SetAsync(Actor actor, SetQuotaRequest request, CancellationToken cancellationToken)
        => await changes.CommitAsync<IReadOnlyList<QuotaView>>(
            AuditDraft.By(actor, AuditActs.QuotaSet, AuditSubject.Quota) with { SubjectName = $"{request.Subject} {request.Role}{request.SubjectId}" },
            async (db, _) =>
            {
                if (!actor.IsAdministrator)
                {
                    return AdministratorsOnly();
                }

                if (await CheckAsync(db, request, cancellationToken) is { } wrong)
                {
                    return wrong;
                }

                var now = time.GetUtcNow();
                if (await db.Quotas.FirstOrDefaultAsync(q => q.Subject == request.Subject && q.SubjectId == request.SubjectId && q.Role == request.Role, cancellationToken) is { } quota)
                {
                    quota.Limits = request.Limits;
                    quota.Reason = request.Reason.Trim();
                    quota.SetByName = actor.Name;
                    quota.SetAt = now;
                }
                else
                {
                    db.Quotas.Add(new Quota
                    {
                        Subject = request.Subject,
                        SubjectId = request.SubjectId,
                        Role = request.Role,
                        Limits = request.Limits,
                        Reason = request.Reason.Trim(),
                        SetByName = actor.Name,
                        SetAt = now,
                    });
                }

                await db.SaveChangesAsync(cancellationToken);
                return Outcome.Success(await ViewsAsync(db, cancellationToken));
            },
            cancellationToken);

    public async Task<Outcome<IReadOnlyList<QuotaView>>> RemoveAsync(Actor actor, Guid quotaId, CancellationToken cancellationToken)
        => await changes.CommitAsync<IReadOnlyList<QuotaView>>(
            AuditDraft.By(actor, AuditActs.QuotaRemoved, AuditSubject.Quota, quotaId),
            async (db, _) =>
            {
                if (!actor.IsAdministrator)
                {
                    return AdministratorsOnly();
                }

                if (await db.Quotas.FirstOrDefaultAsync(q => q.Id == quotaId, cancellationToken) is not { } quota)
                {
                    return Enqueuing.NotFound("quota");
                }

                db.Quotas.Remove(quota);
                await db.SaveChangesAsync(cancellationToken);
                return Outcome.Success(await ViewsAsync(db, cancellationToken));
            },
            cancellationToken);

    private static Failure AdministratorsOnly() => new(FailureKind.Forbidden, FailureCodes.AdministratorsOnly, "Only administrators see and set quotas.");

    private async Task<QuotaStateView> StateAsync(IPortalDb db, QuotaHolder holder, CancellationToken cancellationToken)
        => new(await rule.LimitsAsync(db, holder, cancellationToken), await QuotaRule.UsageAsync(db, holder, cancellationToken));

    private async Task<Failure?> CheckAsync(IPortalDb db, SetQuotaRequest request, CancellationToken cancellationToken)
    {
        var limits = request.Limits;
        if (new[] { limits.Vms, limits.RunningVms, limits.VCpus, limits.MemoryBytes, limits.Snapshots, limits.UniqueBytes }.Any(static l => l < 0))
        {
            return new Failure(FailureKind.Invalid, FailureCodes.QuotaInvalid, "A limit is 0 or more; leave it out where there is none.", "limits");
        }

        if (string.IsNullOrWhiteSpace(request.Reason) || Names.CheckDescription(request.Reason) is not null)
        {
            return new Failure(FailureKind.Invalid, FailureCodes.DescriptionInvalid, $"Say why, in 1 to {Names.MaxDescriptionLength} characters: whoever meets the limit asks.", "reason");
        }

        var fits = request.Subject switch
        {
            QuotaSubject.Everybody => request is { SubjectId: null, Role: null },
            QuotaSubject.Role => request is { SubjectId: null, Role: { } role } && _roles.Contains(role, StringComparer.Ordinal),
            QuotaSubject.Class => request is { SubjectId: { } classId, Role: null } && await db.Classes.AnyAsync(c => c.Id == classId, cancellationToken),
            QuotaSubject.User => request is { SubjectId: { } userId, Role: null } && (await users.NamesAsync([userId], cancellationToken)).Count == 1,
            _ => false,
        };
        return fits ? null : new Failure(FailureKind.Invalid, FailureCodes.QuotaInvalid, "A quota is for everybody, for a role, for a class or for a person that exists. Choose one of them.", "subject");
    }

    private async Task<IReadOnlyList<QuotaView>> ViewsAsync(IPortalDb db, CancellationToken cancellationToken)
    {
        var rows = await db.Quotas.AsNoTracking().OrderBy(static q => q.Subject).ThenBy(static q => q.SetAt).ToListAsync(cancellationToken);
        var ids = rows.Select(static q => q.SubjectId).OfType<Guid>().ToList();
        var people = await users.NamesAsync(ids, cancellationToken);
        var classes = await db.Classes.Where(c => ids.Contains(c.Id)).ToDictionaryAsync(static c => c.Id, static c => c.Name, cancellationToken);
        return
        [
            .. rows.Select(q => new QuotaView(
                q.Id,
                q.Subject,
                q.SubjectId,
                q.SubjectId is { } id ? people.GetValueOrDefault(id) ?? classes.GetValueOrDefault(id) ?? "gone" : q.Role ?? "",
                q.Limits,
                q.Reason,
                q.SetByName,
                q.SetAt)),
        ];
    }
}
