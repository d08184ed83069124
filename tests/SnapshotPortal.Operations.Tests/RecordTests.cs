using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Records;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests;

/// <summary>The record of a machine on its host: what it holds, when it is written, and when not.</summary>
public sealed class RecordTests
{
    /// <summary>
    /// What a record leaves out on purpose. Whoever adds a property to an entity puts it into the record or, with its reason,
    /// here.
    /// </summary>
    private static readonly Dictionary<Type, string[]> LeftOut = new()
    {
        // The domain itself says it (name, power, agent, size), the file does (host), it is about the record, or it points to what
        // only the database has: classes and templates.
        [typeof(VirtualMachine)] = ["ClassId", "DeploymentId", "TemplateVersionId", "OriginClassId", "OriginVersionId", "Id", "HostId", "Name", "OwnerId", "Presence", "Power", "AgentConnected", "ObservedAt", "VCpus", "MemoryBytes", "Drift", "RecordRevision", "RecordWritten", "Version"],

        // The machine that holds the record; and again the template.
        [typeof(Snapshot)] = ["TemplateVersionId", "VmId", "Version"],
        [typeof(SnapshotDisk)] = ["Id", "SnapshotId"],

        // Measured anew; the machine's definition says whose head it is; operations are gone with the database.
        [typeof(DiskLayer)] = ["HostId", "Allocation", "HeadOfVmId", "CreatedByOperationId", "Version"],
    };

    public static TheoryData<Type, Type> Pairs() => new()
    {
        { typeof(VirtualMachine), typeof(VmRecord) },
        { typeof(Snapshot), typeof(SnapshotRecord) },
        { typeof(SnapshotDisk), typeof(SnapshotDiskRecord) },
        { typeof(DiskLayer), typeof(LayerRecord) },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Record_OfAnEntity_HoldsEveryPropertyThatIsNotLeftOutOnPurpose(Type entity, Type record)
        => Assert.Equal(
            entity.GetProperties().Select(static p => p.Name).Except(LeftOut[entity], StringComparer.Ordinal).Order(StringComparer.Ordinal),
            record.GetProperties().Select(static p => p.Name).Intersect(entity.GetProperties().Select(static p => p.Name), StringComparer.Ordinal).Except(LeftOut[entity], StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Record_AfterEveryOperation_HoldsTheTreeAndTheSnapshots()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web", targets: ["vda", "vdb"]);
        var one = await portal.TakeAsync(vm, "Eins <&> 🚀");
        var two = await portal.TakeAsync(vm, "two");
        await portal.WriteAsync(async db => (await db.Snapshots.SingleAsync(s => s.Id == one)).Description = "no XML: \u0001\u000b");

        var record = await FreshAsync(portal, vm);

        Assert.Equal(new OwnerRecord(Portal.Anna.UserId, "Anna@example.org"), record.Owner);
        Assert.Equal((two, VmOrigin.Adopted, 0), (record.CurrentSnapshotId!.Value, record.Origin, record.Omitted));
        Assert.Equal([two, one], record.Snapshots.Select(static s => s.Id));
        Assert.Equal("Eins <&> 🚀", record.Snapshots[1].Name);
        Assert.Equal("no XML: \u0001\u000b", record.Snapshots[1].Description);
        Assert.Equal($"<domain><uuid>{vm}</uuid></domain>", record.Snapshots[0].DomainXml);
        Assert.Equal((await portal.LayersAsync()).Select(static l => (l.Id, l.Path, l.State)).Order(), record.Layers.Select(static l => (l.Id, l.Path, l.State)).Order());

        await portal.EndedAsync(await portal.RequestDeleteAsync(one));
        Assert.Equal([two], (await FreshAsync(portal, vm)).Snapshots.Select(static s => s.Id));
    }

    [Fact]
    public async Task Record_OfAFailedSnapshot_IsWrittenToo()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        portal.Engine.Fail("Take:Plan", FailureCodes.NotEnoughSpace, "Full.");
        await portal.EndedAsync(await portal.RequestTakeAsync(vm, "s"));

        var snapshot = Assert.Single((await FreshAsync(portal, vm)).Snapshots);

        Assert.Equal((SnapshotPhase.Failed, FailureCodes.NotEnoughSpace, "Full.", "Plan"), (snapshot.Phase, snapshot.FailureCode, snapshot.FailureMessage, snapshot.FailureStep));
    }

    [Fact]
    public async Task Record_BetweenRequestAndOutcome_IsNotWritten()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await FreshAsync(portal, vm);
        var gate = portal.Engine.Block("Take:Capture");
        var take = await portal.RequestTakeAsync(vm, "s");
        await gate.EnteredAsync();
        var before = portal.Engine.Calls.Count(static c => c == "WriteRecord");

        await portal.WriteAsync(async db => (await db.Vms.SingleAsync(v => v.Id == vm)).Description = "changed meanwhile");
        await portal.Services.GetRequiredService<IEnumerable<Microsoft.Extensions.Hosting.IHostedService>>().OfType<RecordWriter>().Single().WriteAsync(CancellationToken.None);

        Assert.Equal(before, portal.Engine.Calls.Count(static c => c == "WriteRecord"));
        gate.Open();
        await portal.EndedAsync(take);
        Assert.Equal("changed meanwhile", (await FreshAsync(portal, vm)).Description);
    }

