using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Classes;

/// <inheritdoc cref="IClasses"/>
internal sealed class ClassRequests(
    IPortalDbFactory factory,
    IUserDirectory users,
    Changes changes,
    ClassReader reader,
    Latecomers latecomers,
    Enqueuing enqueuing,
    BatchSignal batches,
    TimeProvider time) : IClasses
{
    public async Task<IReadOnlyList<ClassView>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        var rows = await db.Classes.AsNoTracking().Include(static c => c.Members)
            .Where(c => actor.IsAdministrator || c.Members.Any(m => m.UserId == actor.UserId))
            .OrderBy(static c => c.Name).ThenBy(static c => c.Id).ToListAsync(cancellationToken);
        return await ClassReader.ViewsAsync(db, actor, rows, cancellationToken);
    }

    public async Task<Outcome<ClassDetailView>> GetAsync(Actor actor, Guid classId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        return await ClassAccess.FindTaughtAsync(db, actor, classId, cancellationToken) is { } group
            ? await reader.DetailAsync(db, actor, group, cancellationToken)
            : NotFound();
    }

    public Task<Outcome<ClassDetailView>> CreateAsync(Actor actor, ClassFields fields, CancellationToken cancellationToken)
        => changes.CommitAsync<ClassDetailView>(
            AuditDraft.By(actor, AuditActs.ClassMade, AuditSubject.Class),
            async (db, drafts) =>
            {
                if (!actor.IsTeacher && !actor.IsAdministrator)
                {
                    return new Failure(FailureKind.Forbidden, FailureCodes.TeachersOnly, "Only teachers make classes. Ask an administrator to make you one.");
                }

                if (Check(fields) is { } wrong)
                {
                    return wrong;
                }

                var now = time.GetUtcNow();
                var group = new ClassGroup { Name = "", CreatedById = actor.UserId, CreatedAt = now };
                Apply(group, fields);
                group.Members.Add(new ClassMember { ClassId = group.Id, UserId = actor.UserId, Role = ClassRole.Teacher, AddedAt = now });
                db.Classes.Add(group);
                return await SavedAsync(db, drafts, actor, group, "Created", cancellationToken);
            },
            cancellationToken,
            static made => made.Class.Id);

    public Task<Outcome<ClassDetailView>> ChangeAsync(Actor actor, Guid classId, ClassFields fields, CancellationToken cancellationToken)
        => ChangeAsync(
            actor,
            classId,
            "Changed",
            (_, _, group) =>
            {
                if (Check(fields) is { } wrong)
                {
                    return Task.FromResult<Failure?>(wrong);
                }

                Apply(group, fields);
                return Task.FromResult<Failure?>(null);
            },
            cancellationToken);

    public Task<Outcome<ClassView>> DeleteAsync(Actor actor, Guid classId, CancellationToken cancellationToken)
        => changes.CommitAsync<ClassView>(
            AuditDraft.By(actor, AuditActs.ClassDeleted, AuditSubject.Class, classId),
            async (db, drafts) =>
            {
                if (await ClassAccess.FindTaughtAsync(db, actor, classId, cancellationToken) is not { } group)
                {
                    return NotFound();
                }

                if (await db.Vms.CountAsync(v => v.ClassId == classId, cancellationToken) is > 0 and var count)
                {
                    return new Failure(FailureKind.Conflict, FailureCodes.ClassInUse, $"“{group.Name}” still has {count} virtual machine{(count == 1 ? "" : "s")}. Delete its deployments first; then nothing is lost by mistake.");
                }

                if (await db.Batches.AnyAsync(b => b.ClassId == classId && b.State == BatchState.Running, cancellationToken))
                {
                    return new Failure(FailureKind.Conflict, FailureCodes.ClassInUse, $"Something is still being done for “{group.Name}”. Wait until it is over, or cancel it.");
                }

                var view = (await ClassReader.ViewsAsync(db, actor, [group], cancellationToken))[0];
                db.Deployments.RemoveRange(await db.Deployments.Where(d => d.ClassId == classId).ToListAsync(cancellationToken));
                db.Classes.Remove(group);
                drafts.Add(EventDraft.OfClass(classId, "Removed"));
                return view;
            },
            cancellationToken);

    public async Task<Outcome<RosterView>> PreviewRosterAsync(Actor actor, Guid classId, string text, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        return await ClassAccess.FindTaughtAsync(db, actor, classId, cancellationToken) is { } group
            ? await JudgeAsync(group, text, cancellationToken)
            : NotFound();
    }

    public async Task<Outcome<ClassDetailView>> AddRosterAsync(Actor actor, Guid classId, string text, CancellationToken cancellationToken)
    {
        var preview = await PreviewRosterAsync(actor, classId, text, cancellationToken);
        if (!preview.IsSuccess)
        {
            return preview.Failure;
        }

        if (preview.Value.Invalid > 0)
        {
            var first = preview.Value.Rows.First(static r => r.State == RosterRowState.Invalid);
            return new Failure(FailureKind.Invalid, FailureCodes.RosterInvalid, $"Nobody was added, because {preview.Value.Invalid} line{(preview.Value.Invalid == 1 ? " is" : "s are")} wrong. Line {first.Line}: {first.Message} Correct or remove it, and send the roster again.", "roster");
        }

        // The accounts first, in a transaction of their own: one that nobody needs in the end can do nothing.
        var rows = preview.Value.Rows.Where(static r => r.State is RosterRowState.Known or RosterRowState.New).ToList();
        await users.InviteAsync([.. rows.Where(static r => r.State == RosterRowState.New).Select(static r => (r.Email, r.Name))], AuditDraft.By(actor, AuditActs.AccountMade, AuditSubject.Account), cancellationToken);
        var ids = await users.FindByEmailsAsync([.. rows.Select(static r => r.Email)], cancellationToken);
        return await ChangeAsync(
            actor,
            classId,
            "Members",
            async (db, drafts, group) =>
            {
                await JoinAsync(db, drafts, group, [.. rows.Select(r => ids[r.Email])], actor, cancellationToken);
                return null;
            },
            cancellationToken);
    }

    public Task<Outcome<ClassDetailView>> SetRoleAsync(Actor actor, Guid classId, Guid userId, ClassRole role, CancellationToken cancellationToken)
        => ChangeAsync(
            actor,
            classId,
            "Members",
            (_, _, group) =>
            {
                if (group.Members.Find(m => m.UserId == userId) is not { } member || !Enum.IsDefined(role))
                {
                    return Task.FromResult<Failure?>(MemberUnknown());
                }

                if (role != ClassRole.Teacher && IsLastTeacher(group, member))
                {
                    return Task.FromResult<Failure?>(LastTeacher());
                }

                member.Role = role;
                return Task.FromResult<Failure?>(null);
            },
            cancellationToken);

    public async Task<Outcome<ClassDetailView>> RemoveAsync(Actor actor, Guid classId, Guid userId, CancellationToken cancellationToken)
    {
        List<Guid> stopped = [];
        var outcome = await ChangeAsync(
            actor,
            classId,
            "Members",
            async (db, _, group) =>
            {
                if (group.Members.Find(m => m.UserId == userId) is not { } member)
                {
                    return MemberUnknown();
                }

                if (IsLastTeacher(group, member))
                {
                    return LastTeacher();
                }

                group.Members.Remove(member);
                stopped = await latecomers.StopForAsync(db, classId, userId, actor.Name, cancellationToken);
                return null;
            },
            cancellationToken);
        if (outcome.IsSuccess)
        {
            enqueuing.Announce(stopped);
        }

        return outcome;
    }

    public Task<Outcome<ClassDetailView>> SetJoinableAsync(Actor actor, Guid classId, bool joinable, CancellationToken cancellationToken)
        => ChangeAsync(
            actor,
            classId,
            "Changed",
            (_, _, group) =>
            {
                group.JoinCode = joinable ? JoinCodes.Create() : null;
                return Task.FromResult<Failure?>(null);
            },
            cancellationToken);

    public async Task<Outcome<ClassView>> JoinAsync(Actor actor, string code, CancellationToken cancellationToken)
    {
        var outcome = await changes.CommitAsync<ClassView>(
            AuditDraft.By(actor, AuditActs.ClassJoined, AuditSubject.Class),
            async (db, drafts) =>
            {
                if (JoinCodes.Normalize(code) is not { } normalized
                    || await db.Classes.Include(static c => c.Members).FirstOrDefaultAsync(c => c.JoinCode == normalized, cancellationToken) is not { } group)
                {
                    return new Failure(FailureKind.NotFound, FailureCodes.JoinCodeUnknown, "No class has this code. Check it with your teacher; codes change when a class is closed.", "code");
                }

                await JoinAsync(db, drafts, group, [actor.UserId], actor, cancellationToken);
                drafts.Add(EventDraft.OfClass(group.Id, "Members"));
                await db.SaveChangesAsync(cancellationToken);
                return (await ClassReader.ViewsAsync(db, actor, [group], cancellationToken))[0];
            },
            cancellationToken,
            static joined => joined.Id);
        batches.Wake();
        return outcome;
    }

    public async Task<bool> MayInviteAsync(Actor actor, Guid classId, Guid userId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        return await ClassAccess.FindTaughtAsync(db, actor, classId, cancellationToken) is { } group
            && group.Members.Exists(m => m.UserId == userId)
            && (await users.PeopleAsync([userId], cancellationToken)).GetValueOrDefault(userId) is { CanSignIn: false };
    }

    public async Task<bool> MayHoldInvitationAsync(Actor actor, Guid classId, Guid userId, CancellationToken cancellationToken)
    {
        if (!await MayInviteAsync(actor, classId, userId, cancellationToken))
        {
            return false;
        }

        if (actor.IsAdministrator)
        {
            return true;
        }

        await using var db = factory.Create();
        var taught = ClassAccess.Taught(db, actor);
        return (await users.RolesAsync(userId, cancellationToken)).Count == 0
            && !await db.ClassMembers.AnyAsync(m => m.UserId == userId && !taught.Contains(m.ClassId), cancellationToken)
            && !await db.Vms.AnyAsync(v => v.OwnerId == userId && (v.ClassId == null || !taught.Contains(v.ClassId.Value)), cancellationToken)
            && !await db.Templates.AnyAsync(t => t.OwnerId == userId || t.Grants.Any(g => g.UserId == userId), cancellationToken);
    }

    private const string Unproven = "Somebody made this account themselves, and nobody has proved that this address is theirs. Check with the student that it is their account.";

    private static Failure NotFound() => Enqueuing.NotFound("class");

    private static Failure MemberUnknown() => new(FailureKind.NotFound, FailureCodes.MemberUnknown, "There is nobody like that in the class any more.", "userId");

    private static Failure LastTeacher() => new(FailureKind.Conflict, FailureCodes.LastTeacher, "A class needs a teacher. Make somebody else a teacher first.");

    private static bool IsLastTeacher(ClassGroup group, ClassMember member)
        => member.Role == ClassRole.Teacher && group.Members.Count(static m => m.Role == ClassRole.Teacher) == 1;

    private static Failure? Check(ClassFields fields) => fields switch
    {
        _ when !Names.IsTitle(fields.Name, ClassGroup.MaxNameLength)
            => new Failure(FailureKind.Invalid, FailureCodes.NameInvalid, $"Enter a name of 1 to {ClassGroup.MaxNameLength} visible characters.", "name"),
        _ when NameChecks.CheckDescription(fields.Description) is { } wrong => wrong,
        { StartsOn: { } starts, EndsOn: { } ends } when ends < starts => new Failure(FailureKind.Invalid, FailureCodes.TermInvalid, "The last day of the term is before the first. Correct one of them.", "endsOn"),
        _ => null,
    };

    private static void Apply(ClassGroup group, ClassFields fields)
    {
        group.Name = fields.Name.Trim();
        group.Description = fields.Description?.Trim() ?? "";
        group.StartsOn = fields.StartsOn;
        group.EndsOn = fields.EndsOn;
    }

    private async Task<Outcome<ClassDetailView>> ChangeAsync(
        Actor actor,
        Guid classId,
        string what,
        Func<IPortalDb, List<EventDraft>, ClassGroup, Task<Failure?>> change,
        CancellationToken cancellationToken)
    {
        var outcome = await changes.CommitAsync<ClassDetailView>(
            AuditDraft.By(actor, what == "Members" ? AuditActs.ClassMembers : AuditActs.ClassChanged, AuditSubject.Class, classId),
            async (db, drafts) =>
            {
                if (await ClassAccess.FindTaughtAsync(db, actor, classId, cancellationToken) is not { } group)
                {
                    return NotFound();
                }

                if (await change(db, drafts, group) is { } failure)
                {
                    db.ChangeTracker.Clear();
                    drafts.Clear();
                    return failure;
                }

                return await SavedAsync(db, drafts, actor, group, what, cancellationToken);
            },
            cancellationToken);

        // Whoever came or went may have a machine to be made, or none any more.
        batches.Wake();
        return outcome;
    }

    private async Task<Outcome<ClassDetailView>> SavedAsync(IPortalDb db, List<EventDraft> drafts, Actor actor, ClassGroup group, string what, CancellationToken cancellationToken)
    {
        drafts.Add(EventDraft.OfClass(group.Id, what));
        await db.SaveChangesAsync(cancellationToken);
        return await reader.DetailAsync(db, actor, group, cancellationToken);
    }

    /// <summary>Makes people students of a class who are not in it yet, with the machines that latecomers get.</summary>
    private async Task JoinAsync(IPortalDb db, List<EventDraft> drafts, ClassGroup group, IReadOnlyList<Guid> userIds, Actor actor, CancellationToken cancellationToken)
    {
        var added = userIds.Where(id => !group.Members.Exists(m => m.UserId == id)).Distinct().ToList();
        var now = time.GetUtcNow();
        group.Members.AddRange(added.Select(id => new ClassMember { ClassId = group.Id, UserId = id, Role = ClassRole.Student, AddedAt = now }));
        await db.SaveChangesAsync(cancellationToken);
        await latecomers.AddAsync(db, drafts, group, added, actor, cancellationToken);
    }

    private async Task<Outcome<RosterView>> JudgeAsync(ClassGroup group, string text, CancellationToken cancellationToken)
    {
        if (text.Length > RosterReader.MaxLength)
        {
            return new Failure(FailureKind.Invalid, FailureCodes.RosterTooLong, "The roster is larger than a megabyte. Send only addresses and names.", "roster");
        }

        var lines = RosterReader.Read(text);
        if (lines.Count > RosterReader.MaxRows)
        {
            return new Failure(FailureKind.Invalid, FailureCodes.RosterTooLong, $"The roster has more than {RosterReader.MaxRows} people. Split it, and send the parts one after another.", "roster");
        }

        if (lines.Count == 0)
        {
            return new Failure(FailureKind.Invalid, FailureCodes.RosterInvalid, "The roster is empty. Enter e-mail addresses, one a line, or a table with them.", "roster");
        }

        var ids = await users.FindByEmailsAsync([.. lines.Where(static l => l.Problem is null).Select(static l => l.Email)], cancellationToken);
        var people = await users.PeopleAsync([.. ids.Values], cancellationToken);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return new RosterView(
        [
            .. lines.Select(l => l switch
            {
                { Problem: { } problem } => new RosterRowView(l.Line, l.Email, l.Name, RosterRowState.Invalid, problem),
                _ when !seen.Add(l.Email) => new RosterRowView(l.Line, l.Email, l.Name, RosterRowState.Duplicate, "This address stands above already."),
                _ when !ids.TryGetValue(l.Email, out var id) => new RosterRowView(l.Line, l.Email, l.Name, RosterRowState.New, null),
                _ when group.Members.Exists(m => m.UserId == ids[l.Email]) => new RosterRowView(l.Line, l.Email, l.Name, RosterRowState.Member, null),

                // Whoever was invited and has not come yet is another matter: what they get waits for the link.
                _ when people.GetValueOrDefault(ids[l.Email]) is { CanSignIn: true, AddressProven: false } => new RosterRowView(l.Line, l.Email, l.Name, RosterRowState.Known, Unproven, Doubtful: true),
                _ => new RosterRowView(l.Line, l.Email, l.Name, RosterRowState.Known, null),
            }),
        ]);
    }
}
