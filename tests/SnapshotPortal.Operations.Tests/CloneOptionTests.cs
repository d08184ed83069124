using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Identities;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Tests;

/// <summary>What can be asked of a clone, and who its guest turns out to be.</summary>
public sealed class CloneOptionTests
{
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl ada";
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<string, string, string> Impossible => new()
    {
        { "vcpus", FailureCodes.ProcessorsInvalid, "vCpus" },
        { "memory", FailureCodes.MemoryInvalid, "memoryBytes" },
        { "disk", FailureCodes.DisksInvalid, "dropDisks" },
        { "all-disks", FailureCodes.DisksInvalid, "dropDisks" },
        { "script", FailureCodes.IdentityInvalid, "script" },
        { "script-without-agent", FailureCodes.IdentityInvalid, "script" },
        { "user", FailureCodes.IdentityInvalid, "user" },
        { "user-and-a-line", FailureCodes.IdentityInvalid, "user" },
        { "password-and-a-line", FailureCodes.IdentityInvalid, "passwordHash" },
        { "password", FailureCodes.IdentityInvalid, "passwordHash" },
        { "nobodys-password", FailureCodes.IdentityInvalid, "user" },
        { "key", FailureCodes.IdentityInvalid, "sshKeys" },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public async Task Clone_WithAnOptionThatCannotBe_IsRefusedAtItsField(string what, string code, string field)
    {
        await using var portal = await Portal.StartAsync();
        var snapshot = await portal.TakeAsync(await portal.AddVmAsync("web", Portal.Anna, "vda", "vdb"), "s");
        var plain = new CloneVmRequest("copy");
        const string Hash = "$6$salt$abcdefghijklmnopqrstuvwxyz0123456789";
        var request = what switch
        {
            "vcpus" => plain with { VCpus = 0 },
            "memory" => plain with { MemoryBytes = 1 << 20 },
            "disk" => plain with { DropDisks = ["vdx"] },
            "all-disks" => plain with { DropDisks = ["vda", "vdb"] },
            "script" => plain with { Identity = new IdentityRequest(Script: new string('é', 33_000)) },
            "script-without-agent" => plain with { Identity = new IdentityRequest(ByAgent: false, Script: "true") },
            "user" => plain with { Identity = new IdentityRequest(CloudInit: new CloudInitRequest("Root; rm")) },
            "user-and-a-line" => plain with { Identity = new IdentityRequest(CloudInit: new CloudInitRequest("ada\n")) },
            "password-and-a-line" => plain with { Identity = new IdentityRequest(CloudInit: new CloudInitRequest("ada", Hash + "\n")) },
            "password" => plain with { Identity = new IdentityRequest(CloudInit: new CloudInitRequest("ada", "hunter2")) },
            "nobodys-password" => plain with { Identity = new IdentityRequest(CloudInit: new CloudInitRequest(null, Hash)) },
            _ => plain with { Identity = new IdentityRequest(CloudInit: new CloudInitRequest("ada", Hash, [Key, "ssh-rsa nonsense"])) },
        };

        var failure = (await portal.Snapshots.CloneAsync(Portal.Anna, snapshot, request, None)).Failure!;

        Assert.Equal((FailureKind.Invalid, code, field), (failure.Kind, failure.Code, failure.Field));
        Assert.Equal(1, await portal.ReadAsync(static db => db.Vms.CountAsync()));
    }

    [Fact]
    public async Task Clone_ThatTheHostRefuses_IsRefusedBeforeItIsQueued()
    {
        await using var portal = await Portal.StartAsync();
        var snapshot = await portal.TakeAsync(await portal.AddVmAsync("web"), "s");
        portal.Engine.CloneRefusal = new EngineException(FailureCodes.NetworkUnknown, "The host has no network “default”.");

        var failure = (await portal.Snapshots.CloneAsync(Portal.Anna, snapshot, new CloneVmRequest("copy") { Network = new CloneNetwork("default") }, None)).Failure!;

        Assert.Equal((FailureCodes.NetworkUnknown, "network"), (failure.Code, failure.Field));
        Assert.Equal(1, await portal.ReadAsync(static db => db.Vms.CountAsync()));
    }

    [Theory]
    [InlineData("management", null, false)]
    [InlineData("default", null, true)]
    [InlineData("lab", null, true)]
    [InlineData("default", "rooms", false)]
    [InlineData("rooms", "rooms", true)]
    [InlineData("lab", "rooms", true)]
    [InlineData("default", "", false)]
    public async Task Network_OfANewMachine_IsOneThatIsOfferedOrItsOriginsOwn(string network, string? configured, bool may)
    {
        await using var portal = await Portal.StartAsync(s =>
        {
            if (configured is not null)
            {
                s.Settings["SnapshotPortal:Hosts:0:Networks:0"] = configured;
            }
        });
        portal.Engine.OwnNetworks = ["lab"];
        portal.Engine.Offer = portal.Engine.Offer with { Networks = [.. new[] { "default", "lab", "management", "rooms" }.Select(static n => new NetworkSeen(n, true))] };
        var snapshot = await portal.TakeAsync(await portal.AddVmAsync("web"), "s");

        var offered = (await portal.Snapshots.PreviewCloneAsync(Portal.Anna, snapshot, None)).Value!.Networks.Select(static n => n.Name).ToList();
        var outcome = await portal.Snapshots.CloneAsync(Portal.Anna, snapshot, new CloneVmRequest("copy") { Network = new CloneNetwork(network) }, None);

        Assert.Equal((may, may), (offered.Contains(network, StringComparer.Ordinal), outcome.IsSuccess));
        Assert.DoesNotContain("management", offered);
        if (outcome.Failure is { } refused)
        {
            Assert.Equal((FailureKind.Forbidden, FailureCodes.NetworkForbidden, "network"), (refused.Kind, refused.Code, refused.Field));
            Assert.Contains("lab", refused.Message, StringComparison.Ordinal);
            Assert.False(await portal.ReadAsync(static db => db.Vms.AnyAsync(static v => v.Name == "copy")));
        }
    }

    [Fact]
    public async Task Network_ThatIsNotOffered_IsRefusedBeforeTheHostSaysWhetherItIsThere()
    {
        await using var portal = await Portal.StartAsync();
        var snapshot = await portal.TakeAsync(await portal.AddVmAsync("web"), "s");
        portal.Engine.CloneRefusal = new EngineException(FailureCodes.NetworkUnknown, "The host has no network “management”.");

        var outcome = await portal.Snapshots.CloneAsync(Portal.Anna, snapshot, new CloneVmRequest("copy") { Network = new CloneNetwork("management") }, None);

        Assert.Equal(FailureCodes.NetworkForbidden, outcome.Failure!.Code);
    }

    [Fact]
    public async Task Network_OfAnAdministratorsNewMachine_IsAnyOfTheHosts()
    {
        await using var portal = await Portal.StartAsync();
        portal.Engine.Offer = portal.Engine.Offer with { Networks = [new NetworkSeen("default", true), new NetworkSeen("management", true)] };
        var snapshot = await portal.TakeAsync(await portal.AddVmAsync("web"), "s");

        Assert.Equal(["default", "management"], (await portal.Snapshots.PreviewCloneAsync(Portal.Admin, snapshot, None)).Value!.Networks.Select(static n => n.Name));
        Assert.True((await portal.Snapshots.CloneAsync(Portal.Admin, snapshot, new CloneVmRequest("copy") { Network = new CloneNetwork("management") }, None)).IsSuccess);
    }

    [Fact]
    public async Task FullClone_OfASnapshot_StandsOnNothingAndMayTakeItsTime()
    {
        await using var portal = await Portal.StartAsync();
        var snapshot = await portal.TakeAsync(await portal.AddVmAsync("web", Portal.Anna, "vda", "vdb"), "s");

        var made = await portal.EndedAsync((await portal.Snapshots.CloneAsync(Portal.Anna, snapshot, new CloneVmRequest("copy") { Full = true, VCpus = 4, MemoryBytes = 1L << 31, DropDisks = ["vdb"] }, None)).Value!);

        Assert.Equal(OperationState.Succeeded, made.State);
        Assert.Equal(TimeSpan.FromHours(24), made.Deadline - made.RequestedAt);
        var order = Assert.Single(portal.Engine.Clones);
        Assert.Equal((true, new CloneChanges(4, 1L << 31), "vda"), (order.Full, order.Changes, Assert.Single(order.Layers.Keys)));
        var head = Assert.Single(await portal.ReadAsync(db => db.Layers.Where(l => l.HeadOfVmId == made.VmId).ToListAsync()));
        Assert.Null(head.ParentId);
    }

    [Fact]
    public async Task Clone_WhileALayerUnderItIsMerged_WaitsForTheMerge()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var below = await portal.TakeAsync(vm, "below");
        var snapshot = await portal.TakeAsync(vm, "s");
        var gate = portal.Engine.Block("Collect:Merge");
        await portal.RequestDeleteAsync(below);
        portal.WakeCollector();
        await gate.EnteredAsync();

        var clone = await portal.RequestCloneAsync(snapshot, "copy");
        await Wait.UntilAsync(async () => (await portal.OperationAsync(clone.Id)).WaitingFor?.Contains("merged", StringComparison.Ordinal) ?? false, "the clone waits");
        Assert.Empty(portal.Engine.Clones);
        gate.Open();

        Assert.Equal(OperationState.Succeeded, (await portal.EndedWhileTimePassesAsync(clone.Id)).State);
    }