    [Fact]
    public async Task Record_HostAway_StaysStaleAndIsWrittenWhenItIsBack()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await FreshAsync(portal, vm);
        await portal.LoseHostAsync();
        await portal.WriteAsync(async db => (await db.Vms.SingleAsync(v => v.Id == vm)).Description = "while it was away");
        Assert.NotEqual((await portal.VmAsync(vm)).RecordRevision, (await portal.VmAsync(vm)).RecordWritten);

        await portal.BringHostBackAsync();

        Assert.Equal("while it was away", (await FreshAsync(portal, vm)).Description);
    }

    [Fact]
    public async Task Record_WriteFails_IsTriedAgainAndNoOperationFails()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await FreshAsync(portal, vm);
        var failures = 0;
        portal.Engine.At("WriteRecord", _ => ++failures < 3 ? throw new EngineException("No.") : Task.CompletedTask);

        await portal.TakeAsync(vm, "s");

        await portal.UntilWhileTimePassesAsync(async () => (await portal.VmAsync(vm)) is { } v && v.RecordWritten == v.RecordRevision, "the record is written");
        Assert.Equal(3, failures);
    }

    [Fact]
    public async Task Record_ChangedWhileItIsWritten_StaysStale()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await FreshAsync(portal, vm);
        var once = true;
        portal.Engine.At("WriteRecord", async _ =>
        {
            if (once)
            {
                once = false;
                await portal.WriteAsync(async db => (await db.Vms.SingleAsync(v => v.Id == vm)).Description = "second");
            }
        });

        await portal.WriteAsync(async db => (await db.Vms.SingleAsync(v => v.Id == vm)).Description = "first");

        Assert.Equal("second", (await FreshAsync(portal, vm)).Description);
    }

    [Fact]
    public async Task Record_OfACloneAfterAMergeBelowIt_SaysWhereItsLayersLieNow()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await FreshAsync(portal, vm);
        var root = await portal.HeadAsync(vm);
        var clone = Guid.NewGuid();
        await portal.WriteAsync(db =>
        {
            var layer = Rows.Layer(portal, "sp-child.qcow2", LayerState.Frozen, root);
            db.Layers.Add(layer);
            db.Vms.Add(new VirtualMachine { Id = clone, HostId = portal.HostId, Name = "copy", OwnerId = Portal.Ben.UserId, Origin = VmOrigin.Cloned });
            db.Layers.Add(Rows.Layer(portal, "sp-top.qcow2", LayerState.Head, layer, headOf: clone));
            return Task.CompletedTask;
        });
        var before = await portal.VmAsync(clone);

        await portal.WriteAsync(async db => (await db.Layers.SingleAsync(static l => l.Volume == "sp-child.qcow2")).Path = "/pool/elsewhere.qcow2");

        Assert.Equal(before.RecordRevision + 1, (await portal.VmAsync(clone)).RecordRevision);
    }

    [Fact]
    public async Task Record_OnTheHostNewerThanTheDatabase_IsNeverOverwritten()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var newer = RecordElement.Write(await FreshAsync(portal, vm) with { Revision = 40, Description = "from a later database" });
        portal.Engine.Domains[vm].Record = newer;

        await portal.WriteAsync(async db => (await db.Vms.SingleAsync(v => v.Id == vm)).Description = "from a backup");

        await Wait.UntilAsync(async () => (await portal.VmAsync(vm)).Drift is not null, "the machine is marked");
        Assert.Contains("revision 40", (await portal.VmAsync(vm)).Drift, StringComparison.Ordinal);
        Assert.Equal(newer, portal.Engine.Domains[vm].Record);
    }

    [Fact]
    public async Task Record_LeftByAnEarlierPortal_IsReplacedByAnAdoption()
    {
        await using var portal = await Portal.StartAsync();
        var domain = portal.Engine.AddDomain("web", "vda");
        var old = new VmRecord(domain.Seen.VmId, 40, portal.Time.GetUtcNow(), new OwnerRecord(Guid.NewGuid(), "x@example.org"), "", VmOrigin.Adopted, null, portal.Time.GetUtcNow(), null, null, [], [], 0);
        domain.Record = RecordElement.Write(old);

        await portal.Vms.AdoptAsync(Portal.Admin, new AdoptRequest(portal.HostId, domain.Seen.VmId, Portal.Anna.UserId), CancellationToken.None);

        Assert.Equal(Portal.Anna.UserId, (await FreshAsync(portal, domain.Seen.VmId)).Owner.Id);
        Assert.Null((await portal.VmAsync(domain.Seen.VmId)).Drift);
    }

    [Fact]
    public async Task Record_OfADefinitionWithADisplayPassword_DoesNotHoldIt()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var snapshot = await portal.TakeAsync(vm, "s");
        await portal.WriteAsync(async db =>
            (await db.Snapshots.SingleAsync(s => s.Id == snapshot)).DomainXml = "<domain><devices><graphics type='vnc' passwd='secret' passwdValidTo='2030-01-01T00:00:00'/></devices></domain>");

        await Wait.UntilAsync(async () => (await FreshAsync(portal, vm)).Snapshots[0].DomainXml!.Contains("graphics", StringComparison.Ordinal), "the definition is in the record");

        Assert.DoesNotContain("secret", (await FreshAsync(portal, vm)).Snapshots[0].DomainXml, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_MoreThanFits_KeepsTheNewestAndSaysHowManyAreMissing()
    {
        var at = DateTimeOffset.UnixEpoch;
        var record = new VmRecord(Guid.NewGuid(), 1, at, new OwnerRecord(Guid.NewGuid(), "a@example.org"), "", VmOrigin.Adopted, null, at, null, null, [], [.. Enumerable.Range(0, 200).Select(Incompressible)], 0);

        var element = RecordElement.Write(record, maxLength: 64 * 1024);
        var read = RecordElement.Read(element).Record!;

        Assert.True(element.Length <= 64 * 1024, $"{element.Length}");
        Assert.InRange(read.Snapshots.Count, 20, 199);
        Assert.Equal(200, read.Snapshots.Count + read.Omitted);
        Assert.Equal(record.Snapshots.Take(read.Snapshots.Count).Select(static s => s.Id), read.Snapshots.Select(static s => s.Id));

        static SnapshotRecord Incompressible(int n) => new(
            Guid.NewGuid(), null, $"s{n}", Convert.ToBase64String(RandomNumberGenerator.GetBytes(600)), SnapshotOrigin.Manual, SnapshotPhase.Succeeded, DateTimeOffset.UnixEpoch, null, null, null, null, null, null, false, [], [], "<domain/>");
    }

    [Theory]
    [InlineData("<record")]
    [InlineData("<record encoding='gzip+base64'>no base64</record>")]
    [InlineData("<record encoding='gzip+base64'>aGVsbG8=</record>")]
    [InlineData("<record encoding='something'/>")]
    [InlineData("<!DOCTYPE x [<!ENTITY a 'b'>]><record encoding='gzip+base64'>&a;</record>")]
    public void Read_BrokenRecord_SaysWhyAndThrowsNothing(string element)
    {
        var (record, problem) = RecordElement.Read(element);

        Assert.Null(record);
        Assert.False(string.IsNullOrWhiteSpace(problem));
    }

    /// <summary>The machine's record once it is up to date.</summary>
    internal static async Task<VmRecord> FreshAsync(Portal portal, Guid vmId)
    {
        VmRecord? record = null;
        await portal.UntilWhileTimePassesAsync(
            async () =>
            {
                var vm = await portal.VmAsync(vmId);
                record = portal.Engine.Domains[vmId].Record is { } element ? RecordElement.Read(element).Record : null;
                return vm.RecordWritten == vm.RecordRevision && record?.Revision == vm.RecordRevision;
            },
            "the record is written");
        return record!;
    }
}
