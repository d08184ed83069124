using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Identities;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Identities;

/// <summary>Who a guest could be mixed up with: the machine it was made from, and its sisters from the same snapshot.</summary>
internal static class IdentityNeighbours
{
    private const string TheSnapshot = "the snapshot";

    /// <summary>The machine's row, made where there is none yet.</summary>
    public static async Task<GuestIdentity> RowAsync(IPortalDb db, Guid vmId)
    {
        if (await db.GuestIdentities.FindAsync(vmId) is { } row)
        {
            return row;
        }

        row = new GuestIdentity { VmId = vmId };
        db.GuestIdentities.Add(row);
        return row;
    }

    /// <summary>The machine that one was made from; <see langword="null"/> where it was not, or that is gone.</summary>
    public static async Task<VirtualMachine?> SourceAsync(IPortalDb db, Guid vmId, CancellationToken cancellationToken)
        => await db.Vms.AsNoTracking()
            .Where(v => v.Id == vmId && v.OriginSnapshotId != null)
            .Join(db.Snapshots, static v => v.OriginSnapshotId, static s => s.Id, static (v, s) => s.VmId)
            .Join(db.Vms.AsNoTracking(), static id => id, static v => v.Id, static (_, v) => v)
            .FirstOrDefaultAsync(cancellationToken);

    /// <summary>Writes down how the machine's guest stands, and which sisters turn out not to be unique by that.</summary>
    public static async Task JudgeAsync(IPortalDb db, VirtualMachine vm, GuestIdentity identity, IdentityResult result, List<EventDraft> drafts)
    {
        if (result.Now is not { } now)
        {
            identity.Become(IdentityState.Impossible, result.Obstacle ?? "The guest could not be asked.");
            return;
        }

        var others = await OthersAsync(db, vm);
        var known = others.Select(o => new KnownGuest(NameOf(o.Vm, vm), o.Row.Facts!)).ToList();
        if (identity.Inherited is { } inherited)
        {
            // Somebody may have given the guest its machine's name by hand before.
            var sameName = string.Equals(inherited.HostName, vm.Name, StringComparison.OrdinalIgnoreCase);
            known.Add(new KnownGuest(TheSnapshot, sameName ? inherited with { HostName = null } : inherited));
        }

        var verdict = IdentityComparison.Judge(now, known);
        identity.Become(
            verdict.State,
            string.Join(' ', new[] { verdict.Message, result.Obstacle, ScriptWords(result) }.OfType<string>()));
        foreach (var (other, row) in others.Where(o => o.Vm.OriginSnapshotId == vm.OriginSnapshotId && o.Row.State == IdentityState.Unique))
        {
            var seen = IdentityComparison.Judge(row.Facts!, [new KnownGuest(NameOf(vm, other), now)]);
            if (seen.State == IdentityState.NotUnique)
            {
                row.Become(seen.State, seen.Message);
                drafts.Add(EventDraft.Of(other));
            }
        }
    }

    private static async Task<List<(VirtualMachine Vm, GuestIdentity Row)>> OthersAsync(IPortalDb db, VirtualMachine vm)
    {
        if (vm.OriginSnapshotId is not { } origin)
        {
            return [];
        }

        var source = await db.Snapshots.Where(s => s.Id == origin).Select(static s => (Guid?)s.VmId).FirstOrDefaultAsync();
        var rows = await db.Vms.Where(v => v.Id != vm.Id && (v.OriginSnapshotId == origin || v.Id == source))
            .Join(db.GuestIdentities, static v => v.Id, static i => i.VmId, static (v, i) => new { Vm = v, Row = i })
            .ToListAsync();
        return [.. rows.Where(static r => r.Row.Facts is not null).OrderBy(r => r.Vm.Id != source).ThenBy(static r => r.Vm.Name, StringComparer.Ordinal).Select(static r => (r.Vm, r.Row))];
    }

    /// <summary>Whoever owns another machine is nobody's business.</summary>
    private static string NameOf(VirtualMachine other, VirtualMachine beholder)
        => other.OwnerId == beholder.OwnerId ? other.Name
            : other.OriginSnapshotId == beholder.OriginSnapshotId ? "another machine made from the same snapshot"
            : "the machine it was made from";

    private static string? ScriptWords(IdentityResult result) => result switch
    {
        { Script: { ExitCode: not 0 } script } => FormattableString.Invariant($"The script ended with the exit code {script.ExitCode}."),
        { ScriptObstacle: { } why } => $"The script: {why}",
        _ => null,
    };
}