    [Fact]
    public async Task TakenNames_OfAnybodysMachines_AreToldToWhoMayClone()
    {
        await using var portal = await Portal.StartAsync();
        var snapshot = await portal.TakeAsync(await portal.AddVmAsync("web"), "s");
        await portal.AddVmAsync("lab-2", Portal.Ben);

        Assert.Equal(["lab-2", "web"], (await portal.Snapshots.TakenNamesAsync(Portal.Anna, snapshot, ["lab-1", "lab-2", "web"], None)).Value);
    }

    [Fact]
    public async Task Identity_OfAClone_FollowsItsStartAndIsProved()
    {
        await using var portal = await Portal.StartAsync();
        var (source, snapshot) = await SourceAsync(portal);

        var first = await CloneAsync(portal, snapshot, "one", "echo hello");
        var second = await CloneAsync(portal, snapshot, "two");

        var one = await IdentityAsync(portal, first);
        Assert.Equal((IdentityState.Unique, "one", 0, "done"), (one.State, one.HostName, one.ScriptExitCode, one.ScriptOutput));
        Assert.Contains("differ from those of web", (await IdentityAsync(portal, second)).Message, StringComparison.Ordinal);
        Assert.Equal("echo hello", Assert.Single(portal.Engine.Identities.Select(static i => i.Script).OfType<string>()));
        Assert.Equal(IdentityState.NotAsked, (await portal.Vms.GetAsync(Portal.Anna, source, None)).Value!.Identity!.State);
    }

