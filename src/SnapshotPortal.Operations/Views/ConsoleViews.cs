using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Views;

/// <summary>The consoles of a machine.</summary>
/// <param name="WhyNoDisplay">Why there is no display to show, in a sentence; <see langword="null"/> if there is one.</param>
/// <param name="WhyNoSerial">Why there is no serial console, in a sentence; <see langword="null"/> if there is one.</param>
/// <param name="Own">The machine is the actor's own: they type unless they do not want to. Others watch unless they want more.</param>
public sealed record ConsolesView(string? WhyNoDisplay, string? WhyNoSerial, bool Own);

/// <summary>Somebody at a console.</summary>
public sealed record ConsoleVisitView(Guid UserId, string Name, ConsoleKind Kind, bool WatchOnly, DateTimeOffset Since);
