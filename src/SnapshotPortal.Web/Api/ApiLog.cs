namespace SnapshotPortal.Web.Api;

/// <summary>What the API and the hub write to the log; the event ids are stable.</summary>
internal static partial class ApiLog
{
    [LoggerMessage(4001, LogLevel.Error, "{Method} {Path} failed unexpectedly; the caller was given the trace id {TraceId}.")]
    public static partial void RequestFailed(ILogger logger, Exception exception, string method, string path, string traceId);

    [LoggerMessage(4002, LogLevel.Error, "An event stream of user {UserId} failed unexpectedly.")]
    public static partial void StreamFailed(ILogger logger, Exception exception, Guid userId);

    [LoggerMessage(4003, LogLevel.Information, "An event stream of user {UserId} ended because the access it was opened with does not hold any more.")]
    public static partial void StreamAccessLost(ILogger logger, Guid userId);
}
