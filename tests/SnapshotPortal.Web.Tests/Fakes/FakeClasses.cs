using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Tests.Fakes;

/// <summary>Classes and invitations as the pages see them, in memory.</summary>
internal sealed class FakeClasses : IClasses, IInvitations
{
    public List<ClassDetailView> All { get; } = [];

    /// <summary>What a roster with this text would be judged as.</summary>
    public Dictionary<string, RosterView> Rosters { get; } = new(StringComparer.Ordinal);

    /// <summary>Everything that was asked to be changed, in order.</summary>
    public List<object> Requests { get; } = [];

    /// <summary>Refuses the next requests for a change with this.</summary>
    public Failure? Refusal { get; set; }

    public static ClassMemberView Member(string name, ClassRole role = ClassRole.Student, bool invited = false)
        => new(Guid.CreateVersion7(), name, $"{name.Split(' ')[0].ToLowerInvariant()}@school.test", role, invited);

    public static ClassDetailView Class(string name = "Networks 1", ClassRole? role = ClassRole.Teacher, params ClassMemberView[] students) => new(
        new ClassView(Guid.CreateVersion7(), name, new DateOnly(2026, 9, 1), new DateOnly(2026, 12, 20), role, students.Length, 0),
        "",
        null,
        [new ClassMemberView(Sample.Toni.UserId, Sample.Toni.Name, "teacher@demo.test", ClassRole.Teacher, false), .. students],
        []);

    public Task<IReadOnlyList<ClassView>> ListAsync(Actor actor, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<ClassView>>([.. All.Select(static d => d.Class)]);

    public Task<Outcome<ClassDetailView>> GetAsync(Actor actor, Guid classId, CancellationToken cancellationToken)
        => Task.FromResult<Outcome<ClassDetailView>>(All.Find(d => d.Class.Id == classId && (actor.IsAdministrator || d.Class.MyRole == ClassRole.Teacher)) is { } found ? found : FakePortal.NotFound);

    public Task<Outcome<ClassDetailView>> CreateAsync(Actor actor, ClassFields fields, CancellationToken cancellationToken)
        => AcceptAsync(fields, () => Class(fields.Name));

    public Task<Outcome<ClassDetailView>> ChangeAsync(Actor actor, Guid classId, ClassFields fields, CancellationToken cancellationToken)
        => AcceptAsync(fields, () => Replace(classId, d => d with { Class = d.Class with { Name = fields.Name } }));

    public Task<Outcome<ClassView>> DeleteAsync(Actor actor, Guid classId, CancellationToken cancellationToken)
    {
        Requests.Add(("Delete", classId));
        return Task.FromResult<Outcome<ClassView>>(Refusal is { } refusal ? refusal : All.Single(d => d.Class.Id == classId).Class);
    }

    public Task<Outcome<RosterView>> PreviewRosterAsync(Actor actor, Guid classId, string text, CancellationToken cancellationToken)
        => Task.FromResult<Outcome<RosterView>>(Rosters.GetValueOrDefault(text) is { } roster ? roster : new Failure(FailureKind.Invalid, FailureCodes.RosterInvalid, "The roster is empty.", "roster"));

    public Task<Outcome<ClassDetailView>> AddRosterAsync(Actor actor, Guid classId, string text, CancellationToken cancellationToken)
        => AcceptAsync(text, () => All.Single(d => d.Class.Id == classId));

    public Task<Outcome<ClassDetailView>> SetRoleAsync(Actor actor, Guid classId, Guid userId, ClassRole role, CancellationToken cancellationToken)
        => AcceptAsync((userId, role), () => Replace(classId, d => d with { Members = [.. d.Members.Select(m => m.UserId == userId ? m with { Role = role } : m)] }));

    public Task<Outcome<ClassDetailView>> RemoveAsync(Actor actor, Guid classId, Guid userId, CancellationToken cancellationToken)
        => AcceptAsync(("Remove", userId), () => Replace(classId, d => d with { Members = [.. d.Members.Where(m => m.UserId != userId)] }));

    public Task<Outcome<ClassDetailView>> SetJoinableAsync(Actor actor, Guid classId, bool joinable, CancellationToken cancellationToken)
        => AcceptAsync(joinable, () => Replace(classId, d => d with { JoinCode = joinable ? "k7m2p-x9q4d" : null }));

    public Task<Outcome<ClassView>> JoinAsync(Actor actor, string code, CancellationToken cancellationToken)
    {
        Requests.Add(("Join", code));
        return Task.FromResult<Outcome<ClassView>>(Refusal is { } refusal ? refusal : All[0].Class);
    }

    public Task<bool> MayInviteAsync(Actor actor, Guid classId, Guid userId, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<bool> MayHoldInvitationAsync(Actor actor, Guid classId, Guid userId, CancellationToken cancellationToken) => Task.FromResult(true);

    public bool CanSend { get; set; }

    public Task<Outcome<string>> SendAsync(Actor actor, Guid? classId, Guid userId, CancellationToken cancellationToken)
    {
        Requests.Add(("Send", userId));
        return Task.FromResult<Outcome<string>>(Refusal is { } refusal ? refusal : "somebody@school.test");
    }

    public Task<Outcome<string>> MakeLinkAsync(Actor actor, Guid? classId, Guid userId, CancellationToken cancellationToken)
        => Task.FromResult<Outcome<string>>(Refusal is { } refusal ? refusal : $"/account/invitation?user={userId}&token=secret");

    public Task<InvitedPerson?> FindAsync(Guid userId, string token) => Task.FromResult<InvitedPerson?>(null);

    public Task<IReadOnlyList<string>> AcceptAsync(Guid userId, string token, string name, string password) => Task.FromResult<IReadOnlyList<string>>([]);

    private ClassDetailView Replace(Guid classId, Func<ClassDetailView, ClassDetailView> change)
    {
        var index = All.FindIndex(d => d.Class.Id == classId);
        return All[index] = change(All[index]);
    }

    private Task<Outcome<ClassDetailView>> AcceptAsync(object request, Func<ClassDetailView> accept)
    {
        Requests.Add(request);
        return Task.FromResult<Outcome<ClassDetailView>>(Refusal is { } refusal ? refusal : accept());
    }
}
