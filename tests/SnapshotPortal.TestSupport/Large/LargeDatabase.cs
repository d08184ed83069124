using System.Globalization;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Templates;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.TestSupport.Large;

/// <summary>
/// Fills a database with machines, their layers and snapshots, people and history, as years of use leave them. Nothing of it
/// exists on a host.
/// </summary>
public sealed class LargeDatabase
{
    private const int ChunkSize = 2_000;
    private const int VmsOfAClass = 30;
    private const int LongestChain = 50;

    private LargeDatabase(Actor somebody, Guid firstVmId, Guid firstSnapshotId)
    {
        Somebody = somebody;
        FirstVmId = firstVmId;
        FirstSnapshotId = firstSnapshotId;
    }

    /// <summary>The owner of the first machine, with no role.</summary>
    public Actor Somebody { get; }

    /// <summary>The same person, as if they were an administrator.</summary>
    public Actor Administrator => Somebody with { IsAdministrator = true };

    /// <summary>The machine with the most snapshots.</summary>
    public Guid FirstVmId { get; }

    /// <summary>The newest of its snapshots.</summary>
    public Guid FirstSnapshotId { get; }

    /// <summary>The address of the person with this number, 0 first; number 0 owns the first machine.</summary>
    public static string EmailOf(int number) => string.Create(CultureInfo.InvariantCulture, $"person{number}@large.test");

    /// <summary>Fills the database, which must be migrated.</summary>
    /// <param name="factory">Makes its contexts.</param>
    /// <param name="size">How much of everything.</param>
    /// <param name="now">The youngest entry's time.</param>
    /// <param name="passwordHash">Everybody's; <see langword="null"/> where nobody is to sign in.</param>
    public static async Task<LargeDatabase> FillAsync(IDbContextFactory<PortalDbContext> factory, LargeSize size, DateTimeOffset now, string? passwordHash = null)
    {
        var writer = new Writer(factory);
        var host = new VmHost { Name = "large-host", Uri = "test:///large", State = HostState.Unreachable, StateSince = now };
        await writer.AddAsync(host);

        var people = new List<Guid>();
        for (var i = 0; i < size.Users; i++)
        {
            var email = EmailOf(i);
            var user = new PortalUser { UserName = email, NormalizedUserName = email.ToUpperInvariant(), Email = email, NormalizedEmail = email.ToUpperInvariant(), EmailConfirmed = true, DisplayName = string.Create(CultureInfo.InvariantCulture, $"Person {i:000}"), PasswordHash = passwordHash };
            people.Add(user.Id);
            await writer.AddAsync(user);
        }

        await writer.FlushAsync();
        var vms = await AddVmsAsync(writer, size, host, people, now);
        var firstSnapshot = await AddSnapshotsAsync(writer, size, host, vms, now);
        await AddHistoryAsync(writer, size, vms, now);
        await writer.FlushAsync();
        await writer.CountEventsAsync();
        return new LargeDatabase(new Actor(people[0], "Person 000", false), vms[0].Id, firstSnapshot);
    }

    private static async Task<List<VirtualMachine>> AddVmsAsync(Writer writer, LargeSize size, VmHost host, List<Guid> people, DateTimeOffset now)
    {
        var classes = new List<ClassGroup>();
        for (var i = 0; i < Math.Max(1, size.Vms / (4 * VmsOfAClass)); i++)
        {
            var group = new ClassGroup { Name = string.Create(CultureInfo.InvariantCulture, $"Class {i:00}"), CreatedById = people[0], CreatedAt = now };
            for (var m = 0; m < Math.Min(VmsOfAClass, people.Count); m++)
            {
                group.Members.Add(new ClassMember { ClassId = group.Id, UserId = people[(i + m) % people.Count], Role = m == 0 ? ClassRole.Teacher : ClassRole.Student, AddedAt = now });
            }

            classes.Add(group);
            await writer.AddAsync(group);
        }

        await writer.FlushAsync();
        var vms = new List<VirtualMachine>();
        for (var i = 0; i < size.Vms; i++)
        {
            var vm = new VirtualMachine
            {
                Id = Guid.CreateVersion7(),
                HostId = host.Id,
                Name = string.Create(CultureInfo.InvariantCulture, $"machine-{i:0000}"),
                OwnerId = people[i % people.Count],
                Origin = VmOrigin.Adopted,
                CreatedAt = now,
                Power = i % 3 == 0 ? PowerState.Running : PowerState.ShutOff,
                ObservedAt = now,
                VCpus = 2,
                MemoryBytes = 2L << 30,

                // A quarter of them was made for classes.
                ClassId = i % 4 == 3 ? classes[i / 4 % classes.Count].Id : null,
            };
            vms.Add(vm);
            await writer.AddAsync(vm);
        }

        return vms;
    }

