using LibVirt;
using Microsoft.Extensions.Logging;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Configuring;

/// <summary>The settings as they were, for the way back.</summary>
/// <param name="Name">Its name.</param>
/// <param name="StartsWithHost">It started with its host.</param>
/// <param name="Definition">Its definition, where the boot order is to change.</param>
internal sealed record SettingsIntention(string Name, bool StartsWithHost, string? Definition);

/// <summary>
/// Renames machines, has them start with their host or not, and orders what they boot from. Each step asks for a state and not
/// for a change, so that it can be done again; the rename, which libvirt refuses most easily, comes last.
/// </summary>
internal sealed class MachineSettings(HostLinks links, ILogger<MachineSettings> logger)
{
    public Task<BootSettings> ReadAsync(HostRef host, Guid vmId) => links[host].ControlAsync(connection =>
    {
        using var domain = connection.LookupDomainByUuid(vmId);
        var definition = DomainDefinition.Parse(domain.GetXmlDescription(DomainXmlFlags.Inactive));
        return new BootSettings(domain.GetAutostart(), definition.BootDevices, definition.HasOwnKernel);
    });

    public async Task RunAsync(ConfigureOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        var link = links[order.Host];
        var before = await link.WorkAsync(connection => Look(connection, order));
        try
        {
            await ApplyAsync(link, order, before, journal, cancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException or EngineException { Code: not FailureCodes.HostUnreachable })
        {
            await UndoAsync(link, order, before);
            throw;
        }

        journal.NoteStep("Record");
    }

    public async Task<bool> RecoverAsync(ConfigureOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        if (await journal.FindIntentionAsync<SettingsIntention>(cancellationToken) is not { } before)
        {
            return false;
        }

        var link = links[order.Host];
        try
        {
            await ApplyAsync(link, order, before, journal, cancellationToken);
            return true;
        }
        catch (EngineException e) when (e.Code is not (FailureCodes.HostUnreachable or FailureCodes.VmMissing))
        {
            // Somebody started the machine, say, or took the name in between.
            await UndoAsync(link, order, before);
            return false;
        }
    }

    /// <summary>Refuses what cannot be done before anything is touched.</summary>
    private static SettingsIntention Look(VirConnection connection, ConfigureOrder order)
    {
        using var domain = connection.LookupDomainByUuid(order.VmId);
        if (order.Name is not null)
        {
            RequireOff(domain);
        }

        var xml = order.BootOrder is null ? null : domain.GetXmlDescription(DomainXmlFlags.Inactive | DomainXmlFlags.Secure);
        if (xml is not null)
        {
            DomainDefinition.Parse(xml).WithBootOrder(order.BootOrder!);
        }

        return new SettingsIntention(domain.Name, domain.GetAutostart(), xml);
    }

    private static void RequireOff(VirDomain domain)
    {
        if (domain.IsActive)
        {
            throw new EngineException(FailureCodes.VmRunning, "The machine is on, and a machine can be renamed only while it is off. Shut it down first.");
        }

        if (domain.HasManagedSave())
        {
            throw new EngineException(FailureCodes.VmSaved, "The machine was put to sleep: its memory is saved on the host under its present name. Start it, so that it goes on, and shut it down; then rename it.");
        }
    }

    private static async Task ApplyAsync(HostLink link, ConfigureOrder order, SettingsIntention before, IOperationJournal journal, CancellationToken cancellationToken)
    {
        if (order.BootOrder is { } devices)
        {
            await journal.BeginStepAsync("SetBootOrder", before, cancellationToken: cancellationToken);
            await link.WorkAsync(connection =>
            {
                using var domain = connection.LookupDomainByUuid(order.VmId);
                var definition = DomainDefinition.Parse(domain.GetXmlDescription(DomainXmlFlags.Inactive | DomainXmlFlags.Secure));
                return Domains.Define(connection, definition.WithBootOrder(devices));
            });
        }

        if (order.StartsWithHost is { } starts)
        {
            await journal.BeginStepAsync("SetAutostart", before, cancellationToken: cancellationToken);
            await link.WorkAsync(connection =>
            {
                using var domain = connection.LookupDomainByUuid(order.VmId);
                domain.SetAutostart(starts);
                return true;
            });
        }

        if (order.Name is { } name)
        {
            await journal.BeginStepAsync("Rename", before, cancellationToken: cancellationToken);
            await link.WorkAsync(connection => Rename(connection, order.VmId, name));
        }
    }

    private static bool Rename(VirConnection connection, Guid vmId, string name)
    {
        using var domain = connection.LookupDomainByUuid(vmId);
        if (domain.Name == name)
        {
            return true;
        }

        RequireOff(domain);
        try
        {
            domain.Rename(name);
            return true;
        }
        catch (LibvirtException e) when (Domains.HasName(connection, name))
        {
            // libvirt has no code of its own for it. Asked afterwards, so that nobody can take the name in between.
            throw Domains.NameTaken(name, e);
        }
    }

    private async Task UndoAsync(HostLink link, ConfigureOrder order, SettingsIntention before)
    {
        EngineLog.Undoing(logger, order.VmId, "a change of its settings");
        await link.ControlAsync(connection =>
        {
            using (var domain = connection.LookupDomainByUuid(order.VmId))
            {
                if (domain.Name != before.Name && domain.Name == order.Name)
                {
                    domain.Rename(before.Name);
                }

                if (order.StartsWithHost is not null && domain.GetAutostart() != before.StartsWithHost)
                {
                    domain.SetAutostart(before.StartsWithHost);
                }
            }

            return before.Definition is null || Domains.Define(connection, before.Definition);
        });
    }
}
