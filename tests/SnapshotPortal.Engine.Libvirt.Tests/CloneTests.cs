using System.Text.Json;
using System.Xml.Linq;
using LibVirt;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Identities;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>Clones of a running guest with all their options, and who their guests are.</summary>
public sealed class CloneTests(BootedGuest booted) : IClassFixture<BootedGuest>
{
    private static readonly CancellationToken None = CancellationToken.None;

    private PortalUnderTest Portal => booted.Portal;

    private Guest Guest => booted.Guest;

    [Fact]
    public async Task FullClone_OfAChain_SharesNothingAndHoldsEveryByte()
    {
        await booted.ReadyAsync();
        await Guest.ShAsync("dd if=/dev/urandom of=/data/much bs=1M count=20 2>/dev/null; sync");
        await Portal.TakeAsync(Guest.Id, $"below {Guid.NewGuid():N}");
        await Guest.WriteAsync("/root/full", "then");
        var sum = await Guest.ShAsync("md5sum /data/much");
        var snapshot = await Portal.TakeAsync(Guest.Id, $"full {Guid.NewGuid():N}");
        await Guest.WriteAsync("/root/full", "now");

        var made = await Portal.SucceedAsync(Portal.Snapshots.CloneAsync(Portal.Owner, snapshot.Id, new CloneVmRequest(booted.Host.NewName("full")) { Full = true }, None));

        var clone = await booted.Host.Guest(made.VmId).BootedAsync();
        Assert.Single(clone.Chain("vda"));
        Assert.Single(clone.Chain("vdb"));
        Assert.Equal("then", await clone.ReadAsync("/root/full"));
        Assert.Equal(sum, await clone.ShAsync("md5sum /data/much"));
        Assert.Contains(made.Steps, static s => s.Name == "Copy");
        await AssertFilesAgreeAsync();
        await DeleteAsync(clone.Id);
    }

    [Fact]
    public async Task FullClone_Cancelled_LeavesNothing()
    {
        await booted.ReadyAsync();
        await Guest.ShAsync("dd if=/dev/urandom of=/data/cancel bs=1M count=30 2>/dev/null; sync");
        var snapshot = await Portal.TakeAsync(Guest.Id, $"cancel {Guid.NewGuid():N}");
        var name = booted.Host.NewName("cancelled");
        var before = Files();
        var operation = (await Portal.Snapshots.CloneAsync(Portal.Owner, snapshot.Id, new CloneVmRequest(name) { Full = true }, None)).Value!;
        await Eventually.TrueAsync(async () => (await Portal.Operations.GetAsync(Portal.Owner, operation.Id, None)).Value is { CurrentStep: "Copy" } or { IsActive: false }, "it copies");
        await Portal.Operations.CancelAsync(Portal.Owner, operation.Id, None);
        var ended = await Portal.EndAsync(operation.Id);

        if (ended.State == OperationState.Cancelled)
        {
            Assert.Equal(before, Files());
            Assert.DoesNotContain((await Portal.Vms.ListAsync(Portal.Owner, new VmQuery(), None)).Items, v => v.Name == name);
            Assert.DoesNotContain(Domains(), n => n == name || n.StartsWith("sp-export-", StringComparison.Ordinal));
        }
        else
        {
            await DeleteAsync(ended.VmId);
        }

        await AssertFilesAgreeAsync();
    }

