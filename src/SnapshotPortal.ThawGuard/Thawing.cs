using System.Text.Json;
using LibVirt;

namespace SnapshotPortal.ThawGuard;

/// <summary>Thaws guests until each says that it is thawed or its machine has ended, or until patience ends.</summary>
internal sealed class Thawing(TimeProvider time, TextWriter log)
{
    private const int AgentTimeoutSeconds = 5;
    private const string StatusCommand = """{"execute":"guest-fsfreeze-status"}""";
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    // A portal that comes back takes over from the database; this is for one that does not.
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(10);

    /// <summary>True if all are proven thawed.</summary>
    public bool Run(IReadOnlyCollection<Guest> guests)
    {
        var left = guests.ToList();
        var started = time.GetTimestamp();
        using var pause = new ManualResetEventSlim();
        while (left.Count > 0)
        {
            left.RemoveAll(TryThaw);
            if (left.Count > 0)
            {
                if (time.GetElapsedTime(started) > _patience)
                {
                    log.WriteLine($"thaw guard: given up after {_patience.TotalMinutes:F0} minutes on {string.Join(", ", left.Select(static g => g.VmId))}");
                    return false;
                }

                pause.Wait(_pause);
            }
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
                log.WriteLine($"thaw guard: {guest.VmId} is thawed");
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
            log.WriteLine($"thaw guard: {guest.VmId} is not thawed yet: {e.Message}");
        }

        return false;
    }

    private static bool IsThawed(VirDomain domain)
    {
        try
        {
            using var answer = JsonDocument.Parse(domain.QemuAgentCommand(StatusCommand, AgentTimeoutSeconds));
            return answer.RootElement.ValueKind == JsonValueKind.Object && answer.RootElement.TryGetProperty("return", out var status) && status.ValueKind == JsonValueKind.String && status.GetString() == "thawed";
        }
        catch (JsonException)
        {
            // Nonsense of one guest must not end the process that thaws the others.
            return false;
        }
    }
}
