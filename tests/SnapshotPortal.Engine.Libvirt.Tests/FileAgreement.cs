using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>The database's tree, the headers on disk and the folder say the same, and every image is sound.</summary>
internal static class FileAgreement
{
    /// <summary>The collector may begin at any moment; what was seen while it worked is looked at again.</summary>
    public static async Task AssertAsync(PortalUnderTest portal, GuestHost host)
    {
        while (true)
        {
            await portal.IdleAsync();
            var before = await StateAsync(portal);
            try
            {
                await LookAsync(portal, host);
                return;
            }
            catch (Exception) when (StateAsync(portal).GetAwaiter().GetResult() != before)
            {
                // The next look sees it at rest.
            }
        }
    }

    private static async Task<string> StateAsync(PortalUnderTest portal)
    {
        await using var db = await portal.DbAsync();
        var layers = await db.Layers.AsNoTracking().OrderBy(static l => l.Id).Select(static l => $"{l.Id} {l.State} {l.ParentId}").ToListAsync();
        return string.Join('\n', layers.Append($"{await db.Operations.CountAsync()} operations"));
    }

    private static async Task LookAsync(PortalUnderTest portal, GuestHost host)
    {
        await using var db = await portal.DbAsync();
        var layers = await db.Layers.AsNoTracking().ToListAsync();
        foreach (var head in layers.Where(static l => l.State == LayerState.Head))
        {
            var expected = new List<string>();
            for (var layer = head; layer is not null; layer = layers.FirstOrDefault(l => l.Id == layer.ParentId))
            {
                expected.Add(layer.Path);
            }

            Assert.Equal(expected, host.Guest(head.HeadOfVmId!.Value).Chain(head.Target));
        }

        var known = layers.Select(static l => l.Path)
            .Concat((await db.Snapshots.AsNoTracking().ToListAsync()).Where(static s => s.Memory is not null).Select(static s => s.Memory!.Path))
            .Concat((await db.GuestIdentities.AsNoTracking().ToListAsync()).Select(static i => i.Seed?.Path).OfType<string>())
            .ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(host.Folder, "sp-*"), f => !known.Contains(f));
        foreach (var layer in layers.Where(static l => l.Format == "qcow2"))
        {
            GuestHost.Run("qemu-img", "check", "-U", "-q", layer.Path);
        }

        Assert.False(await db.FreezeDebts.AnyAsync());
    }
}
