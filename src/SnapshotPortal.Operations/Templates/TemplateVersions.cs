using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Templates;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Templates;

/// <summary>Finds editions of templates.</summary>
internal static class TemplateVersions
{
    /// <summary>The edition that a machine has, or the newest of the same template; <see langword="null"/> if it was made from none.</summary>
    public static async Task<TemplateVersion?> OfAsync(IPortalDb db, VirtualMachine vm, bool newest, CancellationToken cancellationToken)
    {
        if (vm.TemplateVersionId is not { } id || await db.TemplateVersions.FirstOrDefaultAsync(v => v.Id == id, cancellationToken) is not { } version)
        {
            return null;
        }

        return newest
            ? await db.TemplateVersions.Where(v => v.TemplateId == version.TemplateId).OrderByDescending(static v => v.Number).FirstAsync(cancellationToken)
            : version;
    }
}
