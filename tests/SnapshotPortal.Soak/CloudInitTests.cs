using System.Text.Json.Nodes;
using SnapshotPortal.Domain.Identities;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Soak;

/// <summary>The real cloud-init of a Debian guest takes the portal's seed, and takes the clone for a new machine.</summary>
public sealed class CloudInitTests
{
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl ada@example.org";
    private const string Hash = "$6$portal$mxN4YEHBHII.UQ/3vJc6pb9Mkb56E8VVCiL7DSlBpmxa2WWYb4OQTdp8WTR5NItz4gBs1iNaSdOwyfwjwzsQU/";
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>How long Debian may take to boot: an emulated processor needs minutes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    [Fact]
    public async Task CloudInit_TwoClonesOfOneSnapshot_AreTwoNewMachinesWithTheUserThatWasAskedFor()
    {
        using var host = GuestHost.Create(guestFolder: "SNAPSHOTPORTAL_DEBIAN_DIR");
        await using var portal = await PortalUnderTest.StartAsync();
        var sourceId = host.Define(host.NewName("debian"));
        await portal.AdoptAsync(sourceId);
        var source = await host.Guest(sourceId).BootedAsync(Patience);
        var before = await FactsAsync(source);
        var snapshot = await portal.TakeAsync(sourceId, "prepared");
        await portal.SucceedAsync(portal.Vms.PowerAsync(portal.Owner, sourceId, new PowerRequest(PowerAction.Stop), None));

        List<Facts> clones = [];
        foreach (var user in new[] { "ada", "grace" })
        {
            var name = host.NewName(user);
            var cloud = new CloudInitRequest(user, Hash, [Key]);
            var made = await portal.SucceedAsync(portal.Snapshots.CloneAsync(portal.Owner, snapshot.Id, new CloneVmRequest(name) { Identity = new IdentityRequest(ByAgent: true, CloudInit: cloud) }, None));
            var guest = await host.Guest(made.VmId).BootedAsync(Patience);
            var identity = await IdentityAsync(portal, made.VmId);
            var facts = await FactsAsync(guest);
            clones.Add(facts);

            // What cloud-init itself says of it: it ran to its end, from the portal's disc, and nothing that the disc asks for
            // went wrong. (A minimal Debian has no locales to generate, which is no concern of the seed's.)
            var result = await Eventually.GetAsync(
                async () => await guest.ShAsync("cat /run/cloud-init/result.json 2>/dev/null || true") is { Length: > 0 } text ? text : null,
                "cloud-init has ended",
                Patience);
            Assert.Contains("DataSourceNoCloud [seed=/dev/sr", result, StringComparison.Ordinal);
            TestContext.Current.TestOutputHelper!.WriteLine(result!);
            Assert.DoesNotMatch("(?i)user|ssh|hostname|passw|seed|yaml", JsonNode.Parse(result!)!["v1"]!["errors"]!.ToJsonString());
            Assert.StartsWith("iid-", facts.InstanceId, StringComparison.Ordinal);
            Assert.NotEqual(before.InstanceId, facts.InstanceId);

            // The user can sign in by key and by password, and become root.
            Assert.Equal(Key, (await guest.ShAsync($"grep ^ssh- /home/{user}/.ssh/authorized_keys")).Trim());
            Assert.Equal(Hash, (await guest.ShAsync($"getent shadow {user} | cut -d: -f2")).Trim());
            Assert.Contains("NOPASSWD", await guest.ShAsync("cat /etc/sudoers.d/90-cloud-init-users"), StringComparison.Ordinal);

            // The host is another one, and the portal has proved it by asking.
            Assert.Equal(name, facts.HostName);
            Assert.Equal((IdentityState.Unique, name, facts.MachineId), (identity.State, identity.HostName, identity.MachineId));
            Assert.Equal(facts.HostKeys.Order(StringComparer.Ordinal), identity.HostKeys.Select(static k => k.Split(' ')[^1]).Order(StringComparer.Ordinal));
            await portal.SucceedAsync(portal.Vms.PowerAsync(portal.Owner, made.VmId, new PowerRequest(PowerAction.Stop), None));
        }

        Facts[] all = [before, .. clones];
        Assert.Equal(3, all.Select(static f => f.InstanceId).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(3, all.Select(static f => f.MachineId).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(all.Sum(static f => f.HostKeys.Count), all.SelectMany(static f => f.HostKeys).Distinct(StringComparer.Ordinal).Count());
    }

    private static async Task<GuestIdentityView> IdentityAsync(PortalUnderTest portal, Guid vmId)
    {
        GuestIdentityView? last = null;
        await Eventually.TrueAsync(
            async () => (last = (await portal.Vms.GetAsync(portal.Owner, vmId, None)).Value!.Identity) is { State: not IdentityState.Pending },
            "the guest's identity is known",
            Patience);
        return last!;
    }

    private static async Task<Facts> FactsAsync(Guest guest) => new(
        (await guest.ShAsync("hostname")).Trim(),
        (await guest.ShAsync("cat /etc/machine-id")).Trim(),
        (await guest.ShAsync("cat /var/lib/cloud/data/instance-id 2>/dev/null || echo none")).Trim(),
        [.. (await guest.ShAsync("for k in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf $k; done")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => l.Split(' ')[1])]);

    private sealed record Facts(string HostName, string MachineId, string InstanceId, IReadOnlyList<string> HostKeys);
}
