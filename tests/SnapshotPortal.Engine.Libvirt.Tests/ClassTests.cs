using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Domain.Identities;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>
/// A class of real guests, made, told apart, reset and deleted with one request each. <c>SNAPSHOTPORTAL_CLASS_STUDENTS</c> says
/// for how many students: 8 where nothing is said, 30 in <c>eng/soak</c>.
/// </summary>
public sealed class ClassTests(BootedGuest booted) : IClassFixture<BootedGuest>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly int Students = int.Parse(Environment.GetEnvironmentVariable("SNAPSHOTPORTAL_CLASS_STUDENTS") ?? "8", CultureInfo.InvariantCulture);

    /// <summary>Guests boot at the same time, on two emulated processors perhaps: each more takes the others' time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45 * Students);

    private readonly Stopwatch _watch = Stopwatch.StartNew();

    private PortalUnderTest Portal => booted.Portal;

    private Actor Teacher => booted.Portal.Owner with { IsTeacher = true };

    private IDeployments Deployments => Portal.Services.GetRequiredService<IDeployments>();

    [Fact]
    public async Task Class_OfRealGuests_IsMadeToldApartResetAndDeleted()
    {
        await booted.ReadyAsync();
        await Eventually.TrueAsync(async () => await booted.Guest.ShAsync("ls /etc/ssh/*.pub | wc -l") == "2\n", "the guest has its host keys", TimeSpan.FromSeconds(60));
        await booted.Guest.WriteAsync("/data/lesson", "as prepared");
        var deployment = await DeployAsync();

        // Made: a machine each, all of them started.
        var items = (await EndedAsync(deployment, deployment.Batches[0].Id)).Items;
        Assert.All(items, static i => Assert.Equal(DeploymentItemState.Ready, i.State));
        Tell("made and started");

        // Told apart: each guest says so itself.
        var identities = await IdentitiesAsync(deployment);
        Assert.All(identities, static i => Assert.Equal((IdentityState.Unique, i.VmName), (i.Identity.State, i.Identity.HostName)));
        Assert.Equal(Students, identities.Select(static i => i.Identity.MachineId).Distinct(StringComparer.Ordinal).Count());
        Tell($"each has an identity of its own; the guests take {GuestMemory(items) >> 20} MiB, the portal with this test {Environment.WorkingSet >> 20} MiB");
        Assert.Equal(Students * 2, identities.SelectMany(static i => i.Identity.HostKeys).Distinct(StringComparer.Ordinal).Count());

        // Broken and reset: two of them, and the others are left alone.
        var broken = items.Take(2).ToList();
        foreach (var item in broken)
        {
            await booted.Host.Guest(item.Vm!.Id).WriteAsync("/data/lesson", "broken");
        }

        await booted.Host.Guest(items[2].Vm!.Id).WriteAsync("/data/lesson", "mine");
        await EndedAsync(deployment, await ActAsync(deployment, BatchKind.Reset, broken));
        foreach (var item in broken)
        {
            var guest = await booted.Host.Guest(item.Vm!.Id).BootedAsync(Patience);
            Assert.Equal("as prepared", await guest.ReadAsync("/data/lesson"));
            Assert.Equal(SnapshotOrigin.Safety, Assert.Single((await Portal.Snapshots.ListAsync(Teacher, item.Vm.Id, None)).Value!).Origin);
        }

        Assert.Equal("mine", await booted.Host.Guest(items[2].Vm!.Id).ReadAsync("/data/lesson"));
        Assert.All(await IdentitiesAsync(deployment), static i => Assert.Equal((IdentityState.Unique, i.VmName), (i.Identity.State, i.Identity.HostName)));

        Tell("two were reset");

        // Deleted: nothing of them stays.
        await EndedAsync(deployment, await ActAsync(deployment, BatchKind.Delete, items));
        await Portal.IdleAsync();
        await FileAgreement.AssertAsync(Portal, booted.Host);
        Assert.NotNull((await Deployments.GetAsync(Teacher, deployment.Deployment.Id, None)).Value!.Deployment.EndedAt);
        Tell("deleted");
    }

    /// <summary>Resident memory of the machines' processes, in bytes.</summary>
    private static long GuestMemory(IReadOnlyList<DeploymentItemView> items)
    {
        var ids = items.Select(static i => i.Vm!.Id.ToString()).ToHashSet(StringComparer.Ordinal);
        return Process.GetProcessesByName("qemu-system-x86_64").Concat(Process.GetProcessesByName("qemu-system-x86")).DistinctBy(static p => p.Id)
            .Where(p => File.ReadAllText($"/proc/{p.Id}/cmdline").Split('\0').Any(ids.Contains)).Sum(static p => p.WorkingSet64);
    }

    private void Tell(string what) => TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Students} students, {_watch.Elapsed.TotalSeconds:F0} s: {what}"));

    private async Task<DeploymentView> DeployAsync()
    {
        var classes = Portal.Services.GetRequiredService<IClasses>();
        var snapshot = await Portal.TakeAsync(booted.Guest.Id, $"lesson {Guid.NewGuid():N}");
        var template = await Portal.Services.GetRequiredService<ITemplates>()
            .PublishAsync(Teacher, snapshot.Id, new PublishTemplateRequest(new TemplateFields("Lesson"), new TemplateVersionRequest()), None);
        var group = (await classes.CreateAsync(Teacher, new ClassFields($"{Students} students"), None)).Value!.Class.Id;
        var roster = string.Join('\n', Enumerable.Range(1, Students).Select(static n => $"student{n}@school.test;Student {n}"));
        Assert.True((await classes.AddRosterAsync(Teacher, group, roster, None)).IsSuccess);
        var outcome = await Deployments.DeployAsync(Teacher, group, new DeployRequest(template.Value!.Template.Id, "Lesson 1", $"{booted.Host.NewName("class")}-{{n}}", Start: true), None);
        Assert.True(outcome.IsSuccess, outcome.Failure?.Message);
        return outcome.Value;
    }

    private async Task<Guid> ActAsync(DeploymentView deployment, BatchKind kind, IReadOnlyList<DeploymentItemView> items)
    {
        // A guest that is just given its identity is let finish: the act waits for it otherwise, up to its own deadline.
        await Portal.IdleAsync();
        var outcome = await Deployments.ActAsync(Teacher, deployment.Deployment.Id, new BatchRequest(kind, [.. items.Select(static i => i.Id)]), None);
        Assert.True(outcome.IsSuccess, outcome.Failure?.Message);
        return outcome.Value.Id;
    }

    private async Task<DeploymentView> EndedAsync(DeploymentView deployment, Guid batchId)
    {
        BatchView? batch = null;
        await Eventually.TrueAsync(
            async () => (batch = (await Deployments.GetBatchAsync(Teacher, batchId, None)).Value!).State != BatchState.Running,
            "the batch is over",
            Patience);
        Assert.True(batch!.State == BatchState.Succeeded, $"{batch.Kind}: {string.Join(' ', batch.Items.Select(static i => i.ErrorMessage))}");
        return (await Deployments.GetAsync(Teacher, deployment.Deployment.Id, None)).Value!;
    }

    private async Task<IReadOnlyList<(string VmName, GuestIdentityView Identity)>> IdentitiesAsync(DeploymentView deployment)
    {
        IReadOnlyList<(string VmName, GuestIdentityView? Identity)> last = [];
        await Eventually.TrueAsync(
            async () =>
            {
                last = [.. (await Deployments.GetAsync(Teacher, deployment.Deployment.Id, None)).Value!.Items.Select(static i => (i.VmName, i.Vm!.Identity))];
                return last.All(static i => i.Identity is { State: not IdentityState.Pending });
            },
            "every guest has an identity",
            Patience);
        return [.. last.Select(static i => (i.VmName, i.Identity!))];
    }
}
