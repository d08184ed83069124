using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SnapshotPortal.EndToEnd.Portal;

/// <summary>
/// The portal as it is shipped: a process of its own with a database of its own on a port of its own. It can be killed and
/// started again on the same database; disposing it leaves nothing behind.
/// </summary>
public sealed class PortalProcess : IAsyncDisposable
{
    private const int KeptLines = 400;
    private static readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };

    private readonly Dictionary<string, string?> _settings;
    private readonly Queue<string> _output = [];
    private readonly StringBuilder _error = new();
    private readonly Lock _lock = new();
    private Process? _process;

    private PortalProcess(Dictionary<string, string?> settings) => _settings = settings;

    /// <summary>The folder that holds the database and the keys.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("sp-e2e-").FullName;

    public string Url { get; } = $"http://127.0.0.1:{FreePort().ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The last lines it wrote, standard error included, over all its starts.</summary>
    public string Output
    {
        get
        {
            lock (_lock)
            {
                return string.Join('\n', _output);
            }
        }
    }

    /// <summary>What it wrote to standard error since its last start.</summary>
    public string Error
    {
        get
        {
            lock (_lock)
            {
                return _error.ToString();
            }
        }
    }

    /// <summary>The process's id since its last start.</summary>
    public int Id => _process!.Id;

    /// <summary>What it holds of the machine's memory.</summary>
    public long ResidentBytes
    {
        get
        {
            _process!.Refresh();
            return _process.WorkingSet64;
        }
    }

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Starts a portal with the demo's accounts over one host, and waits until it is healthy.</summary>
    public static async Task<PortalProcess> StartAsync(string hostUri = GuestHost.Uri, Dictionary<string, string?>? settings = null)
    {
        var portal = Prepare(hostUri, settings);
        try
        {
            await portal.StartAsync();
            return portal;
        }
        catch
        {
            await portal.DisposeAsync();
            throw;
        }
    }

    /// <summary>A portal that is not started yet.</summary>
    public static PortalProcess Prepare(string hostUri = GuestHost.Uri, Dictionary<string, string?>? settings = null)
    {
        var portal = new PortalProcess(settings ?? []);
        portal.Set("SnapshotPortal__Hosts__0__Name", "local");
        portal.Set("SnapshotPortal__Hosts__0__Uri", hostUri);
        return portal;
    }

    /// <summary>Sets or, with <see langword="null"/>, removes a variable of its environment from the next start on.</summary>
    public void Set(string name, string? value) => _settings[name] = value;

    /// <summary>Starts the process (again) and waits until it is healthy.</summary>
    public async Task StartAsync()
    {
        Launch();
        await Eventually.TrueAsync(
            async () =>
            {
                if (!IsRunning)
                {
                    throw new InvalidOperationException($"The portal ended with {_process!.ExitCode} while it started:\n{Output}");
                }

                try
                {
                    using var answer = await _http.GetAsync(new Uri($"{Url}/healthz"));
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
                catch (TaskCanceledException)
                {
                    return false;
                }
            },
            "the portal is healthy",
            TimeSpan.FromSeconds(90));
    }

    /// <summary>Starts the process without waiting for anything.</summary>
    public void Launch()
    {
        lock (_lock)
        {
            _error.Clear();
        }

        var start = new ProcessStartInfo("dotnet", [Path.Combine(Repository.Root, "src/SnapshotPortal.Web/bin", Configuration, "net10.0/SnapshotPortal.Web.dll")])
        {
            WorkingDirectory = Repository.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var environment = start.Environment;
        environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        environment["ASPNETCORE_URLS"] = Url;
        environment["ConnectionStrings__Portal"] = $"Data Source={Path.Combine(Folder, "portal.db")}";
        environment["Demo__Enabled"] = "true";
        environment["Logging__Console__FormatterName"] = "simple";
        foreach (var (name, value) in _settings)
        {
            environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) => Keep(e.Data, isError: false);
        process.ErrorDataReceived += (_, e) => Keep(e.Data, isError: true);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process?.Dispose();
        _process = process;
    }

    /// <summary>Waits until it has ended by itself.</summary>
    /// <returns>Its exit code; 137 after a kill.</returns>
    public async Task<int> ExitAsync(TimeSpan? atMost = null)
    {
        using var limit = new CancellationTokenSource(atMost ?? TimeSpan.FromSeconds(60));
        try
        {
            await _process!.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"The portal did not end. What it wrote:\n{Output}", e);
        }

        return _process.ExitCode;
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await ExitAsync();
    }

    /// <summary>Ends it as a service manager does.</summary>
    public async Task StopAsync()
    {
        if (IsRunning)
        {
            GuestHost.Run("sh", "-c", string.Create(CultureInfo.InvariantCulture, $"kill -TERM {_process!.Id}"));
            await ExitAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            try
            {
                await StopAsync();
            }
            catch (TimeoutException)
            {
                await KillAsync();
            }

            _process.Dispose();
        }

        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>A port that nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // The tests and the portal are built by the same solution, in the same configuration.
    private static string Configuration => Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/')))!;

    private void Keep(string? line, bool isError)
    {
        if (line is null)
        {
            return;
        }

        lock (_lock)
        {
            _output.Enqueue(line);
            if (_output.Count > KeptLines)
            {
                _output.Dequeue();
            }

            if (isError)
            {
                _error.AppendLine(line);
            }
        }
    }
}
