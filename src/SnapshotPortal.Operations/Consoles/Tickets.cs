using System.Collections.Concurrent;
using System.Security.Cryptography;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Consoles;

/// <summary>
/// Tickets for one connection each. They live in memory only: a portal that has restarted knows none, and the page asks for
/// another.
/// </summary>
internal sealed class Tickets(TimeProvider time)
{
    /// <summary>How long a ticket holds: the time between a click and the connection that follows.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Ticket> _tickets = new(StringComparer.Ordinal);

    /// <summary>Makes a ticket: 256 random bits, in characters that a header may hold.</summary>
    public string Make(Guid userId, Guid vmId, ConsoleRequest request)
    {
        var now = time.GetUtcNow();
        foreach (var (old, ticket) in _tickets)
        {
            if (ticket.ExpiresAt <= now)
            {
                _tickets.TryRemove(old, out _);
            }
        }

        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        _tickets[secret] = new Ticket(userId, vmId, request, now + Lifetime);
        return secret;
    }

    /// <summary>What the ticket is for, once; <see langword="null"/> for everybody but the person it was made for.</summary>
    public Ticket? Use(Guid userId, string secret)
        => _tickets.TryRemove(secret, out var ticket) && ticket.UserId == userId && ticket.ExpiresAt > time.GetUtcNow() ? ticket : null;

    /// <summary>How many a person has that nobody has used yet.</summary>
    public int Waiting(Guid userId) => _tickets.Values.Count(t => t.UserId == userId && t.ExpiresAt > time.GetUtcNow());
}

/// <summary>What a ticket is for.</summary>
internal sealed record Ticket(Guid UserId, Guid VmId, ConsoleRequest Request, DateTimeOffset ExpiresAt);
