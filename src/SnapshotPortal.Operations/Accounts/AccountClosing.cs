using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Mail;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Quotas;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Accounts;

/// <inheritdoc cref="IAccountClosing"/>
internal sealed class AccountClosing(IUserDirectory users, Changes changes, Enqueuing enqueuing, Latecomers latecomers, BatchSignal batches, TimeProvider time) : IAccountClosing
{
    public async Task<Outcome<BelongingsView>> PreviewAsync(Actor actor, Guid userId, CancellationToken cancellationToken)
    {
        if (!await MayCloseAsync(actor, userId, cancellationToken))
        {
            return NotFound();
        }

        await using var db = changes.Read();
        return await ReadAsync(db, userId, cancellationToken);
    }

    public async Task<Outcome<BelongingsView>> CloseAsync(Actor actor, Guid userId, CloseAccountRequest request, CancellationToken cancellationToken)
    {
        var names = await users.NamesAsync([userId, request.HeirId ?? userId], cancellationToken);
        List<Guid> stopped = [];
        var outcome = await changes.CommitAsync<BelongingsView>(
            AuditDraft.By(actor, AuditActs.AccountDeleted, AuditSubject.Account, userId) with { SubjectName = names.GetValueOrDefault(userId), Detail = Detail(request, names) },
            async (db, drafts) =>
            {
                if (!await MayCloseAsync(actor, userId, cancellationToken))
                {
                    return NotFound();
                }

                if (Check(actor, userId, request, names) is { } wrong)
                {
                    return wrong;
                }

                if (await db.IsLastAdministratorAsync(userId, cancellationToken))
                {
                    return new Failure(FailureKind.Conflict, FailureCodes.LastAdministrator, "This is the last administrator. Make somebody else one first.");
                }

                var had = await ReadAsync(db, userId, cancellationToken);
                var impossible = await LeaveClassesAsync(db, drafts, actor, userId, request, stopped, cancellationToken)
                    ?? await DecideAsync(db, drafts, actor, userId, request, stopped, cancellationToken);
                if (impossible is { } failure)
                {
                    db.ChangeTracker.Clear();
                    drafts.Clear();
                    stopped.Clear();
                    return failure;
                }

                await db.Quotas.Where(q => q.Subject == QuotaSubject.User && q.SubjectId == userId).ExecuteDeleteAsync(cancellationToken);
                await db.OutgoingMails.Where(m => m.UserId == userId && m.State == MailState.Waiting).ExecuteDeleteAsync(cancellationToken);
                await db.SaveChangesAsync(cancellationToken);
                await db.RemoveAccountAsync(userId, cancellationToken);
                return had;
            },
            cancellationToken);
        if (outcome.IsSuccess)
        {
            enqueuing.Announce(stopped);
            batches.Wake();
        }

        return outcome;
    }

    /// <summary>One's own, or an administrator's act; a token that cannot administrate cannot do it either.</summary>
    private async Task<bool> MayCloseAsync(Actor actor, Guid userId, CancellationToken cancellationToken)
        => (actor.IsAdministrator || (actor.UserId == userId && actor.TokenId is null))
            && (await users.NamesAsync([userId], cancellationToken)).ContainsKey(userId);

    private static Failure NotFound() => Enqueuing.NotFound("account");

    private static Failure? Check(Actor actor, Guid userId, CloseAccountRequest request, IReadOnlyDictionary<Guid, string> names) => request switch
    {
        _ when !Enum.IsDefined(request.Machines) => new Failure(FailureKind.Invalid, FailureCodes.FateInvalid, "Say what becomes of the machines: they are left, given to somebody, or deleted.", "machines"),
        { Machines: not MachineFate.Give } => null,
        _ when !actor.IsAdministrator => new Failure(FailureKind.Forbidden, FailureCodes.AdministratorsOnly, "Only administrators give machines to somebody else. Ask one, or leave them to the administrators."),
        { HeirId: { } heir } when heir != userId && names.ContainsKey(heir) => null,
        _ => new Failure(FailureKind.Invalid, FailureCodes.UserUnknown, "Choose another account that gets the machines.", "heirId"),
    };

    private static string Detail(CloseAccountRequest request, IReadOnlyDictionary<Guid, string> names) => request switch
    {
        { Machines: MachineFate.Give, HeirId: { } heir } => $"machines to {names.GetValueOrDefault(heir, heir.ToString())}",
        { Machines: MachineFate.Delete } => "machines deleted",
        _ => "machines left",
    };

