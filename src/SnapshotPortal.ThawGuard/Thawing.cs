using LibVirt;

namespace SnapshotPortal.ThawGuard;

/// <summary>Thaws guests until each says that it is thawed or its machine has ended, or until patience ends.</summary>
internal sealed class Thawing(TimeProvider time, TextWriter log)
{
    private const int AgentTimeoutSeconds = 5;
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    // A portal that comes back takes over from the database; this is for one that does not.
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(10);

    private readonly TextWriter _log = TextWriter.Synchronized(log);

    /// <summary>Thaws all of them at once: one whose agent is silent must not keep another frozen.</summary>
    /// <returns>True if all are proven thawed.</returns>
    public bool Run(IReadOnlyCollection<Guest> guests)
    {
        // A thread for each, because libvirt keeps it waiting for as long as the agent is silent.
        var thawing = guests.Select(guest => Task.Factory.StartNew(() => Thaw(guest), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        return Task.WhenAll(thawing).GetAwaiter().GetResult().All(static proven => proven);
    }

    private bool Thaw(Guest guest)
    {
        var started = time.GetTimestamp();
        using var pause = new ManualResetEventSlim();
        while (!TryThaw(guest))
        {
            if (time.GetElapsedTime(started) > _patience)
            {
                _log.WriteLine($"thaw guard: given up after {_patience.TotalMinutes:F0} minutes on {guest.VmId}");
                return false;
            }

            pause.Wait(_pause);
        }

        return true;
    }

    private bool TryThaw(Guest guest)
    {
        try
        {
            using var connection = VirConnection.Open(guest.Uri);
            using var domain = connection.LookupDomainByUuid(guest.VmId);
            if (!domain.IsActive)
            {
                return true;
            }

            domain.AgentSetResponseTimeout(AgentTimeoutSeconds);
            if (!IsThawed(domain))
            {
                domain.FsThaw();
            }

            if (IsThawed(domain))
            {
                _log.WriteLine($"thaw guard: {guest.VmId} is thawed");
                return true;
            }
        }
        catch (LibvirtException e) when (e.Code is LibvirtErrorCode.NoDomain)
        {
            return true;
        }
        catch (LibvirtException e)
        {
            // A hung agent, a daemon that restarts: the next round tries again.
            _log.WriteLine($"thaw guard: {guest.VmId} is not thawed yet: {e.Message}");
        }

        return false;
    }

    private static bool IsThawed(VirDomain domain) => domain.GetFsFreezeStatus(AgentTimeoutSeconds) == GuestFsFreezeStatus.Thawed;
}
