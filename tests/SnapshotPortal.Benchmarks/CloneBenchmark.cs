using System.Diagnostics;
using System.Globalization;
using System.Security;
using System.Text.RegularExpressions;
using LibVirt;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Benchmarks;

/// <summary>A linked clone that is not started: through the portal, and raw (make the overlay, define the domain).</summary>
internal static partial class CloneBenchmark
{
    public static async Task RunAsync(GuestHost host, PortalUnderTest portal, int rounds, Report report)
    {
        var source = host.Define(host.NewName("source"), start: false);
        await portal.AdoptAsync(source);
        var below = host.Guest(source).DiskFile("vda");
        var snapshot = await portal.TakeAsync(source, "to clone");
        var (ours, raw, copies) = (new List<double>(), new List<double>(), new List<double>());
        var steps = new List<OperationView>();
        var copied = NameOf(host, host.Define(host.NewName("copied"), start: false));
        for (var i = -Report.WarmUps; i < rounds; i++)
        {
            var rawTime = Raw(host, source, below);
            var made = await portal.SucceedAsync(portal.Snapshots.CloneAsync(portal.Owner, snapshot.Id, new CloneVmRequest(host.NewName("linked"), Start: false), CancellationToken.None));
            if (i == -Report.WarmUps)
            {
                report.AddFirst("clone", (made.CompletedAt - made.RequestedAt)!.Value.TotalMilliseconds);
            }
            else if (i >= 0)
            {
                raw.Add(rawTime);
                copies.Add(VirtClone(host, copied));
                steps.Add(made);
                ours.Add((made.CompletedAt - made.RequestedAt)!.Value.TotalMilliseconds);
            }
        }

        report.Add("linked clone, not started, request to outcome", ours, raw);
        report.Add("the same; raw: virt-clone, which copies the disk (13 MB)", ours, copies);
        report.AddSteps("clone", steps);
    }

    /// <summary>What people use instead; the start of its program is part of what they wait for.</summary>
    public static double VirtClone(GuestHost host, string original)
    {
        var watch = Stopwatch.StartNew();
        GuestHost.Run("virt-clone", "--connect", GuestHost.Uri, "--original", original, "--name", host.NewName("virtclone"), "--auto-clone", "--quiet");
        return watch.Elapsed.TotalMilliseconds;
    }

    /// <summary>A second disk with that much in it, as its XML.</summary>
    public static string FullDiskXml(GuestHost host, string name, long megabytes)
    {
        var xml = host.ExtraDiskXml(host.NewName(name), "vdb", megabytes);
        var path = Source().Match(xml).Value.Split('\'')[1];
        GuestHost.Run("qemu-io", "-f", "qcow2", "-c", string.Create(CultureInfo.InvariantCulture, $"write -q -P 90 0 {megabytes}M"), path);
        return xml;
    }

    public static string NameOf(GuestHost host, Guid id)
    {
        using var domain = host.Connection.LookupDomainByUuid(id);
        return domain.Name;
    }

    public static double Raw(GuestHost host, Guid source, string below)
    {
        var name = host.NewName("raw");
        var volume = $"{name}.qcow2";
        var watch = Stopwatch.StartNew();
        using var pool = host.Connection.LookupStoragePoolByName(host.PoolName);
        using var made = pool.CreateVolume(
            $"<volume><name>{volume}</name><capacity unit='GiB'>1</capacity><target><format type='qcow2'/></target><backingStore><path>{SecurityElement.Escape(below)}</path><format type='qcow2'/></backingStore></volume>");
        var xml = host.Guest(source).Xml(DomainXmlFlags.Inactive);
        xml = Uuid().Replace(xml, "", 1);
        xml = Name().Replace(xml, $"<name>{name}</name>", 1);
        xml = Mac().Replace(xml, "");
        xml = Source().Replace(xml, $"<source file='{SecurityElement.Escape(Path.Combine(host.Folder, volume))}'/>", 1);
        using var domain = host.Connection.DefineDomain(xml);
        return watch.Elapsed.TotalMilliseconds;
    }

    [GeneratedRegex("<uuid>.*?</uuid>", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Uuid();

    [GeneratedRegex("<name>.*?</name>", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();

    [GeneratedRegex("<mac .*?/>", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Mac();

    [GeneratedRegex("<source file='.*?'/>", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Source();
}