    private static async Task<BelongingsView> ReadAsync(IPortalDb db, Guid userId, CancellationToken cancellationToken)
    {
        var machines = await db.Vms.AsNoTracking().Where(v => v.OwnerId == userId && v.Presence != VmPresence.Deleting)
            .OrderBy(static v => v.Name).Select(static v => new { v.Id, v.Name, v.ClassId }).ToListAsync(cancellationToken);
        var own = machines.Where(static m => m.ClassId is null).ToList();
        var ids = own.ConvertAll(static m => m.Id);
        return new BelongingsView(
            [.. own.Select(static m => m.Name)],
            await db.Snapshots.CountAsync(s => ids.Contains(s.VmId), cancellationToken),
            [.. machines.Where(static m => m.ClassId is not null).Select(static m => m.Name)],
            await db.Classes.Where(c => c.Members.Any(m => m.UserId == userId && m.Role == ClassRole.Teacher) && !c.Members.Any(m => m.UserId != userId && m.Role == ClassRole.Teacher))
                .OrderBy(static c => c.Name).Select(static c => c.Name).ToListAsync(cancellationToken),
            await db.Templates.Where(t => t.OwnerId == userId && t.UnpublishedAt == null).OrderBy(static t => t.Title).Select(static t => t.Title).ToListAsync(cancellationToken));
    }

    /// <summary>A class keeps the machines that it made, and must keep a teacher.</summary>
    private async Task<Failure?> LeaveClassesAsync(IPortalDb db, List<EventDraft> drafts, Actor actor, Guid userId, CloseAccountRequest request, List<Guid> stopped, CancellationToken cancellationToken)
    {
        foreach (var group in await db.Classes.Include(static c => c.Members).Where(c => c.Members.Any(m => m.UserId == userId)).ToListAsync(cancellationToken))
        {
            var member = group.Members.Single(m => m.UserId == userId);
            group.Members.Remove(member);
            if (member.Role == ClassRole.Teacher && !group.Members.Exists(static m => m.Role == ClassRole.Teacher))
            {
                if (request is not { Machines: MachineFate.Give, HeirId: { } heir })
                {
                    return new Failure(FailureKind.Conflict, FailureCodes.LastTeacher, $"Nobody else teaches “{group.Name}”. Make somebody else a teacher of it first, or delete the class.");
                }

                if (group.Members.Find(m => m.UserId == heir) is { } known)
                {
                    known.Role = ClassRole.Teacher;
                }
                else
                {
                    group.Members.Add(new ClassMember { ClassId = group.Id, UserId = heir, Role = ClassRole.Teacher, AddedAt = time.GetUtcNow() });
                }
            }

            stopped.AddRange(await latecomers.StopForAsync(db, group.Id, userId, actor.Name, cancellationToken));
            drafts.Add(EventDraft.OfClass(group.Id, "Members"));
        }

        return null;
    }

    private async Task<Failure?> DecideAsync(IPortalDb db, List<EventDraft> drafts, Actor actor, Guid userId, CloseAccountRequest request, List<Guid> stopped, CancellationToken cancellationToken)
    {
        var machines = await db.Vms.Where(v => v.OwnerId == userId && v.ClassId == null && v.Presence != VmPresence.Deleting).OrderBy(static v => v.Name).ToListAsync(cancellationToken);
        return request switch
        {
            { Machines: MachineFate.Delete } => await DeleteAsync(db, drafts, actor, machines, stopped, cancellationToken),
            { Machines: MachineFate.Give, HeirId: { } heir } => await GiveAsync(db, drafts, userId, heir, machines, cancellationToken),
            _ => null,
        };
    }

    private async Task<Failure?> DeleteAsync(IPortalDb db, List<EventDraft> drafts, Actor actor, List<VirtualMachine> machines, List<Guid> stopped, CancellationToken cancellationToken)
    {
        foreach (var vm in machines)
        {
            var plan = await VmPlans.DeleteAsync(db, drafts, vm, cancellationToken);
            if (!plan.IsSuccess)
            {
                return plan.Failure with { Message = $"“{vm.Name}” cannot be deleted. {plan.Failure.Message}" };
            }

            var operation = await enqueuing.WriteAsync(db, drafts, plan.Value, new Requester(actor.UserId, actor.Name), stopped, cancellationToken);
            db.Audit(AuditDraft.By(actor, AuditActs.Of(OperationKind.DeleteVm), AuditSubject.Vm, vm.Id) with { Detail = $"operation {operation.Id}" });
        }

        return null;
    }

    private static async Task<Failure?> GiveAsync(IPortalDb db, List<EventDraft> drafts, Guid userId, Guid heir, List<VirtualMachine> machines, CancellationToken cancellationToken)
    {
        foreach (var vm in machines)
        {
            if (await MachineGift.GiveAsync(db, drafts, vm, heir, cancellationToken) is { } refused)
            {
                return refused;
            }
        }

        await db.Templates.Where(t => t.OwnerId == userId).ExecuteUpdateAsync(s => s.SetProperty(static t => t.OwnerId, heir), cancellationToken);
        return null;
    }
}