    private static async Task<Guid> AddSnapshotsAsync(Writer writer, LargeSize size, VmHost host, List<VirtualMachine> vms, DateTimeOffset now)
    {
        var first = Guid.Empty;
        var left = size.Snapshots;
        for (var i = 0; i < vms.Count; i++)
        {
            var count = i == 0 ? Math.Min(left, size.OfTheFirst) : left / (vms.Count - i);
            left -= count;
            DiskLayer? parent = null;
            Guid? parentSnapshot = null;
            for (var s = 0; s < count; s++)
            {
                // Nobody's chain of files is longer than this: machines are flattened before.
                var layer = Layer(host, vms[i], s % LongestChain == 0 ? null : parent, LayerState.Frozen);
                var at = now.AddHours(s - count);
                var snapshot = new Snapshot
                {
                    VmId = vms[i].Id,
                    ParentId = parentSnapshot,
                    Name = string.Create(CultureInfo.InvariantCulture, $"state {s:000} of {vms[i].Name}"),
                    Origin = SnapshotOrigin.Manual,
                    RequestedAt = at,
                    CapturedAt = at,
                    FreezeWindow = TimeSpan.FromMilliseconds(70),
                    DomainXml = "<domain/>",
                    Indications = [new Indication(IndicationKind.Online, "It ran."), new Indication(IndicationKind.GuestAgent, "File systems were frozen.")],
                };
                snapshot.Disks.Add(new SnapshotDisk { SnapshotId = snapshot.Id, Target = "vda", Included = true, LayerId = layer.Id, VirtualSize = layer.VirtualSize });
                snapshot.Succeed(at.AddSeconds(1));
                await writer.AddAsync(layer);
                await writer.AddAsync(snapshot);
                (parent, parentSnapshot) = (layer, snapshot.Id);
                first = i == 0 ? snapshot.Id : first;

                if (i > 0 && i <= 20 && s == 0)
                {
                    var template = new Template { OwnerId = vms[i].OwnerId, Title = string.Create(CultureInfo.InvariantCulture, $"Template {i:00}"), Audience = TemplateAudience.Everybody, CreatedAt = at };
                    template.Versions.Add(new TemplateVersion { TemplateId = template.Id, Number = 1, SnapshotId = snapshot.Id, PublishedAt = at });
                    await writer.AddAsync(template);
                }
            }

            var head = Layer(host, vms[i], parent, LayerState.Head);
            head.HeadOfVmId = vms[i].Id;
            await writer.AddAsync(head);
        }

        return first;
    }

    private static async Task AddHistoryAsync(Writer writer, LargeSize size, List<VirtualMachine> vms, DateTimeOffset now)
    {
        for (var i = 0; i < size.Operations; i++)
        {
            var vm = vms[i % vms.Count];

            // The youngest ended within these minutes, the oldest weeks ago.
            var at = now.AddMinutes(i - size.Operations);
            var operation = new Operation
            {
                Kind = i % 5 == 0 ? OperationKind.StartVm : OperationKind.TakeSnapshot,
                VmId = vm.Id,
                HostId = vm.HostId,
                RequestedById = vm.OwnerId,
                RequestedByName = "Somebody",
                OwnerId = vm.OwnerId,
                ClassId = vm.ClassId,
                RequestedAt = at,
                Deadline = at.AddMinutes(5),
            };
            operation.TryClaim("seed", at, TimeSpan.FromMinutes(1));
            for (var ordinal = 0; ordinal < 2; ordinal++)
            {
                var step = new OperationStep { OperationId = operation.Id, Ordinal = ordinal, Name = ordinal == 0 ? "Inspect" : "Capture", StartedAt = at };
                step.End(at.AddMilliseconds(40), StepState.Done);
                operation.Steps.Add(step);
            }

            if (i % 100 == 99)
            {
                operation.Fail(at.AddSeconds(1), "internal", "It failed, for the sake of the example.");
            }
            else
            {
                operation.Succeed(at.AddSeconds(1));
            }

            await writer.AddAsync(operation);
            foreach (var state in new[] { "Queued", operation.State.ToString() })
            {
                await writer.AddAsync(new OperationEvent { Sequence = writer.NextSequence(), At = at, OperationId = operation.Id, Kind = operation.Kind.ToString(), VmId = vm.Id, OwnerId = vm.OwnerId, ClassId = vm.ClassId, State = state });
            }
        }
    }

    private static DiskLayer Layer(VmHost host, VirtualMachine vm, DiskLayer? parent, LayerState state)
    {
        var id = Guid.CreateVersion7();
        return new DiskLayer
        {
            Id = id,
            HostId = host.Id,
            Pool = "default",
            Volume = $"{id:N}.qcow2",
            Path = $"/pool/{id:N}.qcow2",
            Format = "qcow2",
            ParentId = parent?.Id,
            VirtualSize = 10L << 30,
            Allocation = 64L << 20,
            State = state,
            Target = "vda",
            CreatedByPortal = true,
            HeadOfVmId = state == LayerState.Head ? vm.Id : null,
        };
    }

    /// <summary>Writes rows in large transactions.</summary>
    private sealed class Writer(IDbContextFactory<PortalDbContext> factory)
    {
        private readonly List<object> _rows = [];
        private long _sequence;

        public long NextSequence() => ++_sequence;

        public Task AddAsync(object row)
        {
            _rows.Add(row);
            return _rows.Count < ChunkSize ? Task.CompletedTask : FlushAsync();
        }

        public async Task FlushAsync()
        {
            await using var db = await factory.CreateDbContextAsync();
            db.ChangeTracker.AutoDetectChangesEnabled = false;
            db.AddRange(_rows);
            _rows.Clear();
            await db.SaveChangesAsync();
        }

        public async Task CountEventsAsync()
        {
            await using var db = await factory.CreateDbContextAsync();
            await using var transaction = await db.BeginWriteAsync(CancellationToken.None);
            await db.NextSequenceAsync((int)_sequence, CancellationToken.None);
            await transaction.CommitAsync();
        }
    }
}
