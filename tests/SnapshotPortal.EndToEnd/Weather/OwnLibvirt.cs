using System.Diagnostics;
using System.Globalization;
using System.Security;
using LibVirt;

namespace SnapshotPortal.EndToEnd.Weather;

/// <summary>
/// A session daemon of the test's own with a home of its own, which can be stopped and started without harm to anybody. Root
/// runs it as an account without privileges.
/// </summary>
public sealed class OwnLibvirt : IAsyncDisposable
{
    private const string Nobody = "65534";

    private readonly string _folder;
    private Process? _daemon;

    public OwnLibvirt()
    {
        // Short: the path of a socket holds 107 characters.
        _folder = Path.Combine(Path.GetTempPath(), $"sp-lv-{Guid.NewGuid().ToString("N")[..8]}");
        Directory.CreateDirectory(_folder);
        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_111_111);
    }

    public string Uri => $"qemu+unix:///session?socket={_folder}/.cache/libvirt/libvirt-sock";

    /// <summary>Starts the daemon and waits until it answers.</summary>
    public async Task StartAsync()
    {
        var start = Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("setpriv", ["--reuid", Nobody, "--regid", Nobody, "--clear-groups", "libvirtd"])
            : new ProcessStartInfo("libvirtd");
        start.UseShellExecute = false;
        start.RedirectStandardError = true;
        start.WorkingDirectory = _folder;
        start.Environment["HOME"] = _folder;
        foreach (var name in start.Environment.Keys.Where(static key => key.StartsWith("XDG_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        _daemon = Process.Start(start)!;
        _daemon.ErrorDataReceived += static (_, _) => { };
        _daemon.BeginErrorReadLine();
        await Eventually.TrueAsync(() => Task.Run(Answers), "the test's own libvirt daemon answers");
    }

    /// <summary>Stops the daemon; what it has defined stays on its disk.</summary>
    public Task StopAsync() => EndAsync("TERM");

    /// <summary>Ends the daemon as a crash does.</summary>
    public Task KillAsync() => EndAsync("KILL");

    private async Task EndAsync(string signal)
    {
        if (_daemon is not null)
        {
            GuestHost.Run("sh", "-c", string.Create(CultureInfo.InvariantCulture, $"kill -{signal} {_daemon.Id}"));
            await _daemon.WaitForExitAsync();
            _daemon.Dispose();
            _daemon = null;
        }
    }

    /// <summary>Defines a machine that is off, with an empty disk in a pool.</summary>
    public Guid Define(string name)
    {
        using var connection = VirConnection.Open(Uri);
        using var pool = connection.DefineStoragePool($"<pool type='dir'><name>own</name><target><path>{SecurityElement.Escape(Path.Combine(_folder, "pool"))}</path></target></pool>");
        pool.Build();
        pool.Create();
        pool.SetAutostart(true);
        using var volume = pool.CreateVolume($"<volume><name>{name}.qcow2</name><capacity unit='MiB'>64</capacity><target><format type='qcow2'/></target></volume>");
        var id = Guid.NewGuid();
        using var domain = connection.DefineDomain($"""
            <domain type='qemu'>
              <name>{name}</name>
              <uuid>{id}</uuid>
              <memory unit='MiB'>64</memory>
              <os><type arch='x86_64' machine='pc'>hvm</type></os>
              <devices>
                <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='{SecurityElement.Escape(volume.Path)}'/><target dev='vda' bus='virtio'/></disk>
              </devices>
            </domain>
            """);
        return id;
    }

    public async ValueTask DisposeAsync()
    {
        // A daemon that ends leaves its machines running.
        if (_daemon is not null)
        {
            using var connection = VirConnection.Open(Uri);
            foreach (var domain in connection.ListAllDomains(ListDomainsFlags.Active))
            {
                using (domain)
                {
                    domain.Destroy();
                }
            }
        }

        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private bool Answers()
    {
        try
        {
            using var connection = VirConnection.Open(Uri);
            return true;
        }
        catch (LibvirtException)
        {
            return false;
        }
    }
}
