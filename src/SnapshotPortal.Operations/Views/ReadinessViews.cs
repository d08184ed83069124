namespace SnapshotPortal.Operations.Views;

/// <summary>How something stands.</summary>
public enum ReadinessState
{
    Ready,

    /// <summary>It works, but not as well as it could.</summary>
    Weak,

    /// <summary>Something cannot work.</summary>
    NotReady,
}

/// <summary>One line.</summary>
/// <param name="State">How it stands.</param>
/// <param name="Text">What was found, in a sentence.</param>
/// <param name="Command">What mends it, to be run on the host; <see langword="null"/> where nothing is to be done, or no command does it.</param>
public sealed record ReadinessLine(ReadinessState State, string Text, string? Command = null);

/// <summary>The lines about one thing.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Lines">At least one.</param>
public sealed record ReadinessSection(string Title, IReadOnlyList<ReadinessLine> Lines);
