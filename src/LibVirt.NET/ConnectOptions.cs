namespace LibVirt;

/// <summary>How to open a connection.</summary>
public sealed record ConnectOptions
{
    /// <summary>Whether to open it read-only; calls that change something then fail with <see cref="LibvirtErrorCode.OperationDenied"/>.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>
    /// Asked for credentials when the server wants some; fills in <see cref="CredentialRequest.Result"/> of each and returns
    /// true, or returns false to give up. Runs on the thread that opens the connection.
    /// </summary>
    public Func<IReadOnlyList<CredentialRequest>, bool>? Authenticate { get; init; }

    /// <summary>Seconds between keepalive messages; null leaves them off. The test driver has none.</summary>
    public int? KeepAliveIntervalSeconds { get; init; }

    /// <summary>How many keepalive messages may go unanswered before the connection is closed.</summary>
    public int KeepAliveCount { get; init; } = 5;
}