    [Fact]
    public async Task Clone_WithOptions_HasThemAndNothingElseChanged()
    {
        await booted.ReadyAsync();
        var snapshot = await Portal.TakeAsync(Guest.Id, $"options {Guid.NewGuid():N}");

        var made = await Portal.SucceedAsync(Portal.Snapshots.CloneAsync(
            Portal.Owner,
            snapshot.Id,
            new CloneVmRequest(booted.Host.NewName("options"), Start: false) { VCpus = 2, MemoryBytes = 96L << 20, DropDisks = ["vdb"], Network = new CloneNetwork(null) },
            None));

        var xml = XElement.Parse(booted.Host.Guest(made.VmId).Xml(DomainXmlFlags.Inactive));
        Assert.Equal("2", xml.Element("vcpu")!.Value);
        Assert.Equal(("98304", "98304"), (xml.Element("memory")!.Value, xml.Element("currentMemory")!.Value));
        Assert.Equal("vda", Assert.Single(xml.Descendants("disk")).Element("target")!.Attribute("dev")!.Value);
        Assert.Empty(xml.Descendants("interface"));
        var vm = (await Portal.Vms.GetAsync(Portal.Owner, made.VmId, None)).Value!;
        Assert.Equal((2, 96L << 20), (vm.VCpus, vm.MemoryBytes));
        await AssertFilesAgreeAsync();
        await DeleteAsync(made.VmId);
    }

    [Fact]
    public async Task Clone_OfMoreThanTheHostHas_IsRefusedBeforeAnythingIsMade()
    {
        await booted.ReadyAsync();
        var snapshot = await Portal.TakeAsync(Guest.Id, $"refused {Guid.NewGuid():N}");
        var before = Files();

        Assert.Equal((FailureCodes.ProcessorsInvalid, "vCpus"), await RefusedAsync(static r => r with { VCpus = 10_000 }));
        Assert.Equal((FailureCodes.MemoryInvalid, "memoryBytes"), await RefusedAsync(static r => r with { MemoryBytes = 1L << 49 }));
        Assert.Equal((FailureCodes.NetworkForbidden, "network"), await RefusedAsync(static r => r with { Network = new CloneNetwork("nowhere") }));
        Assert.Equal((FailureCodes.NetworkUnknown, "network"), await RefusedAsync(static r => r with { Network = new CloneNetwork("nowhere") }, Portal.Owner with { IsAdministrator = true }));
        Assert.Equal((FailureCodes.DisksInvalid, "dropDisks"), await RefusedAsync(static r => r with { DropDisks = ["vda"] }));
        Assert.Equal((FailureCodes.DisksInvalid, "dropDisks"), await RefusedAsync(static r => r with { DropDisks = ["vdz"] }));
        Assert.Equal(before, Files());

        async Task<(string, string?)> RefusedAsync(Func<CloneVmRequest, CloneVmRequest> change, Actor? actor = null)
        {
            var failure = (await Portal.Snapshots.CloneAsync(actor ?? Portal.Owner, snapshot.Id, change(new CloneVmRequest(booted.Host.NewName("refused"))), None)).Failure!;
            return (failure.Code, failure.Field);
        }
    }

    [Fact]
    public async Task Preview_OfASnapshot_SaysWhatThereIsToChoose()
    {
        await booted.ReadyAsync();
        var snapshot = await Portal.TakeAsync(Guest.Id, $"preview {Guid.NewGuid():N}");

        var preview = (await Portal.Snapshots.PreviewCloneAsync(Portal.Owner, snapshot.Id, None)).Value!;

        Assert.Equal((1, 128L << 20, true, "a private network behind the host's address"), (preview.VCpus, preview.MemoryBytes, preview.HasAgent, preview.PresentNetwork));
        Assert.Equal([("vda", true), ("vdb", false)], preview.Disks.Select(static d => (d.Target, d.IsBootDisk)));
        Assert.InRange(preview.CopyBytes, 1L << 20, 1L << 30);
        Assert.True(preview.MostVCpus >= 1 && preview.MostMemoryBytes > 128L << 20);
    }