    [Fact]
    public async Task Identity_ThatASisterHasToo_IsToldOfBoth()
    {
        await using var portal = await Portal.StartAsync();
        var (_, snapshot) = await SourceAsync(portal);
        var first = await CloneAsync(portal, snapshot, "one");
        await IdentityAsync(portal, first);
        var facts = portal.Engine.Guests[first];
        portal.Engine.GiveIdentity = order => new IdentityResult(new GuestFacts("web", "source", [], facts.ReadAt), facts with { HostName = "two" }, null);

        var second = await CloneAsync(portal, snapshot, "two");

        Assert.Equal((IdentityState.NotUnique, "Its machine id is also that of one. Its SSH host key is also that of one."), Of(await IdentityAsync(portal, second)));
        Assert.Equal((IdentityState.NotUnique, "Its machine id is also that of two. Its SSH host key is also that of two."), Of(await IdentityAsync(portal, first)));

        static (IdentityState, string) Of(GuestIdentityView identity) => (identity.State, identity.Message);
    }

    [Fact]
    public async Task Identity_SharedWithSomebodyElsesMachine_DoesNotTellItsName()
    {
        await using var portal = await Portal.StartAsync();
        var (_, snapshot) = await SourceAsync(portal);
        var mine = await CloneAsync(portal, snapshot, "one");
        await IdentityAsync(portal, mine);
        var facts = portal.Engine.Guests[mine];
        portal.Engine.GiveIdentity = order => new IdentityResult(null, facts, null);

        var theirs = await CloneAsync(portal, snapshot, "two", actor: Portal.Admin);

        var message = (await IdentityAsync(portal, theirs)).Message;
        Assert.Contains("another machine made from the same snapshot", message, StringComparison.Ordinal);
        Assert.DoesNotContain("that of one", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Identity_OfACloneThatWasNotStarted_IsGivenAtItsFirstStart()
    {
        await using var portal = await Portal.StartAsync();
        var (_, snapshot) = await SourceAsync(portal);
        var made = await portal.EndedAsync((await portal.Snapshots.CloneAsync(Portal.Anna, snapshot, new CloneVmRequest("later", Start: false) { Identity = new IdentityRequest() }, None)).Value!);
        Assert.Equal(IdentityState.Pending, (await IdentityRowAsync(portal, made.VmId)).State);
        Assert.Empty(portal.Engine.Identities);

        await portal.EndedAsync(await portal.RequestPowerAsync(made.VmId, PowerAction.Start));

        Assert.Equal(IdentityState.Unique, (await IdentityAsync(portal, made.VmId)).State);
    }

    [Fact]
    public async Task Identity_OfAGuestThatCannotBeAsked_IsImpossibleAndTheCloneStays()
    {
        await using var portal = await Portal.StartAsync();
        var (_, snapshot) = await SourceAsync(portal);
        portal.Engine.GiveIdentity = static _ => new IdentityResult(null, null, "The machine has no channel for a guest agent.");

        var clone = await CloneAsync(portal, snapshot, "mute");

        var identity = await IdentityAsync(portal, clone);
        Assert.Equal((IdentityState.Impossible, "The machine has no channel for a guest agent."), (identity.State, identity.Message));
    }

    [Fact]
    public async Task Identity_PastItsDeadline_IsUnverifiedAndTheCloneStays()
    {
        await using var portal = await Portal.StartAsync();
        var (_, snapshot) = await SourceAsync(portal);
        var gate = portal.Engine.Block("Identity:AwaitAgent");
        var clone = await CloneAsync(portal, snapshot, "slow");
        await gate.EnteredAsync();

        portal.Time.Advance(TimeSpan.FromMinutes(16));

        var identity = await IdentityAsync(portal, clone);
        Assert.Equal(IdentityState.Unverified, identity.State);
        Assert.Contains("qemu-guest-agent", identity.Message, StringComparison.Ordinal);
        Assert.Equal(Domain.Vms.VmPresence.Present, (await portal.VmAsync(clone)).Presence);
    }

    [Fact]
    public async Task Identity_WhileGuestsBoot_HoldsNoOtherWorkOfTheHostBack()
    {
        await using var portal = await Portal.StartAsync(static s => s.OperationsPerHost = 1);
        var (_, snapshot) = await SourceAsync(portal);
        var gate = portal.Engine.Block("Identity:AwaitAgent");
        await CloneAsync(portal, snapshot, "one");
        await gate.EnteredAsync();

        await CloneAsync(portal, snapshot, "two");
        gate.Open();
    }

    [Fact]
    public async Task Identity_ForcedOffMeanwhile_GivesWay()
    {
        await using var portal = await Portal.StartAsync();
        var (_, snapshot) = await SourceAsync(portal);
        var gate = portal.Engine.Block("Identity:AwaitAgent");
        var clone = await CloneAsync(portal, snapshot, "one");
        await gate.EnteredAsync();

        var stopped = await portal.EndedAsync(await portal.RequestPowerAsync(clone, PowerAction.Stop));

        Assert.Equal(OperationState.Succeeded, stopped.State);
        Assert.Equal(IdentityState.Unverified, (await IdentityAsync(portal, clone)).State);
    }

    [Fact]
    public async Task Seed_OfADeletedMachine_IsTheCollectors()
    {
        await using var portal = await Portal.StartAsync();
        var (_, snapshot) = await SourceAsync(portal);
        var clone = await CloneAsync(portal, snapshot, "seeded");
        await portal.WriteAsync(async db => (await db.GuestIdentities.SingleAsync(i => i.VmId == clone)).Seed = new SeedVolume("default", "x.seed", "/pool/x.seed"));

        await portal.EndedAsync(await portal.RequestDeleteVmAsync(clone));

        await Wait.UntilAsync(() => Task.FromResult(portal.Engine.Calls.Contains("Remove /pool/x.seed")), "the seed is removed");
    }

    private static async Task<(Guid Vm, Guid Snapshot)> SourceAsync(Portal portal)
    {
        var vm = await portal.AddVmAsync("web");
        portal.Engine.Guests[vm] = new GuestFacts("web", "source", ["ED25519 SHA256:source"], portal.Time.GetUtcNow());
        return (vm, await portal.TakeAsync(vm, "s"));
    }

    private static async Task<Guid> CloneAsync(Portal portal, Guid snapshot, string name, string? script = null, Actor? actor = null)
    {
        var asked = await portal.Snapshots.CloneAsync(actor ?? Portal.Anna, snapshot, new CloneVmRequest(name) { Identity = new IdentityRequest(Script: script) }, None);
        Assert.True(asked.IsSuccess, asked.Failure?.Message);
        var made = await portal.EndedAsync(asked.Value);
        Assert.True(made.State == OperationState.Succeeded, made.ErrorMessage);
        return made.VmId;
    }

    private static Task<GuestIdentity> IdentityRowAsync(Portal portal, Guid vmId) => portal.ReadAsync(db => db.GuestIdentities.AsNoTracking().SingleAsync(i => i.VmId == vmId));

    private static async Task<GuestIdentityView> IdentityAsync(Portal portal, Guid vmId)
    {
        await Wait.UntilAsync(async () => (await IdentityRowAsync(portal, vmId)).State != IdentityState.Pending, "the identity is known");
        return (await portal.Vms.GetAsync(Portal.Admin, vmId, None)).Value!.Identity!;
    }
}
