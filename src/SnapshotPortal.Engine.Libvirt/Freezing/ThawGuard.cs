using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace SnapshotPortal.Engine.Libvirt.Freezing;

/// <summary>
/// The line to the thaw guard: a second process that is told of every freeze before it begins and of every proven thaw.
/// When this process dies the line closes, and the guard thaws whatever is outstanding.
/// </summary>
internal sealed class ThawGuard(IOptions<EngineOptions> options, ILogger<ThawGuard> logger) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<(string Uri, Guid Vm)> _outstanding = [];
    private Process? _process;

    private string Program => options.Value.ThawGuardPath is { Length: > 0 } path
        ? path
        : Path.Combine(AppContext.BaseDirectory, "thawguard", "SnapshotPortal.ThawGuard");

    /// <summary>Starts the guard, so that the first freeze need not wait for it.</summary>
    public void Start()
    {
        lock (_lock)
        {
            EnsureRunning();
        }
    }

    /// <summary>Tells of a freeze that is about to begin.</summary>
    /// <returns>False if no guard watches: do not freeze then.</returns>
    public bool TryAnnounce(string uri, Guid vmId)
    {
        lock (_lock)
        {
            if (!EnsureRunning() || !TryWrite($"freeze {vmId} {uri}"))
            {
                return false;
            }

            _outstanding.Add((uri, vmId));
            return true;
        }
    }

    /// <summary>Tells of a thaw that is proven.</summary>
    public void Settle(string uri, Guid vmId)
    {
        lock (_lock)
        {
            if (_outstanding.Remove((uri, vmId)))
            {
                TryWrite($"thawed {vmId} {uri}");
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            // Closing the line is the guard's sign to thaw what is outstanding and to go.
            _process?.StandardInput.Close();
            _process?.Dispose();
            _process = null;
        }
    }

    private bool EnsureRunning()
    {
        if (_process is { HasExited: false })
        {
            return true;
        }

        if (_process is not null)
        {
            EngineLog.GuardEnded(logger);
            _process.Dispose();
            _process = null;
        }

        try
        {
            _process = Process.Start(new ProcessStartInfo(Program) { RedirectStandardInput = true, UseShellExecute = false })!;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            // The caller takes the snapshot without freezing and says so: no guest is frozen without a guard.
            EngineLog.GuardNotStarted(logger, e, Program);
            return false;
        }

        EngineLog.GuardStarted(logger, _process.Id);
        return _outstanding.All(o => TryWrite($"freeze {o.Vm} {o.Uri}"));
    }

    private bool TryWrite(string line)
    {
        try
        {
            _process!.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
            return true;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // The guard died between two lines. A new one is started, and told everything, at the next freeze.
            EngineLog.GuardEnded(logger);
            return false;
        }
    }
}
