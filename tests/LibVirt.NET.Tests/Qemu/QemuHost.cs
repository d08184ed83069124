using System.Diagnostics;
using System.Security;

namespace LibVirt.Tests.Qemu;

/// <summary>
/// The QEMU of this machine with a storage pool of its own in a temporary directory. Everything it makes has a unique prefix and is
/// removed at the end, also what a failed test left behind. An ordinary user gets the session daemon, which starts itself. For root
/// qemu:///session would be the daemon of the system with everybody's guests, so an unprivileged one is started for the tests alone.
/// </summary>
public sealed class QemuHost : IDisposable
{
    // Interrupts on; for ever: wait for the timer (18 times a second), send a dot, send back all that came (16550 at 0x3f8).
    private static readonly byte[] EchoBootSector =
    [
        0xFB, 0xF4, 0xB0, 0x2E, 0xBA, 0xF8, 0x03, 0xEE, 0xBA, 0xFD, 0x03, 0xEC, 0xA8, 0x01, 0x74, 0xF1, 0xBA, 0xF8, 0x03, 0xEC, 0xEE, 0xEB, 0xF1,
    ];

    private Process? _daemon;

    public QemuHost()
    {
        Prefix = $"lvnet-{Guid.NewGuid():N}"[..14];
        Directory = Path.Combine(Path.GetTempPath(), Prefix);
        System.IO.Directory.CreateDirectory(Directory);

        // Open for the account that the daemon of root's tests runs as.
        const UnixFileMode Everything = (UnixFileMode)0x1FF;
        File.SetUnixFileMode(Directory, Everything);
        Uri = Environment.IsPrivilegedProcess ? StartDaemon() : "qemu:///session";
        Connection = Open();
        Pool = Connection.DefineStoragePool($"<pool type='dir'><name>{Prefix}</name><target><path>{Directory}</path></target></pool>");
        Pool.Create();
    }

    public string Uri { get; }

    public VirConnection Connection { get; }

    public VirStoragePool Pool { get; }

    public string Prefix { get; }

    public string Directory { get; }

    /// <summary>A path in the directory that nothing uses yet.</summary>
    public string NewPath(string extension) => Path.Combine(Directory, $"{Guid.NewGuid():N}{extension}");

    public VirStorageVolume CreateDisk(int mebibytes = 64, string format = "qcow2", string? backingPath = null)
    {
        var backing = backingPath is null ? "" : $"<backingStore><path>{backingPath}</path><format type='raw'/></backingStore>";
        return Pool.CreateVolume(
            $"<volume><name>{Guid.NewGuid():N}.{format}</name><capacity unit='MiB'>{mebibytes}</capacity><target><format type='{format}'/></target>{backing}</volume>");
    }

    /// <summary>A disk whose boot sector sends dots and echoes what it receives on the first serial port.</summary>
    public VirStorageVolume CreateEchoDisk()
    {
        var raw = CreateDisk(1, "raw");
        var sector = new byte[512];
        EchoBootSector.CopyTo(sector, 0);
        sector[510] = 0x55;
        sector[511] = 0xAA;
        raw.Upload(new MemoryStream(sector));
        return raw;
    }

    public VirDomain DefineGuest(params ReadOnlySpan<VirStorageVolume> disks)
    {
        var devices = new System.Text.StringBuilder();
        var target = 'a';
        foreach (var disk in disks)
        {
            var format = disk.Name.EndsWith(".raw", StringComparison.Ordinal) ? "raw" : "qcow2";
            devices.Append(
                System.Globalization.CultureInfo.InvariantCulture,
                $"<disk type='file' device='disk'><driver name='qemu' type='{format}'/><source file='{SecurityElement.Escape(disk.Path)}'/><target dev='vd{target++}' bus='virtio'/></disk>");
        }

        // The path of the channel is given because libvirt's own may be longer than a socket's may be.
        return Connection.DefineDomain($"""
            <domain type='qemu'>
              <name>{Prefix}-{Guid.NewGuid():N}</name>
              <memory unit='MiB'>64</memory>
              <vcpu>1</vcpu>
              <os><type arch='x86_64' machine='pc'>hvm</type></os>
              <features><acpi/></features>
              <devices>
                {devices}
                <interface type='user'><mac address='52:54:00:11:22:33'/><model type='virtio'/></interface>
                <serial type='pty'><target port='0'/></serial>
                <console type='pty'><target type='serial' port='0'/></console>
                <channel type='unix'><source mode='bind' path='{NewPath(".ga")}'/><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
                <graphics type='vnc' port='-1' autoport='yes' listen='127.0.0.1'/>
                <video><model type='vga'/></video>
              </devices>
            </domain>
            """);
    }

    /// <summary>A guest that is started; what its processor does matters only with a boot disk.</summary>
    public VirDomain StartGuest(DomainCreateFlags flags, params ReadOnlySpan<VirStorageVolume> disks)
    {
        var domain = DefineGuest(disks);
        domain.Create(flags);
        return domain;
    }

    public void Dispose()
    {
        foreach (var domain in Connection.ListAllDomains())
        {
            using (domain)
            {
                if (domain.Name.StartsWith(Prefix, StringComparison.Ordinal))
                {
                    Remove(domain);
                }
            }
        }

        Try(Pool.Destroy);
        Try(Pool.Undefine);
        Pool.Dispose();
        Connection.Dispose();
        if (_daemon is not null)
        {
            _daemon.Kill();
            _daemon.WaitForExit();
            _daemon.Dispose();
        }

        System.IO.Directory.Delete(Directory, recursive: true);
    }

    public static void Remove(VirDomain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        Try(() => domain.Destroy());
        Try(() => domain.Undefine(
            DomainUndefineFlags.ManagedSave | DomainUndefineFlags.SnapshotsMetadata | DomainUndefineFlags.CheckpointsMetadata));
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (LibvirtException)
        {
            // Gone already.
        }
    }

    private string StartDaemon()
    {
        const string Nobody = "65534";
        var start = new ProcessStartInfo("setpriv")
        {
            ArgumentList = { "--reuid", Nobody, "--regid", Nobody, "--clear-groups", "libvirtd", "--timeout", "60" },
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["HOME"] = Directory;
        foreach (var name in start.Environment.Keys.Where(key => key.StartsWith("XDG_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        _daemon = Process.Start(start)!;
        _daemon.ErrorDataReceived += static (_, _) => { };
        _daemon.BeginErrorReadLine();
        return $"qemu+unix:///session?socket={Directory}/.cache/libvirt/libvirt-sock";
    }

    private VirConnection Open()
    {
        var limit = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return VirConnection.Open(Uri, new ConnectOptions { KeepAliveIntervalSeconds = 5 });
            }
            catch (LibvirtException error) when (error.IsTransient && limit.Elapsed < TimeSpan.FromSeconds(60))
            {
                // The daemon has not opened its socket yet.
                Thread.Yield();
            }
        }
    }
}

/// <summary>One guest at a time: the machines that test this are small.</summary>
[CollectionDefinition("qemu")]
public sealed class QemuCollection : ICollectionFixture<QemuHost>;
