using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage;
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

namespace SnapshotPortal.Operations.Persistence;

/// <summary>
/// The portal's tables, as the operation layer sees them: the model without the provider. One short unit of work an
/// instance; made by <see cref="IPortalDbFactory"/>, disposed by whoever asked for it.
/// </summary>
public interface IPortalDb : IAsyncDisposable, IDisposable
{
    DbSet<VmHost> Hosts { get; }

    DbSet<VirtualMachine> Vms { get; }

    DbSet<DiskLayer> Layers { get; }

    DbSet<Snapshot> Snapshots { get; }

    DbSet<SnapshotDisk> SnapshotDisks { get; }

    DbSet<Operation> Operations { get; }

    DbSet<OperationStep> Steps { get; }

    DbSet<JournalEntry> Journal { get; }

    DbSet<OperationEvent> Events { get; }

    DbSet<FreezeDebt> FreezeDebts { get; }

    DbSet<AccessToken> AccessTokens { get; }

    DbSet<Export> Exports { get; }

    DbSet<ExportDisk> ExportDisks { get; }

    DbSet<SnapshotSchedule> Schedules { get; }

    DbSet<ClassSchedule> ClassSchedules { get; }

    DbSet<ClassGroup> Classes { get; }

    DbSet<ClassMember> ClassMembers { get; }

    DbSet<Template> Templates { get; }

    DbSet<TemplateVersion> TemplateVersions { get; }

    DbSet<Deployment> Deployments { get; }

    DbSet<DeploymentItem> DeploymentItems { get; }

    DbSet<Batch> Batches { get; }

    DbSet<BatchItem> BatchItems { get; }

    DbSet<Quota> Quotas { get; }

    DbSet<GuestIdentity> GuestIdentities { get; }

    DbSet<Dismissal> Dismissals { get; }

    DbSet<OutgoingMail> OutgoingMails { get; }

    DbSet<AuditEntry> AuditEntries { get; }

    /// <summary>The layers that a machine and its snapshots stand on, and every other layer that shares one with them: a few of a host's thousands.</summary>
    IQueryable<DiskLayer> LayersAround(Guid vmId);

    /// <summary>What has been changed and not been saved yet.</summary>
    ChangeTracker ChangeTracker { get; }

    /// <summary>Raised before changes are saved.</summary>
    event EventHandler<SavingChangesEventArgs>? SavingChanges;

    /// <summary>The change tracker's view of one entity.</summary>
    EntityEntry<TEntity> Entry<TEntity>(TEntity entity)
        where TEntity : class;

    /// <summary>
    /// Begins a transaction that may write. No other writer runs until it ends, so what is read in it cannot change before
    /// it commits.
    /// </summary>
    Task<IDbContextTransaction> BeginWriteAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Takes the next <paramref name="count"/> event sequence numbers and returns the first. Call it in a write
    /// transaction: the numbers are given out in the order of the commits.
    /// </summary>
    Task<long> NextSequenceAsync(int count, CancellationToken cancellationToken);

    Task<int> SaveChangesAsync(CancellationToken cancellationToken);

    /// <summary>Nobody else administrates the portal.</summary>
    Task<bool> IsLastAdministratorAsync(Guid userId, CancellationToken cancellationToken);

    /// <summary>What an account may in this moment; <see langword="null"/> if there is none.</summary>
    Task<AccountStanding?> StandingAsync(Guid userId, CancellationToken cancellationToken);

    /// <summary>Removes an account's row, and with it everything that hangs on it: roles, sign-in secrets, tokens, grants, dismissals.</summary>
    Task RemoveAccountAsync(Guid userId, CancellationToken cancellationToken);

    /// <summary>
    /// Adds a line to the audit log with the next save: in the same transaction, or not at all. A save that fails forgets it.
    /// </summary>
    void Audit(AuditDraft draft);

    /// <summary>The number of the last line of the audit log, as it is kept apart from the log.</summary>
    Task<long> LastAuditNumberAsync(CancellationToken cancellationToken);
}

/// <summary>What an account may.</summary>
/// <param name="Locked">An administrator keeps it from being used.</param>
/// <param name="IsAdministrator">It sees and acts on everything.</param>
public sealed record AccountStanding(bool Locked, bool IsAdministrator);

/// <summary>Makes units of work.</summary>
public interface IPortalDbFactory
{
    IPortalDb Create();
}

/// <summary>The people who have an account, as far as the operation layer needs them.</summary>
public interface IUserDirectory
{
    /// <summary>The display names of those ids that exist.</summary>
    Task<IReadOnlyDictionary<Guid, string>> NamesAsync(IReadOnlyCollection<Guid> userIds, CancellationToken cancellationToken);

    /// <summary>The e-mail address of an account; empty if there is none.</summary>
    Task<string> EmailAsync(Guid userId, CancellationToken cancellationToken);

    /// <summary>The account with an e-mail address; <see langword="null"/> if there is none.</summary>
    Task<Guid?> FindByEmailAsync(string email, CancellationToken cancellationToken);

    /// <summary>The names of a person's roles.</summary>
    Task<IReadOnlyList<string>> RolesAsync(Guid userId, CancellationToken cancellationToken);

    /// <summary>Those of the accounts that exist, by e-mail address in the form that was asked.</summary>
    Task<IReadOnlyDictionary<string, Guid>> FindByEmailsAsync(IReadOnlyCollection<string> emails, CancellationToken cancellationToken);

    /// <summary>The people with one of the ids.</summary>
    Task<IReadOnlyDictionary<Guid, DirectoryPerson>> PeopleAsync(IReadOnlyCollection<Guid> userIds, CancellationToken cancellationToken);

    /// <summary>Accounts whose name or address contains a text, by name, at most <paramref name="take"/>.</summary>
    Task<IReadOnlyList<DirectoryPerson>> SearchAsync(string text, int take, CancellationToken cancellationToken);

    /// <summary>Makes accounts without a password for people who are invited; addresses that have an account already are passed over.</summary>
    /// <param name="people">Address and name of each.</param>
    /// <param name="made">What the audit log is told of each account that is made.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task InviteAsync(IReadOnlyCollection<(string Email, string Name)> people, AuditDraft made, CancellationToken cancellationToken);

    /// <summary>Makes an account without a password: nobody can sign in with it before an administrator has set one.</summary>
    /// <param name="wantedId">The account's id, unless another account has it.</param>
    /// <param name="email">Its address, which no account may have yet.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The id it got.</returns>
    Task<Guid> AddWithoutPasswordAsync(Guid wantedId, string email, CancellationToken cancellationToken);
}

/// <summary>A person in the directory.</summary>
/// <param name="Id">The account's id.</param>
/// <param name="Name">The name others see.</param>
/// <param name="Email">The address.</param>
/// <param name="CanSignIn">By a password, another system or a passkey; false for one who was invited and has not come yet.</param>
/// <param name="AddressProven">They have shown that the address is theirs, or whoever made the account vouched for it.</param>
public sealed record DirectoryPerson(Guid Id, string Name, string Email, bool CanSignIn, bool AddressProven);
