using LibVirt;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Freezing;

/// <summary>What came of asking a guest to freeze.</summary>
/// <param name="Frozen">It said that its file systems are frozen.</param>
/// <param name="FileSystems">How many it said.</param>
/// <param name="Reason">Why not, in a sentence.</param>
internal readonly record struct FreezeAnswer(bool Frozen, int FileSystems, string? Reason);

/// <summary>
/// Freezes and thaws guests. A freeze is only asked of an agent that answers, announced to the thaw guard first, and never
/// taken for undone because it failed: a hung agent works off its queue when it wakes up.
/// </summary>
internal sealed class Freezer(HostLinks links, ThawGuard guard, IOptions<EngineOptions> options, ILogger<Freezer> logger)
{
    private const string PingCommand = """{"execute":"guest-ping"}""";

    private int TimeoutSeconds => options.Value.AgentTimeoutSeconds;

    /// <summary>The agent answers within its time.</summary>
    public bool Answers(VirDomain domain)
    {
        try
        {
            // First of all: without a limit a hung agent would hold this call, and every later one, for ever.
            domain.AgentSetResponseTimeout(TimeoutSeconds);
            domain.QemuAgentCommand(PingCommand, TimeoutSeconds);
            return true;
        }
        catch (LibvirtException e) when (AgentTrouble.Is(e))
        {
            return false;
        }
    }

    /// <summary>Tells the guard. False: no guard watches, so nothing may be frozen.</summary>
    public bool TryAnnounce(HostRef host, Guid vmId) => guard.TryAnnounce(host.Uri, vmId);

    /// <summary>Freezes all file systems of the guest. The debt must be written and the guard told before.</summary>
    public FreezeAnswer Freeze(VirDomain domain)
    {
        try
        {
            return new FreezeAnswer(true, domain.FsFreeze(), null);
        }
        catch (LibvirtException e) when (AgentTrouble.Is(e))
        {
            EngineLog.FreezeFailed(logger, domain.Uuid, e.Message);
            return new FreezeAnswer(false, 0, e.Message);
        }
    }

    /// <summary>Thaws after a freeze.</summary>
    /// <returns>How many file systems were still frozen and are not any more; <see langword="null"/> where the agent did not say.</returns>
    public int? Thaw(VirDomain domain)
    {
        try
        {
            return domain.FsThaw();
        }
        catch (LibvirtException e) when (AgentTrouble.Is(e))
        {
            EngineLog.ThawFailed(logger, domain.Uuid, e.Message);
            return null;
        }
    }

    /// <summary>Asks whether the guest is thawed, thaws it if not, and settles with journal and guard only what is proven.</summary>
    public void Settle(VirConnection connection, HostRef host, Guid vmId, IOperationJournal journal)
    {
        var answer = Prove(connection, vmId);
        if (answer.IsProven)
        {
            guard.Settle(host.Uri, vmId);
            journal.NoteThawProven();
        }
        else
        {
            EngineLog.ThawFailed(logger, vmId, answer.Detail);
            journal.NoteThawUnproven(answer.Detail);
        }
    }

    /// <summary>The machine's process has ended: whatever was frozen in it is no more.</summary>
    public void SettleEnded(HostRef host, Guid vmId, IOperationJournal journal)
    {
        guard.Settle(host.Uri, vmId);
        journal.NoteThawProven();
    }

    /// <summary>One attempt of the debt collector.</summary>
    public async Task<ThawAnswer> CollectAsync(HostRef host, Guid vmId)
    {
        var answer = await links[host].ControlAsync(connection => Prove(connection, vmId));
        if (answer.IsProven)
        {
            guard.Settle(host.Uri, vmId);
        }

        return answer;
    }

    private ThawAnswer Prove(VirConnection connection, Guid vmId)
    {
        VirDomain domain;
        try
        {
            domain = connection.LookupDomainByUuid(vmId);
        }
        catch (LibvirtException e) when (e.Code is LibvirtErrorCode.NoDomain)
        {
            return new ThawAnswer(true, "The machine is not on its host any more.");
        }

        using (domain)
        {
            try
            {
                if (!domain.IsActive)
                {
                    return new ThawAnswer(true, "The machine does not run.");
                }

                domain.AgentSetResponseTimeout(TimeoutSeconds);
                if (IsThawed(domain))
                {
                    return new ThawAnswer(true, "thawed");
                }

                domain.FsThaw();
                return IsThawed(domain) ? new ThawAnswer(true, "thawed") : new ThawAnswer(false, "The agent thawed and says that it is frozen still.");
            }
            catch (LibvirtException e) when (AgentTrouble.Is(e))
            {
                return new ThawAnswer(false, e.Message);
            }
        }
    }

    private bool IsThawed(VirDomain domain) => domain.GetFsFreezeStatus(TimeoutSeconds) == GuestFsFreezeStatus.Thawed;
}
