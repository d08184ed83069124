using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Operations.Auditing;

namespace SnapshotPortal.Data;

/// <summary>Numbers and chains lines of the audit log, in the transaction of the change that they tell of.</summary>
internal static class AuditAppending
{
    /// <summary>Adds the lines to the context. Needs a write transaction: whoever has it writes the next line.</summary>
    public static async Task AppendAuditAsync(this PortalDbContext db, IReadOnlyList<AuditDraft> drafts, CancellationToken cancellationToken)
    {
        // A row with a lock, as for events: on a database with several writers too, nobody else writes the same number.
        await db.Database.ExecuteSqlAsync(
            $"""UPDATE "Counters" SET "Value" = "Value" + {drafts.Count} WHERE "Name" = {Counter.AuditNumber}""",
            cancellationToken);
        var number = await db.LastAuditNumberAsync(cancellationToken) - drafts.Count;
        var previous = number == 0
            ? AuditChain.Beginning
            : await db.AuditEntries.AsNoTracking().Where(e => e.Number == number).Select(static e => e.Hash).FirstOrDefaultAsync(cancellationToken);
        foreach (var draft in drafts)
        {
            var (name, ownerId) = await DescribeAsync(db, draft, cancellationToken);
            var entry = new AuditEntry
            {
                Number = ++number,
                At = db.Now,
                ActorId = draft.ActorId,
                ActorName = Cut(draft.ActorName)!,
                Channel = draft.Channel,
                TokenId = draft.TokenId,
                Address = Cut(draft.Address),
                Device = Cut(draft.Device),
                Act = draft.Act,
                Subject = draft.Subject,
                SubjectId = draft.SubjectId,
                SubjectName = Cut(name),
                OwnerId = ownerId,
                OwnerName = Cut(ownerId is { } owner ? await NameAsync(db, owner, cancellationToken) : null),
                Outcome = draft.Outcome,
                Code = Cut(draft.Code),
                Detail = Cut(draft.Detail),

                // Where the line before is gone, the log goes on and says so at every look: a portal that stops instead could
                // be stopped by whoever removes one.
                Previous = previous ?? AuditChain.Beginning,
            }.Seal();
            previous = entry.Hash;
            db.AuditEntries.Add(entry);
        }
    }

    private static async Task<(string? Name, Guid? OwnerId)> DescribeAsync(PortalDbContext db, AuditDraft draft, CancellationToken cancellationToken)
    {
        if (draft.SubjectId is not { } id)
        {
            return (draft.SubjectName, null);
        }

        var (name, owner) = draft.Subject switch
        {
            AuditSubject.Vm => await VmAsync(db, id, cancellationToken),
            AuditSubject.Snapshot when await db.Snapshots.FindAsync([id], cancellationToken) is { } snapshot
                => await VmAsync(db, snapshot.VmId, cancellationToken) is var (vm, of) ? ($"{vm} / {snapshot.Name}", of) : default,
            AuditSubject.Operation when await db.Operations.FindAsync([id], cancellationToken) is { } operation
                => await VmAsync(db, operation.VmId, cancellationToken) is var (vm, _) ? ($"{operation.Kind} of {vm}", operation.OwnerId) : default,
            AuditSubject.Export when await db.Exports.FindAsync([id], cancellationToken) is { } export
                => (await VmAsync(db, export.VmId, cancellationToken) is var (vm, _) ? vm : null, export.OwnerId),
            AuditSubject.Class => ((await db.Classes.FindAsync([id], cancellationToken))?.Name, null),
            AuditSubject.Deployment => ((await db.Deployments.FindAsync([id], cancellationToken))?.Name, null),
            AuditSubject.Template when await db.Templates.FindAsync([id], cancellationToken) is { } template => (template.Title, template.OwnerId),
            AuditSubject.Token when await db.AccessTokens.FindAsync([id], cancellationToken) is { } token => (token.Name, token.UserId),
            AuditSubject.Account => (await NameAsync(db, id, cancellationToken), id),
            _ => default((string? Name, Guid? OwnerId)),
        };
        return (draft.SubjectName ?? name, owner);
    }

    private static async Task<(string? Name, Guid? OwnerId)> VmAsync(PortalDbContext db, Guid vmId, CancellationToken cancellationToken)
        => await db.Vms.FindAsync([vmId], cancellationToken) is { } vm ? (vm.Name, vm.OwnerId) : default;

    private static async Task<string?> NameAsync(PortalDbContext db, Guid userId, CancellationToken cancellationToken)
        => await db.Users.AsNoTracking().Where(u => u.Id == userId).Select(static u => u.DisplayName.Length > 0 ? u.DisplayName : u.UserName).FirstOrDefaultAsync(cancellationToken);

    private static string? Cut(string? text) => text is { Length: > AuditEntry.MaxTextLength } ? text[..AuditEntry.MaxTextLength] : text;
}