    [Fact]
    public async Task Identity_OfTwoClones_IsProvedUniqueAndOfACopyIsNot()
    {
        await booted.ReadyAsync();
        await Eventually.TrueAsync(async () => await Guest.ShAsync("ls /etc/ssh/*.pub | wc -l") == "2\n", "the guest has its host keys", TimeSpan.FromSeconds(60));
        var snapshot = await Portal.TakeAsync(Guest.Id, $"identity {Guid.NewGuid():N}");
        var script = new IdentityRequest(Script: "echo for $(hostname); echo oops >&2; exit 3");
        var first = await CloneAsync("first", script);
        var second = await CloneAsync("second", new IdentityRequest());
        var copy = await CloneAsync("copy", null);

        var one = await IdentityAsync(first);
        var two = await IdentityAsync(second);

        Assert.Equal((IdentityState.Unique, first.Name), (one.State, one.HostName));
        Assert.Equal((IdentityState.Unique, second.Name), (two.State, two.HostName));
        Assert.NotEqual(one.MachineId, two.MachineId);
        Assert.Equal(2, one.HostKeys.Count);
        Assert.Empty(one.HostKeys.Intersect(two.HostKeys, StringComparer.Ordinal));
        Assert.Equal((3, $"for {first.Name}\noops\n"), (one.ScriptExitCode, one.ScriptOutput));
        Assert.Contains("exit code 3", one.Message, StringComparison.Ordinal);
        Assert.Equal(first.Name, (await booted.Host.Guest(first.Id).ReadAsync("/etc/hostname")).Trim());
        Assert.Equal(one.MachineId, (await booted.Host.Guest(first.Id).ReadAsync("/etc/machine-id")).Trim());

        // One that was left alone is told from its source only when somebody looks.
        await booted.Host.Guest(copy.Id).BootedAsync();
        await Eventually.TrueAsync(async () => (await Portal.Vms.GetAsync(Portal.Owner, copy.Id, None)).Value is { AgentConnected: true }, "the portal sees its agent");
        Assert.Null((await Portal.Vms.GetAsync(Portal.Owner, copy.Id, None)).Value!.Identity);
        await Portal.SucceedAsync(Portal.Vms.GiveIdentityAsync(Portal.Owner, copy.Id, new GiveIdentityRequest(Change: false), None));
        var left = (await Portal.Vms.GetAsync(Portal.Owner, copy.Id, None)).Value!.Identity!;
        Assert.Equal(IdentityState.NotUnique, left.State);
        Assert.Contains("machine id", left.Message, StringComparison.Ordinal);

        await Portal.SucceedAsync(Portal.Vms.GiveIdentityAsync(Portal.Owner, copy.Id, new GiveIdentityRequest(Change: true), None));
        Assert.Equal(IdentityState.Unique, (await Portal.Vms.GetAsync(Portal.Owner, copy.Id, None)).Value!.Identity!.State);
        await Task.WhenAll(DeleteAsync(first.Id), DeleteAsync(second.Id), DeleteAsync(copy.Id));

        async Task<(Guid Id, string Name)> CloneAsync(string stem, IdentityRequest? identity)
        {
            var name = booted.Host.NewName(stem);
            var made = await Portal.SucceedAsync(Portal.Snapshots.CloneAsync(Portal.Owner, snapshot.Id, new CloneVmRequest(name) { Identity = identity }, None));
            return (made.VmId, name);
        }
    }

    [Fact]
    public async Task Identity_OfAGuestThatForbidsPrograms_SaysHowToAllowThem()
    {
        await booted.ReadyAsync();
        var snapshot = await Portal.TakeAsync(Guest.Id, $"forbids {Guid.NewGuid():N}");
        var made = await Portal.SucceedAsync(Portal.Snapshots.CloneAsync(Portal.Owner, snapshot.Id, new CloneVmRequest(booted.Host.NewName("forbids")), None));
        var clone = await booted.Host.Guest(made.VmId).BootedAsync();
        await clone.ShAsync("sed -i 's/exec qemu-ga/exec qemu-ga -b guest-exec/' /usr/sbin/guest-agent; sync; (sleep 1; kill $(pidof qemu-ga)) >/dev/null 2>&1 </dev/null &");
        await Eventually.TrueAsync(() => Task.Run(() => clone.AgentAnswers() && IsForbidden(clone)), "the agent is back");

        await Eventually.TrueAsync(async () => (await Portal.Vms.GetAsync(Portal.Owner, clone.Id, None)).Value is { AgentConnected: true }, "the portal sees its agent");
        await Portal.SucceedAsync(Portal.Vms.GiveIdentityAsync(Portal.Owner, clone.Id, new GiveIdentityRequest(Change: true), None));

        var identity = (await Portal.Vms.GetAsync(Portal.Owner, clone.Id, None)).Value!.Identity!;
        Assert.Equal(IdentityState.NotUnique, identity.State);
        Assert.Contains("Take guest-exec out of its list of blocked commands", identity.Message, StringComparison.Ordinal);
        await DeleteAsync(clone.Id);
    }

