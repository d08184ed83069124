using LibVirt;
using Microsoft.Extensions.Options;
using SnapshotPortal.Domain.Identities;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Freezing;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Identities;

/// <summary>Who the guest was before it is changed, as the journal keeps it.</summary>
internal sealed record IdentityIntention(GuestFacts Before);

/// <summary>A script of the owner's is about to be run.</summary>
internal sealed record ScriptIntention(string HostName);

/// <summary>Gives guests an identity and asks them for it, through their agents.</summary>
internal sealed class GuestIdentification(HostLinks links, IOptions<EngineOptions> options, TimeProvider time)
{
    /// <summary>How long the change may take: slow guests need seconds for each key.</summary>
    private static readonly TimeSpan _changeTime = TimeSpan.FromMinutes(2);

    /// <summary>How long an owner's script may take.</summary>
    private static readonly TimeSpan _scriptTime = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(500);

    private int TimeoutSeconds => options.Value.AgentTimeoutSeconds;

    public async Task<IdentityResult> RunAsync(IdentityOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        var link = links[order.Host];
        journal.NoteStep("AwaitAgent");
        if (await AwaitAgentAsync(link, order.VmId, cancellationToken) is { } silence)
        {
            return new IdentityResult(null, null, silence);
        }

        return order.HostName is { } name
            ? await ChangeAsync(link, order, name, journal, cancellationToken)
            : new IdentityResult(order.Before, await ReadNowAsync(link, order.VmId, journal), null);
    }

    /// <summary>What of an interrupted order can be done again.</summary>
    public static async Task<(IdentityOrder Repeat, bool ScriptLost)> RecoverAsync(IdentityOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        var before = (await journal.FindIntentionAsync<IdentityIntention>(cancellationToken))?.Before;
        return await journal.FindIntentionAsync<ScriptIntention>(cancellationToken) is null
            ? (order with { Before = before }, false)
            : (order with { Before = before, HostName = null, Script = null }, true);
    }

    /// <summary>Who a guest is, if it answers at once.</summary>
    public Task<GuestFacts?> ReadAsync(HostRef host, Guid vmId) => links[host].GuestAsync(connection => TryRead(connection, vmId));

    private async Task<IdentityResult> ChangeAsync(HostLink link, IdentityOrder order, string name, IOperationJournal journal, CancellationToken cancellationToken)
    {
        var (before, mayRun) = await link.GuestAsync(connection => With(connection, order.VmId, agent => (Read(agent), agent.MayRunPrograms)));
        before = order.Before ?? before;
        if (!mayRun)
        {
            return new IdentityResult(null, before, "The guest agent does not let the portal run programs, so nothing was changed. Take guest-exec out of its list of blocked commands, then run it again.");
        }

        await journal.BeginStepAsync("Identity", new IdentityIntention(before), cancellationToken: cancellationToken);
        var change = await RunScriptAsync(link, order.VmId, ["-s", "--", name], IdentityScript.Text, _changeTime, cancellationToken);
        var obstacle = change switch
        {
            (null, var why) => $"The guest could not be changed: {why}",
            ({ ExitCode: not 0 } ended, _) => $"The guest could not be changed wholly: {FirstLine(ended.Output)}",
            _ => null,
        };
        var (script, scriptWhy) = ((GuestProgramResult?)null, (string?)null);
        if (order.Script is { } own && obstacle is null)
        {
            await journal.BeginStepAsync("Script", new ScriptIntention(name), cancellationToken: cancellationToken);
            (script, scriptWhy) = await RunScriptAsync(link, order.VmId, ["-c", IdentityScript.Wrapper((int)_scriptTime.TotalSeconds)], own, _scriptTime, cancellationToken);
        }

        var now = await ReadNowAsync(link, order.VmId, journal);
        return new IdentityResult(before, now, obstacle, script is { } result ? new ScriptResult(result.ExitCode, result.Output) : null, scriptWhy);
    }

