using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Domain.Exports;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Quotas;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Templates;
using SnapshotPortal.Domain.Vms;

namespace SnapshotPortal.Web.Tests.Matrix;

/// <summary>The machine that a class made for a student, and all that hangs on it and on the class. Everything has <see cref="Mark"/> in its name.</summary>
internal sealed class World
{
    /// <summary>What stands in every name, and nowhere else.</summary>
    public string Mark { get; } = $"w{Guid.NewGuid():N}";

    public Guid Vm { get; } = Guid.NewGuid();

    public Guid Snapshot { get; private set; }

    public Guid Export { get; private set; }

    public Guid Operation { get; private set; }

    public Guid Template { get; private set; }

    public Guid Class { get; private set; }

    public Guid Deployment { get; private set; }

    public Guid Batch { get; private set; }

    public Guid Quota { get; private set; }

    public string JoinCode { get; private set; } = "";

    /// <summary>Somebody in the class beside the machine's student.</summary>
    public Guid Fellow { get; private set; }

    /// <summary>A world that is like every other and in no database: what nobody has.</summary>
    public static World Ghost() => new()
    {
        Snapshot = Guid.NewGuid(),
        Export = Guid.NewGuid(),
        Operation = Guid.NewGuid(),
        Template = Guid.NewGuid(),
        Class = Guid.NewGuid(),
        Deployment = Guid.NewGuid(),
        Batch = Guid.NewGuid(),
        Quota = Guid.NewGuid(),
        Fellow = Guid.NewGuid(),
    };

