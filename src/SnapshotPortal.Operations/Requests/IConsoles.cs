using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Requests;

/// <summary>
/// The consoles of running machines: who may use a machine may look at it, and whoever looks is told to its owner. Every call
/// authorises by itself.
/// </summary>
public interface IConsoles
{
    /// <summary>Which consoles the machine has. Asks its host.</summary>
    Task<Outcome<ConsolesView>> GetAsync(Actor actor, Guid vmId, CancellationToken cancellationToken);

    /// <summary>Who is at the machine's consoles now.</summary>
    Task<Outcome<IReadOnlyList<ConsoleVisitView>>> VisitsAsync(Actor actor, Guid vmId, CancellationToken cancellationToken);

    /// <summary>Makes a ticket for one connection. It holds for 30 s, once, and for this actor only.</summary>
    Task<Outcome<string>> AdmitAsync(Actor actor, Guid vmId, ConsoleRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Opens what a ticket was made for. A ticket that is unknown, used, expired or somebody else's is answered alike.
    /// </summary>
    Task<Outcome<IConsoleSession>> OpenAsync(Actor actor, string ticket, CancellationToken cancellationToken);

    /// <summary>The actor may still be where the session is; false ends it.</summary>
    Task<bool> MayStayAsync(Actor actor, Guid vmId, CancellationToken cancellationToken);
}

/// <summary>The consoles that the portal shows.</summary>
public enum ConsoleKind
{
    /// <summary>The screen, with keyboard and mouse.</summary>
    Display,

    /// <summary>The first serial console: a terminal.</summary>
    Serial,
}

/// <summary>What to open.</summary>
/// <param name="Kind">Which console.</param>
/// <param name="WatchOnly">Nothing typed reaches the machine.</param>
/// <param name="TakeOver">A serial console that a program outside the portal has open is taken from it.</param>
public sealed record ConsoleRequest(ConsoleKind Kind, bool WatchOnly = false, bool TakeOver = false);

/// <summary>One person at one console. Disposing it is leaving.</summary>
public interface IConsoleSession : IConsoleChannel
{
    Guid VmId { get; }

    ConsoleKind Kind { get; }

    bool WatchOnly { get; }
}