    private async Task<GuestFacts?> ReadNowAsync(HostLink link, Guid vmId, IOperationJournal journal)
    {
        journal.NoteStep("Verify");
        return await link.GuestAsync(connection => TryRead(connection, vmId));
    }

    /// <summary>Waits until the guest has booted.</summary>
    /// <returns>Why it never will answer.</returns>
    private async Task<string?> AwaitAgentAsync(HostLink link, Guid vmId, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (answers, never) = await link.GuestAsync(connection => Look(connection, vmId));
            if (answers || never is not null)
            {
                return never;
            }

            await Task.Delay(_poll, time, cancellationToken);
        }
    }

    private (bool Answers, string? Never) Look(VirConnection connection, Guid vmId)
    {
        using var domain = connection.LookupDomainByUuid(vmId);
        if (!domain.IsActive)
        {
            return (false, "The machine does not run. Start it, then run it again.");
        }

        var definition = DomainDefinition.Parse(domain.GetXmlDescription());
        if (!definition.HasAgentChannel)
        {
            return (false, "The machine has no channel for a guest agent (org.qemu.guest_agent.0), so nobody can ask its guest. Change its host name, machine id and SSH host keys by hand.");
        }

        if (!definition.AgentPortConnected)
        {
            return (false, null);
        }

        try
        {
            domain.AgentSetResponseTimeout(TimeoutSeconds);
            domain.QemuAgentCommand("""{"execute":"guest-ping"}""", TimeoutSeconds);
            return (true, null);
        }
        catch (LibvirtException e) when (AgentTrouble.Is(e))
        {
            return (false, null);
        }
    }

    private async Task<(GuestProgramResult? Ended, string? Why)> RunScriptAsync(HostLink link, Guid vmId, string[] arguments, string script, TimeSpan atMost, CancellationToken cancellationToken)
    {
        try
        {
            if (await link.GuestAsync(connection => With(connection, vmId, agent => agent.StartShell(arguments, script))) is not { } pid)
            {
                return (null, "the guest agent did not say that it began.");
            }

            var since = time.GetTimestamp();
            while (time.GetElapsedTime(since) < atMost)
            {
                if (await link.GuestAsync(connection => With(connection, vmId, agent => agent.Ended(pid, GuestIdentity.MaxOutputLength))) is { } ended)
                {
                    return (ended, null);
                }

                await Task.Delay(_poll, time, cancellationToken);
            }

            return (null, FormattableString.Invariant($"it did not end within {atMost.TotalMinutes:F0} minutes."));
        }
        catch (Exception e) when (e is EngineException { InnerException: LibvirtException inner } && AgentTrouble.Is(inner))
        {
            return (null, e.Message);
        }
    }

    private GuestFacts? TryRead(VirConnection connection, Guid vmId)
    {
        try
        {
            return With(connection, vmId, Read);
        }
        catch (LibvirtException e) when (AgentTrouble.Is(e))
        {
            return null;
        }
    }

    private T With<T>(VirConnection connection, Guid vmId, Func<GuestAgent, T> act)
    {
        using var domain = connection.LookupDomainByUuid(vmId);
        domain.AgentSetResponseTimeout(TimeoutSeconds);
        return act(new GuestAgent(domain, TimeoutSeconds));
    }

    private GuestFacts Read(GuestAgent agent) => new(
        GuestAnswers.HostName(agent.HostName()),
        GuestAnswers.MachineId(agent.ReadFile("/etc/machine-id")),
        [.. GuestAnswers.KeyFiles.Select(agent.ReadFile).OfType<string>().Select(SshHostKey.Fingerprint).OfType<string>().Distinct(StringComparer.Ordinal)],
        time.GetUtcNow());

    private static string FirstLine(string output)
    {
        var line = output.Split('\n', 2, StringSplitOptions.TrimEntries)[0];
        return line.Length == 0 ? "it did not say why." : line[..Math.Min(line.Length, 300)];
    }
}
