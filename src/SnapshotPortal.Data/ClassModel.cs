using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Domain.Quotas;
using SnapshotPortal.Domain.Templates;

namespace SnapshotPortal.Data;

/// <summary>The tables of classes, templates, deployments and quotas.</summary>
internal static class ClassModel
{
    public static void AddClasses(this ModelBuilder builder)
    {
        builder.Entity<ClassGroup>(static e =>
        {
            e.ToTable("Classes");
            e.Property(c => c.Id).ValueGeneratedNever();
            e.Property(c => c.Version).IsConcurrencyToken();
            e.HasMany(c => c.Members).WithOne().HasForeignKey(m => m.ClassId).OnDelete(DeleteBehavior.Cascade);
            e.HasIndex(c => c.JoinCode).IsUnique();
        });
        builder.Entity<ClassMember>(static e =>
        {
            e.ToTable("ClassMembers");
            e.Property(m => m.Id).ValueGeneratedNever();
            e.HasOne<PortalUser>().WithMany().HasForeignKey(m => m.UserId).OnDelete(DeleteBehavior.Cascade);

            // Two rosters sent at once cannot make anybody a member twice.
            e.HasIndex(m => new { m.ClassId, m.UserId }).IsUnique();
            e.HasIndex(m => m.UserId);
        });
        builder.Entity<Template>(static e =>
        {
            e.ToTable("Templates");
            e.Property(t => t.Id).ValueGeneratedNever();
            e.Property(t => t.Version).IsConcurrencyToken();
            e.Ignore(t => t.Newest);
            e.HasMany(t => t.Versions).WithOne().HasForeignKey(v => v.TemplateId).OnDelete(DeleteBehavior.Cascade);
            e.HasMany(t => t.Grants).WithOne().HasForeignKey(g => g.TemplateId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<TemplateVersion>(static e =>
        {
            e.ToTable("TemplateVersions");
            e.Property(v => v.Id).ValueGeneratedNever();
            e.HasIndex(v => new { v.TemplateId, v.Number }).IsUnique();
            e.HasIndex(v => v.SnapshotId);
        });
        builder.Entity<TemplateGrant>(static e =>
        {
            e.ToTable("TemplateGrants");
            e.Property(g => g.Id).ValueGeneratedNever();
            e.HasOne<PortalUser>().WithMany().HasForeignKey(g => g.UserId).OnDelete(DeleteBehavior.Cascade);
            e.HasOne<ClassGroup>().WithMany().HasForeignKey(g => g.ClassId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<Deployment>(static e =>
        {
            e.ToTable("Deployments");
            e.Property(d => d.Id).ValueGeneratedNever();
            e.Property(d => d.Version).IsConcurrencyToken();
            e.Ignore(d => d.DeletesAt);
            e.HasMany(d => d.Items).WithOne().HasForeignKey(i => i.DeploymentId).OnDelete(DeleteBehavior.Cascade);
            e.HasOne<ClassGroup>().WithMany().HasForeignKey(d => d.ClassId).OnDelete(DeleteBehavior.Restrict);
            e.HasIndex(d => new { d.ClassId, d.CreatedAt });
            e.HasIndex(d => d.ExpiresAt);
        });
        builder.Entity<DeploymentItem>(static e =>
        {
            e.ToTable("DeploymentItems");
            e.Property(i => i.Id).ValueGeneratedNever();

            // One machine a student and deployment, whatever is asked how often.
            e.HasIndex(i => new { i.DeploymentId, i.StudentId }).IsUnique();
            e.HasIndex(i => i.VmId);
        });
        builder.Entity<Batch>(static e =>
        {
            e.ToTable("Batches");
            e.Property(b => b.Id).ValueGeneratedNever();
            e.Property(b => b.Version).IsConcurrencyToken();
            e.HasMany(b => b.Items).WithOne().HasForeignKey(i => i.BatchId).OnDelete(DeleteBehavior.Cascade);
            e.HasOne<Deployment>().WithMany().HasForeignKey(b => b.DeploymentId).OnDelete(DeleteBehavior.Cascade);
            e.HasIndex(b => b.State);
            e.HasIndex(b => new { b.RequestedById, b.IdempotencyKey }).IsUnique().HasFilter("\"IdempotencyKey\" IS NOT NULL");
        });
        builder.Entity<BatchItem>(static e =>
        {
            e.ToTable("BatchItems");
            e.Property(i => i.Id).ValueGeneratedNever();
            e.HasIndex(i => i.OperationId);
        });
        builder.Entity<Quota>(static e =>
        {
            e.ToTable("Quotas");
            e.Property(q => q.Id).ValueGeneratedNever();
            e.Property(q => q.Version).IsConcurrencyToken();
            e.ComplexProperty(q => q.Limits);
            e.HasIndex(q => new { q.Subject, q.SubjectId, q.Role }).IsUnique();
        });
    }
}
