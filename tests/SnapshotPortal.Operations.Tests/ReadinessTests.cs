using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Readiness;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Tests;

/// <summary>What is said of a host, and what is to be done about it.</summary>
public sealed class ReadinessTests
{
    private static readonly PoolSeen Pool = new("default", "dir", IsActive: true, 100L << 30, 50L << 30, null, HasRoom: true);

    private static readonly HostCheck Good = new("libvirt 9.0", HasKvm: true, KvmTrouble: null, [Pool], [new AgentCheck(Guid.NewGuid(), "web", HasChannel: true, Connected: true, Emulated: false)]);

    private sealed class Checks(Func<HostCheck> answer) : IHostChecks
    {
        public Task<HostCheck> CheckAsync(HostRef host, bool again, CancellationToken cancellationToken)
        {
            Again = again;
            return Task.FromResult(answer());
        }

        public bool? Again { get; private set; }
    }

    [Fact]
    public async Task Check_OfAGoodHost_FindsNothingToDo()
        => Assert.All(await LinesAsync(() => Good), static l => Assert.Equal((ReadinessState.Ready, null), (l.State, l.Command)));

    public static TheoryData<string, ReadinessState, string> Flaws() => new()
    {
        { "no kvm", ReadinessState.Weak, "modprobe" },
        { "kvm broken", ReadinessState.NotReady, "virt-host-validate" },
        { "emulated", ReadinessState.Weak, "virsh edit old" },
        { "no pool", ReadinessState.NotReady, "pool-define-as default dir" },
        { "pool stopped", ReadinessState.NotReady, "pool-start default" },
        { "pool full", ReadinessState.NotReady, "vol-list default" },
        { "no channel", ReadinessState.Weak, "org.qemu.guest_agent.0" },
        { "no agent", ReadinessState.Weak, "install qemu-guest-agent" },
    };

    [Theory]
    [MemberData(nameof(Flaws))]
    public async Task Check_OfAHostWithAFlaw_SaysWhatMendsIt(string flaw, ReadinessState state, string command)
    {
        var machine = Good.Machines[0];
        var check = flaw switch
        {
            "no kvm" => Good with { HasKvm = false },
            "kvm broken" => Good with { KvmTrouble = "failed to set MSR 0x10a to 0x69.", Machines = [machine with { Emulated = true }] },
            "emulated" => Good with { Machines = [machine with { Name = "old", Emulated = true }] },
            "no pool" => Good with { Pools = [new PoolSeen("vg", "logical", IsActive: true, 1, 1, "its storage pool “vg” is of type logical, which holds no qcow2 layers.", HasRoom: true)] },
            "pool stopped" => Good with { Pools = [Pool with { IsActive = false }] },
            "pool full" => Good with { Pools = [Pool with { HasRoom = false, Free = 5 << 20 }] },
            "no channel" => Good with { Machines = [machine with { HasChannel = false, Connected = false }] },
            _ => Good with { Machines = [machine with { Connected = false }] },
        };

        var lines = await LinesAsync(() => check);

        Assert.Contains(lines, l => l.State == state && l.Command?.Contains(command, StringComparison.Ordinal) is true);
    }

    [Fact]
    public async Task Check_OfKvmThatDoesNotRun_SaysWhatQemuSaidAndNotToUseIt()
    {
        var lines = await LinesAsync(static () => Good with { KvmTrouble = "failed to set MSR 0x10a to 0x69.", Machines = [Good.Machines[0] with { Emulated = true }] });

        Assert.Contains(lines, static l => l.Text.Contains("does not start on it: failed to set MSR 0x10a to 0x69. Machines of type kvm", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, static l => l.Command?.Contains("virsh edit", StringComparison.Ordinal) is true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Check_LookingAgain_IsPassedOnToTheHost(bool again)
    {
        var checks = new Checks(static () => Good);
        await using var portal = await Portal.StartAsync(s => s.Services = services => services.AddSingleton<IHostChecks>(checks));

        await portal.Services.GetRequiredService<IReadiness>().CheckAsync(Portal.Admin, again, CancellationToken.None);

        Assert.Equal(again, checks.Again);
    }

    [Fact]
    public async Task Check_OfAHostThatDoesNotAnswer_SaysWhyAndHowToTryIt()
    {
        var line = Assert.Single(await LinesAsync(static () => throw new EngineException(FailureCodes.HostUnreachable, "Connection refused.")));

        Assert.Equal(ReadinessState.NotReady, line.State);
        Assert.Contains("Connection refused.", line.Text, StringComparison.Ordinal);
        Assert.Equal("virsh -c test:///default list --all", line.Command);
    }

    [Fact]
    public async Task Check_OfMachinesWithHostileNames_QuotesThemInItsCommands()
    {
        var lines = await LinesAsync(static () => Good with { Pools = [Pool with { Name = "x; rm -rf '/'", IsActive = false }] });

        Assert.Contains(lines, static l => l.Command?.Contains("""pool-start 'x; rm -rf '\''/'\'''; """.TrimEnd(), StringComparison.Ordinal) is true);
    }

    [Fact]
    public async Task Check_ByAnybodyElse_IsForbidden()
    {
        await using var portal = await Portal.StartAsync(static s => s.Services = static services => services.AddSingleton<IHostChecks>(new Checks(static () => Good)));

        var refused = await portal.Services.GetRequiredService<IReadiness>().CheckAsync(Portal.Anna, again: false, CancellationToken.None);

        Assert.Equal((FailureKind.Forbidden, FailureCodes.AdministratorsOnly), (refused.Failure!.Kind, refused.Failure.Code));
    }

    private static async Task<IReadOnlyList<ReadinessLine>> LinesAsync(Func<HostCheck> check)
    {
        await using var portal = await Portal.StartAsync(s => s.Services = services => services.AddSingleton<IHostChecks>(new Checks(check)));
        var sections = (await portal.Services.GetRequiredService<IReadiness>().CheckAsync(Portal.Admin, again: false, CancellationToken.None)).Value!;
        return Assert.Single(sections).Lines;
    }
}
