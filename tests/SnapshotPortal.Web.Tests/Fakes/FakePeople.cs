using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Accounts;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Tests.Fakes;

/// <summary>Accounts and hosts in memory.</summary>
internal sealed class FakePeople : IPeople, IHosts, IAccountHistory, IAccountClosing
{
    public List<PersonView> People { get; } =
    [
        new(Sample.Ada.UserId, Sample.Ada.Name, "admin@demo.test", ["Administrator"], LockedOut: false),
        new(Sample.Dana.UserId, Sample.Dana.Name, "dev@demo.test", [], LockedOut: false),
    ];

    public List<HostView> Hosts { get; } = [new(Guid.CreateVersion7(), "local", "qemu:///system", HostState.Connected, Sample.Start, null, 1, [])];

    public Task<Outcome<IReadOnlyList<PersonView>>> ListAsync(Actor actor, CancellationToken cancellationToken)
        => Task.FromResult(Outcome.Success<IReadOnlyList<PersonView>>([.. People]));

    public Task<PersonView?> GetOwnAsync(Actor actor, CancellationToken cancellationToken)
        => Task.FromResult(People.Find(p => p.Id == actor.UserId));

    public Task<Outcome<PersonView>> RenameOwnAsync(Actor actor, string displayName, CancellationToken cancellationToken)
    {
        var index = People.FindIndex(p => p.Id == actor.UserId);
        People[index] = People[index] with { DisplayName = displayName };
        return Task.FromResult<Outcome<PersonView>>(People[index]);
    }

    /// <summary>Refuses the next changes of roles with this.</summary>
    public Failure? Refusal { get; set; }

    public Task<Outcome<PersonView>> SetRoleAsync(Actor actor, Guid userId, string role, bool has, CancellationToken cancellationToken)
    {
        if (Refusal is { } refusal)
        {
            return Task.FromResult<Outcome<PersonView>>(refusal);
        }

        var index = People.FindIndex(p => p.Id == userId);
        var roles = People[index].Roles.Where(r => r != role);
        People[index] = People[index] with { Roles = [.. has ? roles.Append(role) : roles] };
        return Task.FromResult<Outcome<PersonView>>(People[index]);
    }

    /// <summary>What everybody has.</summary>
    public BelongingsView Belongings { get; set; } = new(["web"], 2, [], [], []);

    /// <summary>The accounts that were deleted, and how.</summary>
    public List<(Guid UserId, CloseAccountRequest Request)> Closed { get; } = [];

    public Task<Outcome<BelongingsView>> PreviewAsync(Actor actor, Guid userId, CancellationToken cancellationToken)
        => Task.FromResult<Outcome<BelongingsView>>(Belongings);

    public Task<Outcome<BelongingsView>> CloseAsync(Actor actor, Guid userId, CloseAccountRequest request, CancellationToken cancellationToken)
    {
        if (Refusal is { } refusal)
        {
            return Task.FromResult<Outcome<BelongingsView>>(refusal);
        }

        Closed.Add((userId, request));
        People.RemoveAll(p => p.Id == userId);
        return Task.FromResult<Outcome<BelongingsView>>(Belongings);
    }

    public Task<Outcome<PersonView>> AddAsync(Actor actor, string email, string name, CancellationToken cancellationToken)
    {
        if (Refusal is { } refusal)
        {
            return Task.FromResult<Outcome<PersonView>>(refusal);
        }

        var person = new PersonView(Guid.CreateVersion7(), name, email, [], LockedOut: false, HasPassword: false);
        People.Add(person);
        return Task.FromResult<Outcome<PersonView>>(person);
    }

    public Task<Outcome<PersonView>> SetDisabledAsync(Actor actor, Guid userId, bool disabled, CancellationToken cancellationToken)
    {
        if (Refusal is { } refusal)
        {
            return Task.FromResult<Outcome<PersonView>>(refusal);
        }

        var index = People.FindIndex(p => p.Id == userId);
        People[index] = People[index] with { Disabled = disabled };
        return Task.FromResult<Outcome<PersonView>>(People[index]);
    }

    public Task<Outcome<PersonView>> ResetSecondFactorAsync(Actor actor, Guid userId, CancellationToken cancellationToken)
    {
        var index = People.FindIndex(p => p.Id == userId);
        People[index] = People[index] with { SecondFactor = false };
        return Task.FromResult<Outcome<PersonView>>(People[index]);
    }

    public Task<Outcome<PersonView>> ResetPasskeysAsync(Actor actor, Guid userId, CancellationToken cancellationToken)
    {
        var index = People.FindIndex(p => p.Id == userId);
        People[index] = People[index] with { Passkeys = 0 };
        return Task.FromResult<Outcome<PersonView>>(People[index]);
    }

    public Task<Outcome<PersonView>> DisconnectAsync(Actor actor, Guid userId, CancellationToken cancellationToken)
    {
        if (Refusal is { } refusal)
        {
            return Task.FromResult<Outcome<PersonView>>(refusal);
        }

        var index = People.FindIndex(p => p.Id == userId);
        People[index] = People[index] with { ConnectedWith = null };
        return Task.FromResult<Outcome<PersonView>>(People[index]);
    }

    /// <summary>What happened to the account.</summary>
    public List<AccountEventView> History { get; } = [];

    public Task<IReadOnlyList<AccountEventView>> ListOwnAsync(Actor actor, int take, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<AccountEventView>>([.. History.Take(take)]);

    Task<Outcome<IReadOnlyList<HostView>>> IHosts.ListAsync(Actor actor, CancellationToken cancellationToken)
        => Task.FromResult(Outcome.Success<IReadOnlyList<HostView>>([.. Hosts]));
}

/// <summary>Says who is signed in.</summary>
internal sealed class FixedActor(Actor? actor) : ICurrentActor
{
    public Actor? Actor { get; set; } = actor;

    public Task<Actor?> GetAsync() => Task.FromResult(Actor);
}
