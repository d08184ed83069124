using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Quotas;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests.Classes;

/// <summary>
/// Who may do what in a class, in one table. A letter in the first string means that this person may; one in the second, that they
/// are told why not; everybody else is answered as if there were nothing.
/// T Tess, its teacher · C Cora, her co-teacher · O Otto, teacher of another class · S Sam, the student whose machine it is ·
/// F Sue, a fellow student · B Ben, a stranger · A an administrator · c Cora by a token that is not for classes · a an administrator
/// by a token that is not for administration.
/// </summary>
public sealed class ClassRightsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly Dictionary<char, Actor> People = new()
    {
        ['T'] = Portal.Tess,
        ['C'] = Portal.Cora,
        ['O'] = Portal.Otto,
        ['S'] = Portal.Sam,
        ['F'] = Portal.Sue,
        ['B'] = Portal.Ben,
        ['A'] = Portal.Admin,
        ['c'] = Portal.Cora with { Scopes = TokenScopes.All & ~TokenScopes.Class },
        ['a'] = Portal.Admin with { IsAdministrator = false, Scopes = TokenScopes.All & ~TokenScopes.Admin },
    };

    private static readonly Dictionary<string, Act> Acts = new(StringComparer.Ordinal)
    {
        // Sam's machine.
        ["see the machine"] = new("TCSA", "", static async (p, a, w) => (await p.Vms.GetAsync(a, w.Vm, None)).Failure),
        ["see its disks"] = new("TCSA", "", static async (p, a, w) => (await p.Vms.InspectAsync(a, w.Vm, None)).Failure),
        ["see its screen"] = new("TCSA", "", static async (p, a, w) => (await p.Vms.ScreenshotAsync(a, w.Vm, None)).Failure),
        ["be at its console"] = new("TCSA", "", static async (p, a, w) => (await p.Consoles.AdmitAsync(a, w.Vm, new ConsoleRequest(ConsoleKind.Serial), None)).Failure),
        ["restart it"] = new("TCSA", "", static async (p, a, w) => (await p.Vms.PowerAsync(a, w.Vm, new PowerRequest(PowerAction.Reboot), None)).Failure),
        ["start it while it is locked"] = new("TCA", "S", static async (p, a, w) => (await p.Vms.PowerAsync(a, w.Vm, new PowerRequest(PowerAction.Start), None)).Failure),
        ["start it by a restore with memory while it is locked"] = new("TCA", "S", static async (p, a, w) => (await p.Snapshots.RestoreAsync(a, await w.MemoryAsync(), new RestoreSnapshotRequest(TargetReadinessPolicy.StopTarget), None)).Failure),
        ["restore the disks of a snapshot with memory while it is locked"] = new("TCSA", "", static async (p, a, w) => (await p.Snapshots.RestoreAsync(a, await w.MemoryAsync(), new RestoreSnapshotRequest(TargetReadinessPolicy.StopTarget, DisksOnly: true), None)).Failure),
        ["take a snapshot of it"] = new("TCSA", "", static async (p, a, w) => (await p.Snapshots.TakeAsync(a, w.Vm, new TakeSnapshotRequest(a.Name), None)).Failure),
        ["see its snapshots"] = new("TCSA", "", static async (p, a, w) => (await p.Snapshots.ListAsync(a, w.Vm, None)).Failure),
        ["restore it"] = new("TCSA", "", static async (p, a, w) => (await p.Snapshots.RestoreAsync(a, w.Snapshot, new RestoreSnapshotRequest(TargetReadinessPolicy.StopTarget), None)).Failure),
        ["delete its snapshot"] = new("TCSA", "", static async (p, a, w) => (await p.Snapshots.DeleteAsync(a, w.Snapshot, null, None)).Failure, Once: true),
        ["publish its snapshot"] = new("TCA", "S", static async (p, a, w) => (await p.Templates.PublishAsync(a, w.Snapshot, new PublishTemplateRequest(new TemplateFields("x"), new TemplateVersionRequest()), None)).Failure),
        ["reset it to the template"] = new("TCSA", "", static async (p, a, w) => (await p.Vms.ResetAsync(a, w.Vm, new ResetVmRequest(), None)).Failure),
        ["export it"] = new("TCSA", "", static async (p, a, w) => (await p.Exports.ExportVmAsync(a, w.Vm, new ExportRequest(), None)).Failure),
        ["delete it"] = new("TCA", "S", static async (p, a, w) => (await p.Vms.DeleteAsync(a, w.Vm, null, None)).Failure, Once: true),
        ["see how busy it is"] = new("TCSA", "", static async (p, a, w) => (await p.Usage.GetAsync(a, w.Vm, None)).Failure),
        ["see what its disks hold"] = new("TCSA", "", static async (p, a, w) => (await p.Storage.MapAsync(a, w.Vm, None)).Failure),
        ["make it stand on its own"] = new("TCSA", "", static async (p, a, w) => (await p.Storage.FlattenAsync(a, w.Vm, null, None)).Failure, Once: true),
        ["change its settings"] = new("TCSA", "", static async (p, a, w) => (await p.Vms.ChangeAsync(a, w.Vm, new ChangeVmRequest(TimeSpan.FromMinutes(3)), None)).Failure),
        ["describe it"] = new("TCSA", "", static async (p, a, w) => (await p.Vms.ChangeAsync(a, w.Vm, new ChangeVmRequest(null) { Description = a.Name }, None)).Failure),
        ["rename it"] = new("TCA", "S", static async (p, a, w) =>
        {
            await p.WriteAsync(async db => (await db.Vms.SingleAsync(v => v.Id == w.Vm)).Power = PowerState.ShutOff);
            return (await p.Vms.ConfigureAsync(a, w.Vm, new ConfigureVmRequest($"of-{a.Name.ToLowerInvariant()}"), None)).Failure;
        }),
        ["see its network addresses"] = new("TCSA", "", static async (p, a, w) => (await p.Vms.NetworkAsync(a, w.Vm, None)).Failure),
        ["see what it boots from"] = new("TCSA", "", static async (p, a, w) => (await p.Vms.BootAsync(a, w.Vm, None)).Failure),
        ["order what it boots from"] = new("TCSA", "", static async (p, a, w) => (await p.Vms.ConfigureAsync(a, w.Vm, new ConfigureVmRequest(BootOrder: ["vda"]), None)).Failure),
        ["have it start with its host"] = new("", "TCSA", static async (p, a, w) => (await p.Vms.ConfigureAsync(a, w.Vm, new ConfigureVmRequest(StartsWithHost: true), None)).Failure),
        ["give its guest another identity"] = new("TCSA", "", static async (p, a, w) => (await p.Vms.GiveIdentityAsync(a, w.Vm, new GiveIdentityRequest(Change: true), None)).Failure),
        ["force it off"] = new("TCSA", "", static async (p, a, w) => (await p.Vms.PowerAsync(a, w.Vm, new PowerRequest(PowerAction.Stop), None)).Failure, Once: true),
        ["see its schedule"] = new("TCSA", "", static async (p, a, w) =>
        {
            await p.Schedules.SetAsync(Portal.Sam, w.Vm, ClassScheduleTests.Hourly, None);
            return (await p.Schedules.GetAsync(a, w.Vm, None)).Failure;
        }),
        ["set its schedule"] = new("TCSA", "", static async (p, a, w) => (await p.Schedules.SetAsync(a, w.Vm, ClassScheduleTests.Hourly, None)).Failure),
        ["take its schedule away"] = new("TCSA", "", static async (p, a, w) =>
        {
            await p.Schedules.SetAsync(Portal.Sam, w.Vm, ClassScheduleTests.Hourly, None);
            return (await p.Schedules.RemoveAsync(a, w.Vm, None)).Failure;
        }),
        ["see who is at its console"] = new("TCSA", "", static async (p, a, w) => (await p.Consoles.VisitsAsync(a, w.Vm, None)).Failure),
        ["use another's ticket for its console"] = new("S", "", static async (p, a, w) =>
        {
            var ticket = await p.Consoles.AdmitAsync(Portal.Sam, w.Vm, new ConsoleRequest(ConsoleKind.Serial), None);
            var opened = await p.Consoles.OpenAsync(a, ticket.Value!, None);
            if (opened.IsSuccess)
            {
                await opened.Value.DisposeAsync();
            }

            return opened.Failure;
        }),
        ["compare its snapshot with now"] = new("TCSA", "", static async (p, a, w) => (await p.Snapshots.CompareAsync(a, w.Snapshot, null, None)).Failure),
        ["see one of its snapshots"] = new("TCSA", "", static async (p, a, w) => (await p.Snapshots.GetAsync(a, w.Snapshot, None)).Failure),
        ["see what deleting its snapshot frees"] = new("TCSA", "", static async (p, a, w) => (await p.Storage.ReleaseAsync(a, w.Snapshot, None)).Failure),
        ["rename its snapshot"] = new("TCSA", "", static async (p, a, w) => (await p.Snapshots.ChangeAsync(a, w.Snapshot, new ChangeSnapshotRequest($"by {a.Name}"), None)).Failure),
        ["protect its snapshot"] = new("TCSA", "", static async (p, a, w) => (await p.Snapshots.ProtectAsync(a, w.Snapshot, true, None)).Failure),
        ["see what a new machine from its snapshot would be"] = new("TCSA", "", static async (p, a, w) => (await p.Snapshots.PreviewCloneAsync(a, w.Snapshot, None)).Failure),
        ["see which names are taken for it"] = new("TCSA", "", static async (p, a, w) => (await p.Snapshots.TakenNamesAsync(a, w.Snapshot, ["x"], None)).Failure),
        ["make a new machine from its snapshot while it is locked"] = new("TCA", "S", static async (p, a, w) => (await p.Snapshots.CloneAsync(a, w.Snapshot, new CloneVmRequest($"of-{a.Name.ToLowerInvariant()}", Start: false), None)).Failure),
        ["make a new machine from its snapshot while it is not locked"] = new("TCSA", "", static async (p, a, w) =>
        {
            await w.LockAsync(false);
            var asked = await p.Snapshots.CloneAsync(a, w.Snapshot, new CloneVmRequest($"open-{a.Name.ToLowerInvariant()}", Start: false), None);
            await w.LockAsync(true);
            return asked.Failure;
        }),
        ["export its snapshot"] = new("TCSA", "", static async (p, a, w) => (await p.Exports.ExportSnapshotAsync(a, w.Snapshot, new ExportRequest(), None)).Failure),
        ["see its export"] = new("TCSA", "", static async (p, a, w) => (await p.Exports.GetAsync(a, await w.ExportAsync(), None)).Failure),
        ["download its export"] = new("TCSA", "", static async (p, a, w) =>
        {
            var opened = await p.Exports.OpenAsync(a, await w.ExportAsync(), "vda", None);
            return opened.Failure;
        }),
        ["delete its export"] = new("TCSA", "", static async (p, a, w) => (await p.Exports.DeleteAsync(a, await w.ExportAsync(), None)).Failure, Once: true),
        ["cancel what is over"] = new("", "TCSA", static async (p, a, w) => (await p.Operations.CancelAsync(a, w.Operation, None)).Failure),
        ["see what was done with it"] = new("TCSA", "", static async (p, a, w) => (await p.Operations.GetAsync(a, w.Operation, None)).Failure),

        // The template it was made from, which is shared with nobody.
        ["see the template"] = new("TA", "", static async (p, a, w) => (await p.Templates.GetAsync(a, w.Room.Template, None)).Failure),
        ["use the template"] = new("TA", "", static async (p, a, w) => (await p.Templates.CloneAsync(a, w.Room.Template, new CloneVmRequest($"copy-{a.Name.ToLowerInvariant()}"), None)).Failure),
        ["change the template"] = new("TA", "", static async (p, a, w) => (await p.Templates.ChangeAsync(a, w.Room.Template, new TemplateFields("Other"), None)).Failure),
        ["unpublish the template"] = new("TA", "", static async (p, a, w) => (await p.Templates.SetPublishedAsync(a, w.Room.Template, false, None)).Failure),
        ["publish another edition"] = new("TA", "", static async (p, a, w) => (await p.Templates.PublishVersionAsync(a, w.Room.Template, w.Newer, new TemplateVersionRequest(), None)).Failure, Once: true),
        ["see the machine behind the template"] = new("TA", "", static async (p, a, w) => (await p.Vms.GetAsync(a, w.Room.LabVm, None)).Failure),

        // The same template once it is shared with the class: it can be used, and nothing else.
        // Whoever is in the class may, so the scope for classes is not asked for: that for clones is, at the endpoint.
        ["use a template shared with the class"] = new("TCSFAc", "", static async (p, a, w) =>
        {
            await w.ShareAsync();
            return (await p.Templates.CloneAsync(a, w.Room.Template, new CloneVmRequest($"copy-{a.Name.ToLowerInvariant()}-{(int)a.Scopes}"), None)).Failure;
        }),
        ["change a template shared with the class"] = new("TA", "", static async (p, a, w) =>
        {
            await w.ShareAsync();
            return (await p.Templates.ChangeAsync(a, w.Room.Template, new TemplateFields("Other", ClassIds: [w.Room.Class]), None)).Failure;
        }),
        ["see the machine behind a shared template"] = new("TA", "", static async (p, a, w) =>
        {
            await w.ShareAsync();
            return (await p.Vms.GetAsync(a, w.Room.LabVm, None)).Failure;
        }),
        ["clone the snapshot behind a shared template"] = new("TA", "", static async (p, a, w) =>
        {
            await w.ShareAsync();
            return (await p.Snapshots.CloneAsync(a, w.Room.LabSnapshot, new CloneVmRequest($"behind-{a.Name.ToLowerInvariant()}"), None)).Failure;
        }),

        // The class's schedule.
        ["set the class's schedule"] = new("TCA", "", static async (p, a, w) => (await p.ClassSchedules.SetAsync(a, w.Room.Class, ClassScheduleTests.Hourly, None)).Failure),
        ["see the class's schedule"] = new("TCA", "", static async (p, a, w) =>
        {
            await p.ClassSchedules.SetAsync(Portal.Tess, w.Room.Class, ClassScheduleTests.Hourly, None);
            return (await p.ClassSchedules.GetAsync(a, w.Room.Class, None)).Failure;
        }),
        ["try a schedule for the class"] = new("TCA", "", static async (p, a, w) => (await p.ClassSchedules.PreviewAsync(a, w.Room.Class, ClassScheduleTests.Hourly.Rule, None)).Failure),
        ["take the class's schedule away"] = new("TCA", "", static async (p, a, w) =>
        {
            await p.ClassSchedules.SetAsync(Portal.Tess, w.Room.Class, ClassScheduleTests.Hourly, None);
            return (await p.ClassSchedules.RemoveAsync(a, w.Room.Class, None)).Failure;
        }),

        // The class.
        ["see the class's members"] = new("TCA", "", static async (p, a, w) => (await p.Classes.GetAsync(a, w.Room.Class, None)).Failure),
        ["rename the class"] = new("TCA", "", static async (p, a, w) => (await p.Classes.ChangeAsync(a, w.Room.Class, new ClassFields("Other"), None)).Failure),
        ["look at a roster"] = new("TCA", "", static async (p, a, w) => (await p.Classes.PreviewRosterAsync(a, w.Room.Class, "x@example.org", None)).Failure),
        ["add students"] = new("TCA", "", static async (p, a, w) => (await p.Classes.AddRosterAsync(a, w.Room.Class, "x@example.org", None)).Failure),
        ["make a student a teacher"] = new("TCA", "", static async (p, a, w) => (await p.Classes.SetRoleAsync(a, w.Room.Class, Portal.Sue.UserId, ClassRole.Teacher, None)).Failure),
        ["take a student out"] = new("TCA", "", static async (p, a, w) => (await p.Classes.RemoveAsync(a, w.Room.Class, Portal.Sue.UserId, None)).Failure, Once: true),
        ["open the class to a code"] = new("TCA", "", static async (p, a, w) => (await p.Classes.SetJoinableAsync(a, w.Room.Class, true, None)).Failure),
        ["delete the class while it has machines"] = new("", "TCA", static async (p, a, w) => (await p.Classes.DeleteAsync(a, w.Room.Class, None)).Failure),
        ["see what the class may take"] = new("TCA", "", static async (p, a, w) => (await p.Quotas.GetOfClassAsync(a, w.Room.Class, None)).Failure),

        // Its deployment.
        ["see the deployment"] = new("TCA", "", static async (p, a, w) => (await p.Deployments.GetAsync(a, w.Room.Deployment, None)).Failure),
        ["plan another"] = new("TA", "", static async (p, a, w) => (await p.Deployments.PlanAsync(a, w.Room.Class, w.Another, None)).Failure),
        ["make another"] = new("TA", "", static async (p, a, w) => (await p.Deployments.DeployAsync(a, w.Room.Class, w.Another, None)).Failure, Once: true),
        ["act on all machines"] = new("TCA", "", static async (p, a, w) => (await p.Deployments.ActAsync(a, w.Room.Deployment, new BatchRequest(BatchKind.Snapshot), None)).Failure),
        ["move its end"] = new("TCA", "", static async (p, a, w) => (await p.Deployments.ChangeAsync(a, w.Room.Deployment, new DeploymentFields("Lab 1", false, false, p.Time.GetUtcNow().AddDays(9), TimeSpan.FromDays(2)), None)).Failure),
        ["lock the machines"] = new("TCA", "", static async (p, a, w) => (await p.Deployments.ChangeAsync(a, w.Room.Deployment, new DeploymentFields("Lab 1", true, false, null, TimeSpan.FromDays(14)), None)).Failure),
        ["start all machines"] = BatchOf(BatchKind.Start),
        ["shut all machines down"] = BatchOf(BatchKind.ShutDown),
        ["force all machines off"] = BatchOf(BatchKind.ForceOff),
        ["reset all machines"] = BatchOf(BatchKind.Reset),
        ["move all machines to a newer edition"] = BatchOf(BatchKind.Update),
        ["collect all machines"] = BatchOf(BatchKind.Collect),
        ["delete all machines"] = BatchOf(BatchKind.Delete) with { Once = true },
        ["see a batch"] = new("TCA", "", static async (p, a, w) => (await p.Deployments.GetBatchAsync(a, w.Batch, None)).Failure),
        ["stop a batch that is over"] = new("", "TCA", static async (p, a, w) => (await p.Deployments.CancelAsync(a, w.Batch, None)).Failure),

        // What has to do with no class in particular.
        ["invite a student again"] = new("TCA", "", static async (p, a, w) => await p.Classes.MayInviteAsync(a, w.Room.Class, w.Invited, None) ? null : NotFound),
        ["hold a student's invitation"] = new("TCA", "", static async (p, a, w) => await p.Classes.MayHoldInvitationAsync(a, w.Room.Class, w.Invited, None) ? null : NotFound),
        ["hold the invitation of a student of another class, too"] = new("A", "", static async (p, a, w) =>
        {
            await p.Classes.AddRosterAsync(Portal.Otto, w.Room.OttosClass, "nia@example.org", None);
            return await p.Classes.MayHoldInvitationAsync(a, w.Room.Class, w.Invited, None) ? null : NotFound;
        }),
        ["hold the invitation of another class's student, in one's own"] = new("A", "", static async (p, a, w) =>
        {
            await p.Classes.AddRosterAsync(Portal.Otto, w.Room.OttosClass, "nia@example.org", None);
            return await p.Classes.MayHoldInvitationAsync(a, w.Room.OttosClass, w.Invited, None) ? null : NotFound;
        }),
        ["make a class"] = new("TOA", "CSFB", static async (p, a, _) => (await p.Classes.CreateAsync(a, new ClassFields("New"), None)).Failure),
        ["set a quota"] = new("A", "TCOSFB", static async (p, a, _) => (await p.Quotas.SetAsync(a, new SetQuotaRequest(Domain.Quotas.QuotaSubject.Everybody, null, null, new Domain.Quotas.QuotaLimits { Vms = 9 }, "because"), None)).Failure),
        ["take a quota away"] = new("A", "TCOSFB", static async (p, a, _) =>
        {
            var quotas = await p.Quotas.SetAsync(Portal.Admin, new SetQuotaRequest(Domain.Quotas.QuotaSubject.Everybody, null, null, new Domain.Quotas.QuotaLimits { Vms = 9 }, "because"), None);
            return (await p.Quotas.RemoveAsync(a, quotas.Value![0].Id, None)).Failure;
        }),
        ["see machines that nobody owns yet"] = new("A", "TCOSFB", static async (p, a, _) => (await p.Vms.ListUnmanagedAsync(a, None)).Failure),
        ["give a machine to somebody"] = new("A", "TCOSFB", static async (p, a, _) => (await p.Vms.AdoptAsync(a, new AdoptRequest(p.HostId, p.Engine.AddDomain($"new-{a.Name}", "vda").Seen.VmId, a.UserId), None)).Failure),
        ["see the images"] = new("A", "TCOSFB", static async (p, a, _) => (await p.Images.ListAsync(a, None)).Failure),
        ["import an image"] = new("A", "TCOSFB", static async (p, a, _) => (await p.Images.ImportAsync(a, new ImportVmRequest(p.HostId, "default", "image.qcow2", "imported"), None)).Failure),
        ["see the quotas"] = new("A", "TCOSFB", static async (p, a, _) => (await p.Quotas.ListAsync(a, None)).Failure),
    };

    private static Failure NotFound { get; } = new(FailureKind.NotFound, FailureCodes.NotFound, "There is no such person.");

    private static Act BatchOf(BatchKind kind) => new("TCA", "", async (p, a, w) => (await p.Deployments.ActAsync(a, w.Room.Deployment, new BatchRequest(kind), None)).Failure);

    /// <summary>A token without the scope makes its owner a stranger to what the scope is for.</summary>
    private static char As(char letter) => letter is 'c' or 'a' ? 'B' : letter;

    public static TheoryData<string> EveryAct() => [.. Acts.Keys];

    [Theory]
    [MemberData(nameof(EveryAct))]
    public async Task Act_ByEachPerson_IsDoneOrRefusedAsTheTableSays(string name)
    {
        var act = Acts[name];
        var world = await World.MakeAsync();
        try
        {
            foreach (var (letter, person) in People.Where(p => !act.May.Contains(p.Key, StringComparison.Ordinal) && !act.May.Contains(As(p.Key), StringComparison.Ordinal)))
            {
                var failure = await act.Call(world.Room.Portal, person, world);

                Assert.True(failure is not null, $"{person.Name} may {name}.");
                Assert.True(failure.Kind == FailureKind.NotFound == !act.Told.Contains(As(letter), StringComparison.Ordinal), $"{person.Name}, who wants to {name}, is told: {failure.Message}");
            }

            foreach (var letter in act.May)
            {
                var failure = await act.Call(world.Room.Portal, People[letter], world);

                Assert.True(failure is null, $"{People[letter].Name} cannot {name}: {failure?.Message}");
                if (act.Once && letter != act.May[^1])
                {
                    await world.DisposeAsync();
                    world = await World.MakeAsync();
                }
            }
        }
        finally
        {
            await world.DisposeAsync();
        }
    }

    [Fact]
    public async Task Events_OfAClassMachine_ReachItsTeachersAndNotOthers()
    {
        await using var world = await World.MakeAsync();
        var portal = world.Room.Portal;
        foreach (var (person, sees) in new[] { (Portal.Tess, true), (Portal.Cora, true), (Portal.Sam, true), (Portal.Admin, true), (Portal.Sue, false), (Portal.Otto, false), (Portal.Ben, false) })
        {
            var events = await portal.Operations.EventsSinceAsync(person, 0, 1_000, None);

            Assert.Equal(sees, events.Any(e => e.VmId == world.Vm));
            Assert.Equal(person == Portal.Tess || person == Portal.Cora || person == Portal.Admin, events.Any(e => e.Kind == "ClassChanged" && e.ClassId == world.Room.Class));
        }
    }

    [Fact]
    public async Task Stream_WhoCeasesToTeach_HearsNoMoreOfTheClass()
    {
        await using var world = await World.MakeAsync();
        var portal = world.Room.Portal;
        using var cora = portal.Stream.Subscribe(Portal.Cora);
        Assert.True((await portal.Classes.SetRoleAsync(Portal.Tess, world.Room.Class, Portal.Cora.UserId, ClassRole.Student, None)).IsSuccess);

        await portal.EndedAsync((await portal.Vms.PowerAsync(Portal.Sam, world.Vm, new PowerRequest(PowerAction.Reboot), None)).Value!);
        var heard = new List<Guid?>();
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await foreach (var batch in cora.ReadAllAsync(soon.Token))
            {
                heard.AddRange(batch.Events.Select(static e => e.VmId));
                portal.Time.Advance(TimeSpan.FromSeconds(1));
            }
        }
        catch (OperationCanceledException)
        {
            // Nothing more came.
        }

        Assert.DoesNotContain(world.Vm, heard.OfType<Guid>());
    }

    [Fact]
    public async Task Request_SentAgainWithItsKeyByWhoTeachesNoLonger_IsAnsweredLikeAStrangers()
    {
        await using var world = await World.MakeAsync();
        var portal = world.Room.Portal;
        await world.ShareAsync();
        var deploy = world.Another with { IdempotencyKey = "d" };
        var act = new BatchRequest(BatchKind.Snapshot, SnapshotName: "all", IdempotencyKey: "b");
        var take = new TakeSnapshotRequest("one", IdempotencyKey: "o");
        Assert.Null(await FailureAsync());
        Assert.Null(await FailureAsync());
        Assert.True((await portal.Classes.RemoveAsync(Portal.Tess, world.Room.Class, Portal.Cora.UserId, None)).IsSuccess);

        // The same request, another with its key, and another kind of request with it: each as if there were nothing there.
        var noClass = (await portal.Deployments.DeployAsync(Portal.Cora, Guid.NewGuid(), deploy, None)).Failure;
        var noDeployment = (await portal.Deployments.ActAsync(Portal.Cora, Guid.NewGuid(), act, None)).Failure;
        Assert.Equal((FailureKind.NotFound, FailureKind.NotFound), (noClass?.Kind, noDeployment?.Kind));
        foreach (var key in new[] { "d", "b", "never-used" })
        {
            Assert.Equal(noClass, (await portal.Deployments.DeployAsync(Portal.Cora, world.Room.Class, deploy with { IdempotencyKey = key }, None)).Failure);
            Assert.Equal(noDeployment, (await portal.Deployments.ActAsync(Portal.Cora, world.Room.Deployment, act with { IdempotencyKey = key }, None)).Failure);
        }

        // Where they do teach, the key tells only that they used it.
        var own = (await portal.Classes.CreateAsync(Portal.Cora with { IsTeacher = true }, new ClassFields("Of her own"), None)).Value!.Class.Id;
        Assert.Equal(FailureCodes.IdempotencyKeyReused, (await portal.Deployments.DeployAsync(Portal.Cora, own, deploy, None)).Failure?.Code);
        Assert.Equal(FailureKind.NotFound, (await portal.Snapshots.TakeAsync(Portal.Cora, world.Vm, take, None)).Failure?.Kind);

        async Task<Failure?> FailureAsync()
            => (await portal.Deployments.DeployAsync(Portal.Cora, world.Room.Class, deploy, None)).Failure
                ?? (await portal.Deployments.ActAsync(Portal.Cora, world.Room.Deployment, act, None)).Failure
                ?? (await portal.Snapshots.TakeAsync(Portal.Cora, world.Vm, take, None)).Failure;
    }

    /// <param name="May">Who may.</param>
    /// <param name="Told">Who is told why not.</param>
    /// <param name="Call">Does it.</param>
    /// <param name="Once">It can be done only once in one world.</param>
    private sealed record Act(string May, string Told, Func<Portal, Actor, World, Task<Failure?>> Call, bool Once = false);

    /// <summary>The classroom with a locked deployment; Sam's machine has a snapshot.</summary>
    private sealed class World(Classroom room) : IAsyncDisposable
    {
        public Classroom Room => room;

        private Guid? _export;
        private Guid? _memory;

        public Guid Vm { get; private set; }

        public Guid Snapshot { get; private set; }

        public Guid Operation { get; private set; }

        public Guid Batch { get; private set; }

        /// <summary>A snapshot of Tess's machine that is no edition yet.</summary>
        public Guid Newer { get; private set; }

        /// <summary>A student of the class who has no password yet.</summary>
        public Guid Invited { get; private set; }

        /// <summary>Shares the template with the class.</summary>
        public async Task ShareAsync()
            => Assert.True((await room.Portal.Templates.ChangeAsync(Portal.Tess, room.Template, new TemplateFields("Lab machine", ClassIds: [room.Class]), None)).IsSuccess);

        /// <summary>An export of Sam's machine; the same at each call.</summary>
        public async Task<Guid> ExportAsync()
            => _export ??= (await room.Portal.EndedAsync((await room.Portal.Exports.ExportVmAsync(Portal.Sam, Vm, new ExportRequest(), None)).Value!)).Id;

        /// <summary>A snapshot of Sam's running machine with its memory; the same at each call.</summary>
        public async Task<Guid> MemoryAsync()
            => _memory ??= (await room.Portal.EndedAsync((await room.Portal.Snapshots.TakeAsync(Portal.Sam, Vm, new TakeSnapshotRequest("running", WithMemory: true), None)).Value!)).SnapshotId!.Value;

        public DeployRequest Another => room.Request("Lab 2") with { NamePattern = "second-{user}" };

        public static async Task<World> MakeAsync()
        {
            var room = await Classroom.MakeAsync();
            await room.DeployedAsync(await room.DeployAsync(room.Request() with { Start = true }));
            var world = new World(room);
            var view = await room.ViewAsync();
            world.Batch = view.Batches[0].Id;
            world.Vm = view.Items.Single(static i => i.StudentId == Portal.Sam.UserId).Vm!.Id;
            var take = await room.Portal.EndedAsync(await room.Portal.RequestTakeAsync(world.Vm, "mine", Portal.Sam));
            world.Operation = take.Id;
            world.Snapshot = take.SnapshotId!.Value;
            var added = await room.Portal.Classes.AddRosterAsync(Portal.Tess, room.Class, "nia@example.org", None);
            world.Invited = added.Value!.Members.Single(static m => m.Email == "nia@example.org").UserId;
            world.Newer = await room.Portal.TakeAsync(room.LabVm, "newer", Portal.Tess);
            await world.LockAsync(true);
            return world;
        }

        /// <summary>Locks the class's machines, or opens them again.</summary>
        public async Task LockAsync(bool locked)
            => Assert.True((await room.Portal.Deployments.ChangeAsync(Portal.Tess, room.Deployment, new DeploymentFields("Lab 1", locked, StudentsMayDelete: false, null, TimeSpan.FromDays(14)), None)).IsSuccess);

        public ValueTask DisposeAsync() => room.DisposeAsync();
    }
}