    [Fact]
    public async Task CloudInit_Seed_IsADiscThatGoesWithTheMachine()
    {
        await booted.ReadyAsync();
        var snapshot = await Portal.TakeAsync(Guest.Id, $"seed {Guid.NewGuid():N}");
        var cloud = new CloudInitRequest("ada", "$6$salt$abcdefghijklmnopqrstuvwxyz0123456789", ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl ada"]);
        var name = booted.Host.NewName("seed");

        var made = await Portal.SucceedAsync(Portal.Snapshots.CloneAsync(Portal.Owner, snapshot.Id, new CloneVmRequest(name, Start: false) { Identity = new IdentityRequest(ByAgent: false, CloudInit: cloud) }, None));

        var drive = XElement.Parse(booted.Host.Guest(made.VmId).Xml(DomainXmlFlags.Inactive)).Descendants("disk").Single(static d => d.Attribute("device")!.Value == "cdrom");
        var seed = drive.Element("source")!.Attribute("file")!.Value;
        Assert.Contains("LABEL=\"CIDATA\"", GuestHost.Run("/usr/sbin/blkid", "-p", seed), StringComparison.Ordinal);
        Assert.Contains(name, await File.ReadAllTextAsync(seed), StringComparison.Ordinal);
        await AssertFilesAgreeAsync();
        await DeleteAsync(made.VmId);
        await Eventually.TrueAsync(() => Task.FromResult(!File.Exists(seed)), "the seed is removed with its machine", TimeSpan.FromSeconds(30));
    }

    private static bool IsForbidden(Guest guest)
    {
        try
        {
            var answer = "";
            guest.Do(d => answer = d.QemuAgentCommand("""{"execute":"guest-info"}""", 5));
            using var info = JsonDocument.Parse(answer);
            return info.RootElement.GetProperty("return").GetProperty("supported_commands").EnumerateArray()
                .Any(static c => c.GetProperty("name").GetString() == "guest-exec" && !c.GetProperty("enabled").GetBoolean());
        }
        catch (LibvirtException)
        {
            return false;
        }
    }

    private async Task<GuestIdentityView> IdentityAsync((Guid Id, string Name) vm)
    {
        GuestIdentityView? last = null;
        await Eventually.TrueAsync(
            async () => (last = (await Portal.Vms.GetAsync(Portal.Owner, vm.Id, None)).Value!.Identity) is { State: not IdentityState.Pending },
            $"the identity of {vm.Name} is known",
            TimeSpan.FromSeconds(120));
        return last!;
    }

    private Task<OperationView> DeleteAsync(Guid vmId) => Portal.SucceedAsync(Portal.Vms.DeleteAsync(Portal.Owner, vmId, null, None));

    private List<string> Files() => [.. Directory.EnumerateFiles(booted.Host.Folder).Order(StringComparer.Ordinal)];

    private List<string> Domains() => [.. booted.Host.Connection.ListAllDomains().Select(static d =>
    {
        using (d)
        {
            return d.Name;
        }
    })];

    private async Task AssertFilesAgreeAsync()
    {
        await Portal.IdleAsync();
        await FileAgreement.AssertAsync(Portal, booted.Host);
        await using var db = await Portal.DbAsync();
        Assert.DoesNotContain(await db.Vms.ToListAsync(), static v => v.Drift is not null);
    }
}
