using System.Diagnostics;
using System.Security;
using LibVirt;

namespace SnapshotPortal.TestSupport;

/// <summary>
/// A real libvirt with a storage pool of the tests' own, on which small real guests are defined. Disposing it removes the
/// pool, every domain whose disks lie in it, and every file.
/// </summary>
public sealed class GuestHost : IDisposable
{
    public const string Uri = "qemu:///session";

    /// <summary>What guests run with on this machine, as eng/guest/probe-kvm found out: <c>kvm</c> or <c>qemu</c>.</summary>
    public static string Accelerator => Environment.GetEnvironmentVariable("SNAPSHOTPORTAL_ACCELERATOR") ?? "qemu";

    private readonly string _prefix = $"spt-{Guid.NewGuid().ToString("N")[..8]}";
    private bool _isMounted;

    private GuestHost(string guestFolder, string folder, VirConnection connection)
    {
        GuestFolder = guestFolder;
        Folder = folder;
        Connection = connection;
        PoolName = _prefix;
    }

    /// <summary>Where the guest's kernel, initial RAM disk and disk lie.</summary>
    public string GuestFolder { get; }

    /// <summary>The pool's folder.</summary>
    public string Folder { get; }

    public string PoolName { get; }

    public VirConnection Connection { get; }

    /// <summary>Opens libvirt and makes the pool.</summary>
    /// <param name="limitMegabytes">Puts the pool on a file system of its own that holds no more than that.</param>
    /// <param name="guestFolder">The variable that names the folder of the guest to define.</param>
    public static GuestHost Create(int? limitMegabytes = null, string guestFolder = "SNAPSHOTPORTAL_GUEST_DIR")
    {
        var guest = Environment.GetEnvironmentVariable(guestFolder);
        if (guest is null || !File.Exists(Path.Combine(guest, "vmlinuz")))
        {
            throw new InvalidOperationException($"{guestFolder} does not name the folder of a built guest. Run the tests through eng/test or eng/soak, or build the guests with eng/guest/build and eng/guest/debian.");
        }

        // World-traversable: with a system daemon QEMU runs as a user of its own.
        var root = Directory.CreateDirectory(Path.Combine(Environment.GetEnvironmentVariable("SNAPSHOTPORTAL_VM_DIR") ?? Path.GetTempPath(), $"sp-tests-{Guid.NewGuid().ToString("N")[..8]}"));
        if (limitMegabytes is { } limit)
        {
            AsRoot("mount", "-t", "tmpfs", "-o", $"size={limit}m,mode=0755,uid={Run("id", "-u").Trim()}", "tmpfs", root.FullName);
        }

        File.SetUnixFileMode(root.FullName, (UnixFileMode)0b111_101_101);
        var host = new GuestHost(guest, root.FullName, VirConnection.Open(Uri)) { _isMounted = limitMegabytes is not null };
        using var pool = host.Connection.DefineStoragePool($"<pool type='dir'><name>{host.PoolName}</name><target><path>{SecurityElement.Escape(root.FullName)}</path></target></pool>");
        pool.Create();
        return host;
    }

    /// <summary>A name for a domain that nobody else uses.</summary>
    public string NewName(string stem) => $"{_prefix}-{stem}-{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>Defines a guest with its own copy of the disk; with <paramref name="start"/> it begins to boot.</summary>
    /// <param name="name">The domain's name.</param>
    /// <param name="start">Start it.</param>
    /// <param name="change">Changes the definition before it is defined.</param>
    public Guid Define(string name, bool start = true, Func<string, string>? change = null)
    {
        var id = Guid.NewGuid();
        var disk = NewDisk(name, Path.Combine(GuestFolder, "demo.qcow2"));
        var xml = File.ReadAllText(Path.Combine(GuestFolder, "domain.xml.in"));
        xml = xml[xml.IndexOf("<domain", StringComparison.Ordinal)..]
            .Replace("@NAME@", name, StringComparison.Ordinal)
            .Replace("@UUID@", id.ToString(), StringComparison.Ordinal)
            .Replace("@TYPE@", Accelerator, StringComparison.Ordinal)
            .Replace("@DISK@", SecurityElement.Escape(disk), StringComparison.Ordinal)
            .Replace("@KERNEL@", SecurityElement.Escape(Path.Combine(GuestFolder, "vmlinuz")), StringComparison.Ordinal)
            .Replace("@INITRD@", SecurityElement.Escape(Path.Combine(GuestFolder, "initrd.img")), StringComparison.Ordinal);
        using var domain = Connection.DefineDomain(change?.Invoke(xml) ?? xml);
        if (start)
        {
            domain.Create();
        }

        return id;
    }

    /// <summary>An empty disk in the pool, as the XML of a second disk.</summary>
    public string ExtraDiskXml(string name, string target, long megabytes)
    {
        var path = Path.Combine(Folder, $"{name}-{target}.qcow2");
        Run("qemu-img", "create", "-q", "-f", "qcow2", path, $"{megabytes}M");
        return $"<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='{SecurityElement.Escape(path)}'/><target dev='{target}' bus='virtio'/></disk>";
    }

    public Guest Guest(Guid id) => new(Connection, id);

    public void Dispose()
    {
        foreach (var domain in Connection.ListAllDomains())
        {
            using (domain)
            {
                if (IsOurs(domain))
                {
                    if (domain.IsActive)
                    {
                        domain.Destroy();
                    }

                    domain.Undefine(DomainUndefineFlags.ManagedSave | DomainUndefineFlags.SnapshotsMetadata | DomainUndefineFlags.CheckpointsMetadata | DomainUndefineFlags.Nvram);
                }
            }
        }

        using (var pool = Connection.LookupStoragePoolByName(PoolName))
        {
            pool.Destroy();
            pool.Undefine();
        }

        Connection.Dispose();
        if (_isMounted)
        {
            AsRoot("umount", Folder);
        }

        Directory.Delete(Folder, recursive: true);
    }

    private static void AsRoot(params string[] command)
        => Run("sh", ["-c", "[ \"$(id -u)\" = 0 ] && exec \"$@\"; exec sudo -n \"$@\"", "sh", .. command]);

    /// <summary>Runs a program to its end and returns what it printed.</summary>
    public static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {error.GetAwaiter().GetResult()}{output}");
    }

    private bool IsOurs(VirDomain domain)
    {
        try
        {
            return domain.GetXmlDescription(DomainXmlFlags.Inactive).Contains(Folder, StringComparison.Ordinal)
                || domain.GetXmlDescription().Contains(Folder, StringComparison.Ordinal);
        }
        catch (LibvirtException e) when (e.Code is LibvirtErrorCode.NoDomain)
        {
            // Somebody else's, undefined between the list and the look.
            return false;
        }
    }

    private string NewDisk(string name, string template)
    {
        var path = Path.Combine(Folder, $"{name}.qcow2");
        File.Copy(template, path);
        return path;
    }
}
