using LibVirt;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Power;

/// <summary>Starts, shuts down, forces off, restarts and removes machines.</summary>
internal sealed class PowerChange(HostLinks links, TimeProvider time)
{
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(250);

    public async Task RunAsync(HostRef host, Guid vmId, PowerAction action, IOperationJournal journal, CancellationToken cancellationToken)
    {
        var link = links[host];
        await journal.BeginStepAsync(action.ToString(), cancellationToken: cancellationToken);
        await link.WorkAsync(connection => Act(connection, vmId, action));
        if (action == PowerAction.Shutdown)
        {
            await AwaitOffAsync(link, vmId, journal, cancellationToken);
        }
    }

    public async Task DeleteAsync(HostRef host, Guid vmId, IOperationJournal journal, CancellationToken cancellationToken)
    {
        var link = links[host];
        await journal.BeginStepAsync("Undefine", cancellationToken: cancellationToken);
        await link.WorkAsync(connection => Domains.Exists(connection, vmId) && Remove(connection, vmId));
    }

    private static bool Act(VirConnection connection, Guid vmId, PowerAction action)
    {
        using var domain = connection.LookupDomainByUuid(vmId);
        var active = domain.IsActive;
        switch (action)
        {
            case PowerAction.Start when !active:
                Start(domain);
                break;
            case PowerAction.Start when domain.GetState().State is DomainState.Paused:
                domain.Resume();
                break;
            case PowerAction.Stop when active:
                domain.Destroy();
                break;
            case PowerAction.Shutdown when active:
                domain.Shutdown(AgentPortConnected(domain) ? DomainShutdownFlags.GuestAgent : DomainShutdownFlags.AcpiPowerButton);
                break;
            case PowerAction.Reboot when active:
                domain.Reboot(AgentPortConnected(domain) ? DomainRebootFlags.GuestAgent : DomainRebootFlags.AcpiPowerButton);
                break;
            case PowerAction.Reboot:
                throw new EngineException(FailureCodes.VmNotRunning, "The machine does not run, so it cannot restart. Start it instead.");
            default:
                // It is in the wanted state already.
                break;
        }

        return true;
    }

    private static void Start(VirDomain domain)
    {
        try
        {
            domain.Create();
        }
        catch (LibvirtException e) when (StartTrouble.Find(e) is not null)
        {
            throw new EngineException(FailureCodes.StartFailed, $"The machine could not be started: {StartTrouble.Explain(e)}", e);
        }
    }

    private async Task AwaitOffAsync(HostLink link, Guid vmId, IOperationJournal journal, CancellationToken cancellationToken)
    {
        await journal.ReportWaitingAsync("The guest was asked to shut down.", cancellationToken);
        while (true)
        {
            var power = await link.ControlAsync(connection =>
            {
                using var domain = connection.LookupDomainByUuid(vmId);
                return DomainDefinition.ToPower(domain.GetState().State);
            });
            if (power is PowerState.ShutOff or PowerState.Crashed)
            {
                return;
            }

            await Task.Delay(_poll, time, cancellationToken);
        }
    }

    private static bool Remove(VirConnection connection, Guid vmId)
    {
        using var domain = connection.LookupDomainByUuid(vmId);
        if (domain.IsActive)
        {
            domain.Destroy();
        }

        domain.Undefine(DomainUndefineFlags.ManagedSave | DomainUndefineFlags.SnapshotsMetadata | DomainUndefineFlags.CheckpointsMetadata | DomainUndefineFlags.Nvram);
        return true;
    }

    private static bool AgentPortConnected(VirDomain domain) => DomainDefinition.Parse(domain.GetXmlDescription()).AgentPortConnected;
}