    /// <summary>Writes a world of the teacher's and the student's.</summary>
    public static async Task<World> MakeAsync(IDbContextFactory<PortalDbContext> factory, Guid hostId, Guid student, Guid fellow, IReadOnlyList<Guid> teachers)
    {
        var world = new World { Fellow = fellow };
        var now = TimeProvider.System.GetUtcNow();
        await using var db = await factory.CreateDbContextAsync();
        await using var transaction = await db.BeginWriteAsync(CancellationToken.None);
        var group = new ClassGroup { Name = $"class {world.Mark}", CreatedById = teachers[0], CreatedAt = now, JoinCode = JoinCodes.Create() };
        group.Members.AddRange(teachers.Select(t => new ClassMember { ClassId = group.Id, UserId = t, Role = ClassRole.Teacher, AddedAt = now }));
        group.Members.AddRange(new[] { student, fellow }.Select(s => new ClassMember { ClassId = group.Id, UserId = s, Role = ClassRole.Student, AddedAt = now }));
        db.Classes.Add(group);
        await db.SaveChangesAsync();

        var lab = Machine(hostId, Guid.NewGuid(), "lab", teachers[0], null, null, now);
        var labSnapshot = AddSnapshot(db, hostId, lab.Id, "lab", now);
        var template = new Template { OwnerId = teachers[0], Title = $"template {world.Mark}", CreatedAt = now };
        template.Versions.Add(new TemplateVersion { TemplateId = template.Id, Number = 1, SnapshotId = labSnapshot.Id, PublishedAt = now });
        var deployment = new Deployment
        {
            ClassId = group.Id,
            TemplateId = template.Id,
            TemplateVersionId = template.Newest.Id,
            Name = $"deployment {world.Mark}",
            NamePattern = "x-{n}",
            CreatedById = teachers[0],
            CreatedAt = now,
        };
        var vm = Machine(hostId, world.Vm, $"vm-{world.Mark}", student, group.Id, deployment.Id, now);
        vm.TemplateVersionId = template.Newest.Id;
        var item = new DeploymentItem { DeploymentId = deployment.Id, StudentId = student, Number = 1, VmName = vm.Name };
        item.Begin(vm.Id);
        item.Complete();
        deployment.Items.Add(item);
        var batch = new Batch { Kind = BatchKind.Start, ClassId = group.Id, DeploymentId = deployment.Id, RequestedByName = $"somebody {world.Mark}", RequestedAt = now };
        batch.Items.Add(new BatchItem { BatchId = batch.Id, DeploymentItemId = item.Id, Ordinal = 0 });
        db.Vms.AddRange(lab, vm);
        db.Templates.Add(template);
        db.Deployments.Add(deployment);
        db.Batches.Add(batch);

        var snapshot = AddSnapshot(db, hostId, vm.Id, $"snapshot {world.Mark}", now);
        var operation = new Operation
        {
            Kind = OperationKind.ExportSnapshot,
            VmId = vm.Id,
            HostId = hostId,
            SnapshotId = snapshot.Id,
            ClassId = group.Id,
            OwnerId = student,
            RequestedById = student,
            RequestedByName = $"somebody {world.Mark}",
            RequestedAt = now,
            Deadline = now.AddHours(1),
        };
        var export = new Export
        {
            Id = operation.Id,
            HostId = hostId,
            VmId = vm.Id,
            VmName = vm.Name,
            OwnerId = student,
            RequestedByName = $"somebody {world.Mark}",
            RequestedAt = now,
            Lifetime = TimeSpan.FromHours(24),
        };
        export.Disks.Add(new ExportDisk { ExportId = export.Id, Target = "vda", Pool = "pool", Volume = world.Mark, Path = $"/pool/{world.Mark}" });
        export.Complete(now);
        db.Operations.Add(operation);
        db.Exports.Add(export);
        db.Schedules.Add(new SnapshotSchedule { VmId = vm.Id, Rule = new ScheduleRule("0 3 * * *", "Etc/UTC", new Retention(3, 0, 0, 0, 0)) });
        db.ClassSchedules.Add(new ClassSchedule { ClassId = group.Id, Enabled = false, Rule = new ScheduleRule("0 3 * * *", "Etc/UTC", new Retention(3, 0, 0, 0, 0)) });
        var quota = new Quota { Subject = QuotaSubject.Class, SubjectId = group.Id, Reason = $"because {world.Mark}", SetByName = "Ada", SetAt = now };
        db.Quotas.Add(quota);
        db.Events.Add(new OperationEvent { Sequence = await db.NextSequenceAsync(1, CancellationToken.None), At = now, Kind = "Vm", VmId = vm.Id, OwnerId = student, ClassId = group.Id, State = "Running", Message = world.Mark });
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        (world.Snapshot, world.Export, world.Operation, world.Template, world.Class, world.Deployment, world.Batch, world.Quota, world.JoinCode) =
            (snapshot.Id, export.Id, operation.Id, template.Id, group.Id, deployment.Id, batch.Id, quota.Id, group.JoinCode!);
        return world;
    }

    private static VirtualMachine Machine(Guid hostId, Guid id, string name, Guid owner, Guid? classId, Guid? deploymentId, DateTimeOffset now) => new()
    {
        Id = id,
        HostId = hostId,
        Name = name,
        OwnerId = owner,
        Origin = VmOrigin.Cloned,
        ClassId = classId,
        DeploymentId = deploymentId,
        CreatedAt = now,
        Power = PowerState.Running,
        VCpus = 1,
        MemoryBytes = 1L << 30,
    };

    private static Snapshot AddSnapshot(PortalDbContext db, Guid hostId, Guid vmId, string name, DateTimeOffset now)
    {
        var volume = $"{Guid.NewGuid():N}.qcow2";
        var layer = new DiskLayer { HostId = hostId, Pool = "pool", Volume = volume, Path = $"/pool/{volume}", Format = "qcow2", State = LayerState.Frozen, Target = "vda", CreatedByPortal = true };
        var snapshot = new Snapshot { VmId = vmId, Name = name, Origin = SnapshotOrigin.Manual, RequestedAt = now, CapturedAt = now, DomainXml = "<domain/>" };
        snapshot.Disks.Add(new SnapshotDisk { Target = "vda", Included = true, LayerId = layer.Id });
        snapshot.Succeed(now);
        db.Layers.Add(layer);
        db.Snapshots.Add(snapshot);
        return snapshot;
    }
}
