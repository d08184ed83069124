using System.Globalization;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

// A portal on an existing database that is asked for one thing, and is killed in the middle of it: by itself at the step
// that SNAPSHOTPORTAL_KILL_AT names, or by whoever started it. Arguments: DATABASE OWNER ACT ID [NAME].
var owner = Guid.Parse(args[1], CultureInfo.InvariantCulture);
var id = Guid.Parse(args[3], CultureInfo.InvariantCulture);
var name = args.Length > 4 ? args[4] : "";
await using var portal = await PortalUnderTest.OpenAsync(args[0], owner);
Console.WriteLine("ready");
await Eventually.TrueAsync(
    async () => (await portal.Vms.ListAsync(portal.Owner, new VmQuery(), CancellationToken.None)).Items.All(static v => v.HostReachable),
    "the host is connected");
var none = CancellationToken.None;
await portal.EndAsync(args[2] switch
{
    "take" => await portal.Snapshots.TakeAsync(portal.Owner, id, new TakeSnapshotRequest(name), none),
    "take-memory" => await portal.Snapshots.TakeAsync(portal.Owner, id, new TakeSnapshotRequest(name, WithMemory: true), none),
    "restore" => await portal.Snapshots.RestoreAsync(portal.Owner, id, new RestoreSnapshotRequest(TargetReadinessPolicy.StopTarget), none),
    "clone" => await portal.Snapshots.CloneAsync(portal.Owner, id, new CloneVmRequest(name, Start: true), none),
    "clone-full" => await portal.Snapshots.CloneAsync(portal.Owner, id, new CloneVmRequest(name, Start: true) { Full = true }, none),
    "delete" => await portal.Snapshots.DeleteAsync(portal.Owner, id, null, none),
    "delete-vm" => await portal.Vms.DeleteAsync(portal.Owner, id, null, none),
    "flatten" => await portal.Storage.FlattenAsync(portal.Owner, id, null, none),
    "export" => await portal.Exports.ExportSnapshotAsync(portal.Owner, id, new ExportRequest(), none),
    "export-vm" => await portal.Exports.ExportVmAsync(portal.Owner, id, new ExportRequest(), none),
    "configure" => await portal.Vms.ConfigureAsync(portal.Owner, id, new ConfigureVmRequest(name, StartsWithHost: true, BootOrder: ["vdb", "vda"]), none),
    "power" => await portal.Vms.PowerAsync(portal.Owner, id, new PowerRequest(Enum.Parse<PowerAction>(name)), none),
    _ => throw new InvalidOperationException($"There is no act “{args[2]}”."),
});
await Eventually.TrueAsync(
    async () =>
    {
        await using var db = await portal.DbAsync();
        return !await db.Layers.AnyAsync(static l => l.State == LayerState.Released || l.State == LayerState.Merging || l.State == LayerState.Deleting);
    },
    "the collector has done its work");
await portal.IdleAsync();
Console.WriteLine("survived");
