using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using SnapshotPortal.Data;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Web.Demo;

/// <summary>
/// Tells on the console how to sign in, then gives the demo's people their machines: as soon as a host shows the domains,
/// and only those that the portal does not manage yet.
/// </summary>
internal sealed partial class DemoMachines(
    IServiceScopeFactory scopes,
    IVirtualMachines machines,
    IServer server,
    IHostApplicationLifetime lifetime,
    IOptions<DemoOptions> options,
    TimeProvider time,
    ILogger<DemoMachines> logger) : BackgroundService
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (lifetime.ApplicationStarted.Register(started.SetResult))
        {
            await started.Task.WaitAsync(stoppingToken);
        }

        LogSignIn();
        var (administrator, owners) = await PeopleAsync();
        var until = time.GetUtcNow() + Patience;
        using var timer = new PeriodicTimer(RetryInterval, time);
        do
        {
            if (await TryAdoptAsync(administrator, owners, stoppingToken))
            {
                return;
            }
        }
        while (time.GetUtcNow() < until && await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Adopts what is there. True once a host has answered and nothing is left to do.</summary>
    internal async Task<bool> TryAdoptAsync(Actor administrator, IReadOnlyDictionary<string, Guid> owners, CancellationToken cancellationToken)
    {
        try
        {
            var unmanaged = await machines.ListUnmanagedAsync(administrator, cancellationToken);
            if (!unmanaged.IsSuccess)
            {
                return false;
            }

            var complete = true;
            foreach (var (domain, owner) in DemoPeople.Machines)
            {
                if (unmanaged.Value.FirstOrDefault(vm => vm.Name == domain) is { } vm)
                {
                    var adopted = await machines.AdoptAsync(administrator, new AdoptRequest(vm.HostId, vm.VmId, owners[owner]), cancellationToken);
                    complete &= adopted.IsSuccess;
                    if (adopted.IsSuccess)
                    {
                        LogAdopted(domain, owner);
                    }
                    else
                    {
                        LogNotAdopted(domain, adopted.Failure.Message);
                    }
                }
            }

            // No domain at all may mean that the host is not there yet: what it shows later is still to be given away.
            var managed = await machines.ListAsync(administrator, new VmQuery(Everybodys: true, Take: 1), cancellationToken);
            return complete && (unmanaged.Value.Count > 0 || managed.Total > 0);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The demo is an extra: whatever stands in its way must not take the portal down with it.
            LogTrouble(e);
            return false;
        }
    }

    private async Task<(Actor Administrator, Dictionary<string, Guid> Owners)> PeopleAsync()
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var ids = new Dictionary<string, Guid>(StringComparer.Ordinal);
        foreach (var (email, _, _) in DemoPeople.All)
        {
            var user = await users.FindByEmailAsync(email) ?? throw new InvalidOperationException($"The demo account {email} is gone.");
            ids[email] = user.Id;
        }

        return (new Actor(ids[DemoPeople.Administrator], "Demo", IsAdministrator: true), ids);
    }

    private void LogSignIn()
    {
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://localhost";
        Console.WriteLine();
        Console.WriteLine($"  SnapshotPortal demo: {address}");
        Console.WriteLine($"  Sign in as {DemoPeople.Developer} (or {string.Join(", ", DemoPeople.All.Select(static p => p.Email).Where(static e => e != DemoPeople.Developer))})");
        Console.WriteLine($"  Password: {options.Value.Password}");
        Console.WriteLine();
    }

    [LoggerMessage(1, LogLevel.Information, "Demo: {Domain} now belongs to {Owner}")]
    private partial void LogAdopted(string domain, string owner);

    [LoggerMessage(2, LogLevel.Warning, "Demo: {Domain} was not adopted: {Reason}")]
    private partial void LogNotAdopted(string domain, string reason);

    [LoggerMessage(3, LogLevel.Warning, "Demo: the machines cannot be given away yet")]
    private partial void LogTrouble(Exception exception);
}
