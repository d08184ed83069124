namespace SnapshotPortal.Domain;

/// <summary>Thrown where code asks for a change of state that the model forbids. It is always a defect of the caller.</summary>
public sealed class IllegalTransitionException : InvalidOperationException
{
    public IllegalTransitionException()
    {
    }

    public IllegalTransitionException(string message)
        : base(message)
    {
    }

    public IllegalTransitionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The exception for an edge from <paramref name="from"/> to <paramref name="to"/> that does not exist.</summary>
    public static IllegalTransitionException Between<TState>(string subject, TState from, TState to)
        where TState : struct, Enum
        => new($"{subject} cannot go from {from} to {to}.");
}
