using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Engine;

/// <summary>An expected failure of the engine: a stable code and a sentence for people.</summary>
public sealed class EngineException : Exception
{
    public EngineException()
        : this(FailureCodes.HypervisorError, "The hypervisor failed.")
    {
    }

    public EngineException(string message)
        : this(FailureCodes.HypervisorError, message)
    {
    }

    public EngineException(string message, Exception innerException)
        : this(FailureCodes.HypervisorError, message, innerException)
    {
    }

    public EngineException(string code, string message, Exception? innerException = null)
        : base(message, innerException)
        => Code = code;

    /// <summary>See <see cref="FailureCodes"/>.</summary>
    public string Code { get; }

    /// <summary>The answer to whoever asked for something that the engine could not do at once.</summary>
    internal Failure ToFailure()
        => new(Code is FailureCodes.HostUnreachable or FailureCodes.HypervisorError ? FailureKind.Unavailable : FailureKind.Conflict, Code, Message);
}
