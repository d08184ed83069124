using System.Data;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Domain.Exports;
using SnapshotPortal.Domain.Identities;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Mail;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Quotas;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Templates;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Data;

/// <summary>The portal's database: accounts, ownership, the layer tree, the durable queue and the event log.</summary>
public sealed class PortalDbContext(DbContextOptions<PortalDbContext> options, TimeProvider? time = null)
    : IdentityDbContext<PortalUser, IdentityRole<Guid>, Guid>(options), IPortalDb
{
    private List<AuditDraft> _audit = [];

    /// <summary>What the clock says that the audit log goes by.</summary>
    internal DateTimeOffset Now => (time ?? TimeProvider.System).GetUtcNow();

    public DbSet<VmHost> Hosts => Set<VmHost>();

    public DbSet<VirtualMachine> Vms => Set<VirtualMachine>();

    public DbSet<DiskLayer> Layers => Set<DiskLayer>();

    public DbSet<Snapshot> Snapshots => Set<Snapshot>();

    public DbSet<SnapshotDisk> SnapshotDisks => Set<SnapshotDisk>();

    public DbSet<Operation> Operations => Set<Operation>();

    public DbSet<OperationStep> Steps => Set<OperationStep>();

    public DbSet<JournalEntry> Journal => Set<JournalEntry>();

    public DbSet<OperationEvent> Events => Set<OperationEvent>();

    public DbSet<FreezeDebt> FreezeDebts => Set<FreezeDebt>();

    public DbSet<AccessToken> AccessTokens => Set<AccessToken>();

    public DbSet<Export> Exports => Set<Export>();

    public DbSet<ExportDisk> ExportDisks => Set<ExportDisk>();

    public DbSet<GuestIdentity> GuestIdentities => Set<GuestIdentity>();

    public DbSet<SnapshotSchedule> Schedules => Set<SnapshotSchedule>();

    public DbSet<ClassSchedule> ClassSchedules => Set<ClassSchedule>();

    public DbSet<ClassGroup> Classes => Set<ClassGroup>();

    public DbSet<ClassMember> ClassMembers => Set<ClassMember>();

    public DbSet<Template> Templates => Set<Template>();

    public DbSet<TemplateVersion> TemplateVersions => Set<TemplateVersion>();

    public DbSet<Deployment> Deployments => Set<Deployment>();

    public DbSet<DeploymentItem> DeploymentItems => Set<DeploymentItem>();

    public DbSet<Batch> Batches => Set<Batch>();

    public DbSet<BatchItem> BatchItems => Set<BatchItem>();

    public DbSet<Quota> Quotas => Set<Quota>();

    public DbSet<Dismissal> Dismissals => Set<Dismissal>();

    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    public DbSet<OutgoingMail> OutgoingMails => Set<OutgoingMail>();

    public Task<IDbContextTransaction> BeginWriteAsync(CancellationToken cancellationToken)
        // SQLite: BEGIN IMMEDIATE, which takes the write lock now; a deferred one could fail half-way with SQLITE_BUSY.
        => Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellationToken);

    public async Task<long> NextSequenceAsync(int count, CancellationToken cancellationToken)
    {
        // A row, not an identity column: its lock is held until the commit, so numbers become visible in their order on
        // databases with several writers too.
        await Database.ExecuteSqlAsync(
            $"""UPDATE "Counters" SET "Value" = "Value" + {count} WHERE "Name" = {Counter.EventSequence}""",
            cancellationToken);
        var last = await Set<Counter>().AsNoTracking()
            .Where(static c => c.Name == Counter.EventSequence)
            .Select(static c => c.Value)
            .SingleAsync(cancellationToken);
        return last - count + 1;
    }

    public IQueryable<DiskLayer> LayersAround(Guid vmId)
        // Up to the roots of all that is the machine's, and from there down to every leaf.
        => Layers.FromSql(
            $"""
            SELECT a.* FROM "Layers" AS a WHERE a."Id" IN (
              WITH RECURSIVE up("Id", "ParentId") AS (
                SELECT l."Id", l."ParentId" FROM "Layers" AS l WHERE l."HeadOfVmId" = {vmId}
                UNION
                SELECT l."Id", l."ParentId" FROM "Snapshots" AS s JOIN "SnapshotDisks" AS d ON d."SnapshotId" = s."Id" JOIN "Layers" AS l ON l."Id" = d."LayerId" WHERE s."VmId" = {vmId}
                UNION
                SELECT l."Id", l."ParentId" FROM up AS u JOIN "Layers" AS l ON l."Id" = u."ParentId"
              ),
              down("Id") AS (
                SELECT "Id" FROM up
                UNION
                SELECT l."Id" FROM down AS w JOIN "Layers" AS l ON l."ParentId" = w."Id"
              )
              SELECT "Id" FROM down)
            """);

    public void Audit(AuditDraft draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        _audit.Add(draft);
    }

    public Task<long> LastAuditNumberAsync(CancellationToken cancellationToken)
        => Set<Counter>().AsNoTracking().Where(static c => c.Name == Counter.AuditNumber).Select(static c => c.Value).SingleAsync(cancellationToken);

    public async Task<bool> IsLastAdministratorAsync(Guid userId, CancellationToken cancellationToken)
    {
        var administrators = await (
            from membership in UserRoles
            join role in Roles on membership.RoleId equals role.Id
            where role.Name == PortalRoles.Administrator
            orderby membership.UserId
            select membership.UserId).Take(2).ToListAsync(cancellationToken);
        return administrators is [var only] && only == userId;
    }

    public Task<AccountStanding?> StandingAsync(Guid userId, CancellationToken cancellationToken)
        => Users.Where(u => u.Id == userId)
            .Select(u => new AccountStanding(u.DisabledAt != null, UserRoles.Any(m => m.UserId == u.Id && Roles.Any(r => r.Id == m.RoleId && r.Name == PortalRoles.Administrator))))
            .FirstOrDefaultAsync(cancellationToken);

    public Task RemoveAccountAsync(Guid userId, CancellationToken cancellationToken)
        => Users.Where(u => u.Id == userId).ExecuteDeleteAsync(cancellationToken);

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        // Taken away first: of a save that fails, nothing is told.
        var audit = Interlocked.Exchange(ref _audit, []);
        if (audit.Count == 0)
        {
            return await SaveAsync(acceptAllChangesOnSuccess, cancellationToken);
        }

        if (Database.CurrentTransaction is not null)
        {
            await this.AppendAuditAsync(audit, cancellationToken);
            return await SaveAsync(acceptAllChangesOnSuccess, cancellationToken);
        }

        await using var transaction = await BeginWriteAsync(cancellationToken);
        await this.AppendAuditAsync(audit, cancellationToken);
        var saved = await SaveAsync(acceptAllChangesOnSuccess, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return saved;
    }

    public override int SaveChanges(bool acceptAllChangesOnSuccess)
    {
        if (_audit.Count > 0)
        {
            throw new NotSupportedException("The audit log is written by SaveChangesAsync only.");
        }

        RenewVersions();
        RefuseChangesOfAudit();
        return base.SaveChanges(acceptAllChangesOnSuccess);
    }

    private async Task<int> SaveAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken)
    {
        // Each who looks at what is about to be saved would have all of it compared with what was read anew: once is enough.
        ChangeTracker.DetectChanges();
        ChangeTracker.AutoDetectChangesEnabled = false;
        try
        {
            RenewVersions();
            RefuseChangesOfAudit();
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }
        finally
        {
            ChangeTracker.AutoDetectChangesEnabled = true;
        }
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);

        // SQLite cannot order or compare DateTimeOffset and TimeSpan as text; as numbers it can, and so can every other database.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTicksConverter>();
        configurationBuilder.Properties<TimeSpan>().HaveConversion<long>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>();
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<PortalUser>(static e =>
        {
            e.Property(u => u.DisplayName).HasMaxLength(200);
            e.Property(u => u.Language).HasMaxLength(10);
        });
        builder.AddClasses();

        builder.Entity<Counter>(static e =>
        {
            e.ToTable("Counters");
            e.HasKey(c => c.Name);
            e.HasData(new Counter { Name = Counter.EventSequence, Value = 0 }, new Counter { Name = Counter.AuditNumber, Value = 0 });
        });
        builder.Entity<VmHost>(static e =>
        {
            e.ToTable("Hosts");
            e.Property(h => h.Id).ValueGeneratedNever();
            e.HasIndex(h => h.Name).IsUnique();
        });
        builder.Entity<VirtualMachine>(static e =>
        {
            e.ToTable("Vms");
            e.Property(v => v.Id).ValueGeneratedNever();
            e.Property(v => v.Version).IsConcurrencyToken();
            e.HasOne<VmHost>().WithMany().HasForeignKey(v => v.HostId).OnDelete(DeleteBehavior.Restrict);
            e.HasIndex(v => new { v.OwnerId, v.Name });
            e.HasIndex(v => v.Name);
            e.HasIndex(v => v.ClassId);
            e.HasIndex(v => v.DeploymentId);
        });
        builder.Entity<DiskLayer>(static e =>
        {
            e.ToTable("Layers");
            e.Property(l => l.Id).ValueGeneratedNever();
            e.Property(l => l.Version).IsConcurrencyToken();
            e.HasOne<DiskLayer>().WithMany().HasForeignKey(l => l.ParentId).OnDelete(DeleteBehavior.Restrict);
            e.HasIndex(l => new { l.HostId, l.Path }).IsUnique();
            e.HasIndex(l => l.State);

            // A head has one machine, and a machine has one head for each disk.
            e.HasIndex(l => new { l.HeadOfVmId, l.Target }).IsUnique();
        });
        builder.Entity<Snapshot>(static e =>
        {
            e.ToTable("Snapshots");
            e.Property(s => s.Id).ValueGeneratedNever();
            e.Property(s => s.Version).IsConcurrencyToken();
            e.Property(s => s.Indications).HasConversion(new IndicationsConverter(), new IndicationsComparer());
            e.Property(s => s.Memory).HasConversion(new JsonConverter<MemoryImage>());
            e.HasMany(s => s.Disks).WithOne().HasForeignKey(d => d.SnapshotId).OnDelete(DeleteBehavior.Cascade);
            e.HasIndex(s => new { s.VmId, s.RequestedAt });
        });
        builder.Entity<SnapshotDisk>(static e =>
        {
            e.ToTable("SnapshotDisks");
            e.Property(d => d.Id).ValueGeneratedNever();
            e.HasOne<DiskLayer>().WithMany().HasForeignKey(d => d.LayerId).OnDelete(DeleteBehavior.Restrict);
        });
        builder.Entity<Operation>(static e =>
        {
            e.ToTable("Operations");
            e.Property(o => o.Id).ValueGeneratedNever();
            e.Property(o => o.Version).IsConcurrencyToken();
            e.HasMany(o => o.Steps).WithOne().HasForeignKey(s => s.OperationId).OnDelete(DeleteBehavior.Cascade);
            e.HasIndex(o => new { o.State, o.RequestedAt });
            e.HasIndex(o => new { o.OwnerId, o.RequestedAt });
            e.HasIndex(o => new { o.OwnerId, o.State, o.CompletedAt });
            e.HasIndex(o => o.RequestedAt);
            e.HasIndex(o => o.CompletedAt);
            e.HasIndex(o => o.BatchId);
            e.HasIndex(o => new { o.VmId, o.RequestedAt });

            // One running operation a machine: kept by the database, whatever the code does.
            e.HasIndex(o => o.VmId).IsUnique().HasFilter("\"State\" = 'Running'").HasDatabaseName("IX_Operations_OneRunningPerVm");
            e.HasIndex(o => new { o.RequestedById, o.IdempotencyKey }).IsUnique().HasFilter("\"IdempotencyKey\" IS NOT NULL");
        });
        builder.Entity<OperationStep>(static e =>
        {
            e.ToTable("OperationSteps");
            e.Property(s => s.Id).ValueGeneratedNever();
        });
        builder.Entity<JournalEntry>(static e =>
        {
            e.ToTable("Journal");
            e.Property(j => j.Id).ValueGeneratedNever();
            e.HasIndex(j => j.OperationId);
        });
        builder.Entity<OperationEvent>(static e =>
        {
            e.ToTable("Events");
            e.HasKey(x => x.Sequence);
            e.Property(x => x.Sequence).ValueGeneratedNever();
            e.HasIndex(x => new { x.OwnerId, x.Sequence });
            e.HasIndex(x => new { x.ClassId, x.Sequence });
        });
        builder.Entity<Dismissal>(static e =>
        {
            e.ToTable("Dismissals");
            e.HasKey(d => new { d.UserId, d.OperationId });
            e.HasOne<PortalUser>().WithMany().HasForeignKey(d => d.UserId).OnDelete(DeleteBehavior.Cascade);
            e.HasOne<Operation>().WithMany().HasForeignKey(d => d.OperationId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<FreezeDebt>(static e =>
        {
            e.ToTable("FreezeDebts");
            e.HasKey(d => d.VmId);
            e.Property(d => d.VmId).ValueGeneratedNever();
        });
        builder.Entity<SnapshotSchedule>(static e =>
        {
            e.ToTable("Schedules");
            e.Property(s => s.Id).ValueGeneratedNever();
            e.Property(s => s.Version).IsConcurrencyToken();
            e.Ignore(s => s.Rule);
            e.ComplexProperty(s => s.Keep);
            e.HasOne<VirtualMachine>().WithMany().HasForeignKey(s => s.VmId).OnDelete(DeleteBehavior.Cascade);
            e.HasIndex(s => s.VmId).IsUnique();
            e.HasIndex(s => s.NextRunAt);
        });
        builder.Entity<ClassSchedule>(static e =>
        {
            e.ToTable("ClassSchedules");
            e.HasKey(s => s.ClassId);
            e.Property(s => s.ClassId).ValueGeneratedNever();
            e.Property(s => s.Version).IsConcurrencyToken();
            e.Property(s => s.Rule).HasConversion((ValueConverter)new JsonConverter<ScheduleRule>());
            e.HasOne<ClassGroup>().WithOne().HasForeignKey<ClassSchedule>(s => s.ClassId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<GuestIdentity>(static e =>
        {
            e.ToTable("GuestIdentities");
            e.HasKey(i => i.VmId);
            e.Property(i => i.VmId).ValueGeneratedNever();
            e.Property(i => i.Version).IsConcurrencyToken();
            e.Property(i => i.Facts).HasConversion(new JsonConverter<GuestFacts>());
            e.Property(i => i.Inherited).HasConversion(new JsonConverter<GuestFacts>());
            e.Property(i => i.Seed).HasConversion(new JsonConverter<SeedVolume>());
            e.HasOne<VirtualMachine>().WithOne().HasForeignKey<GuestIdentity>(i => i.VmId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<AccessToken>(static e =>
        {
            e.ToTable("AccessTokens");
            e.Property(t => t.Id).ValueGeneratedNever();
            e.HasIndex(t => t.Hash).IsUnique();
            e.HasOne<PortalUser>().WithMany().HasForeignKey(t => t.UserId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<AuditEntry>(static e =>
        {
            e.ToTable("AuditEntries");
            e.HasKey(x => x.Number);
            e.Property(x => x.Number).ValueGeneratedNever();

            // No foreign keys: what a line tells of may be gone. Triggers keep the table from being changed, see the migration.
            e.HasIndex(x => x.At);
            e.HasIndex(x => new { x.ActorId, x.Number });
            e.HasIndex(x => new { x.SubjectId, x.Number });
        });
        builder.Entity<OutgoingMail>(static e =>
        {
            e.ToTable("OutgoingMails");
            e.Property(m => m.Id).ValueGeneratedNever();
            e.Ignore(m => m.UselessAt);
            e.HasIndex(m => new { m.State, m.NextAttemptAt });
        });
        builder.Entity<Export>(static e =>
        {
            e.ToTable("Exports");
            e.Property(x => x.Id).ValueGeneratedNever();
            e.Property(x => x.Version).IsConcurrencyToken();
            e.HasMany(x => x.Disks).WithOne().HasForeignKey(d => d.ExportId).OnDelete(DeleteBehavior.Cascade);
            e.HasIndex(x => new { x.State, x.ExpiresAt });
            e.HasIndex(x => new { x.VmId, x.RequestedAt });
            e.HasIndex(x => new { x.OwnerId, x.RequestedAt });
        });
        builder.Entity<ExportDisk>(static e =>
        {
            e.ToTable("ExportDisks");
            e.Property(d => d.Id).ValueGeneratedNever();
        });
    }

    private void RefuseChangesOfAudit()
    {
        if (ChangeTracker.Entries<AuditEntry>().Any(static e => e.State is EntityState.Modified or EntityState.Deleted))
        {
            throw new InvalidOperationException("The audit log is never changed.");
        }
    }

    private void RenewVersions()
    {
        foreach (var entry in ChangeTracker.Entries())
        {
            if (entry.State is EntityState.Added or EntityState.Modified
                && entry.Metadata.FindProperty("Version") is { IsConcurrencyToken: true } version
                && version.ClrType == typeof(Guid))
            {
                entry.Property("Version").CurrentValue = Guid.NewGuid();
            }
        }
    }

    private sealed class UtcTicksConverter() : ValueConverter<DateTimeOffset, long>(
        static value => value.UtcTicks,
        static ticks => new DateTimeOffset(ticks, TimeSpan.Zero));

    private sealed class IndicationsConverter() : ValueConverter<IReadOnlyList<Indication>, string>(
        static value => JsonSerializer.Serialize(value, JsonSerializerOptions.Default),
        static json => JsonSerializer.Deserialize<List<Indication>>(json, JsonSerializerOptions.Default)!);

    private sealed class JsonConverter<T>() : ValueConverter<T?, string?>(
        static value => JsonSerializer.Serialize(value, JsonSerializerOptions.Default),
        static json => json == null ? null : JsonSerializer.Deserialize<T>(json, JsonSerializerOptions.Default))
        where T : class;

    private sealed class IndicationsComparer() : ValueComparer<IReadOnlyList<Indication>>(
        static (a, b) => a == b || (a != null && b != null && a.SequenceEqual(b)),
        static value => value.Count,
        static value => value.ToArray());
}
