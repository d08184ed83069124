using SnapshotPortal.Data;
using SnapshotPortal.Operations.Auditing;

namespace SnapshotPortal.Web.People;

/// <summary>
/// Changes an account with its line in the audit log, in one transaction. Identity saves through the same context of the
/// request, so what it does in <c>change</c> is part of it.
/// </summary>
internal sealed class AccountAudit(PortalDbContext db)
{
    /// <summary>Does it, and takes all of it back where it did not succeed.</summary>
    /// <param name="line">What the log is told.</param>
    /// <param name="change">The change.</param>
    /// <param name="succeeded">Whether it did.</param>
    public async Task<T> ChangeAsync<T>(AuditDraft line, Func<Task<T>> change, Func<T, bool> succeeded)
    {
        await using var transaction = await db.BeginWriteAsync(CancellationToken.None);
        var result = await change();
        if (succeeded(result))
        {
            db.Audit(line);
            await db.SaveChangesAsync();
            await transaction.CommitAsync();
        }

        return result;
    }
}
