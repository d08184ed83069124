namespace SnapshotPortal.Operations.Views;

/// <summary>The live board.</summary>
/// <param name="Entries">What is on it, newest first.</param>
/// <param name="Hosts">The names of the hosts that one can choose from.</param>
/// <param name="Classes">The classes that one can choose from.</param>
/// <param name="IsCut">There is more than the board shows; what runs is shown in any case.</param>
public sealed record BoardView(IReadOnlyList<BoardEntryView> Entries, IReadOnlyList<string> Hosts, IReadOnlyList<BoardClassView> Classes, bool IsCut);

/// <summary>A class to choose.</summary>
public sealed record BoardClassView(Guid Id, string Name);

/// <summary>One operation with everything that tells whose it is and where.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="HostName">The host it runs on.</param>
/// <param name="OwnerName">Whose machine it is.</param>
/// <param name="ClassName">The class the machine was made for; <see langword="null"/> if for none.</param>
public sealed record BoardEntryView(OperationView Operation, string HostName, string OwnerName, string? ClassName);
