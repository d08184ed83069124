using Microsoft.Extensions.Logging;
using SnapshotPortal.Domain.Deployments;

namespace SnapshotPortal.Operations.Deployments;

/// <summary>What the log says of classes' machines.</summary>
internal static partial class DeploymentLog
{
    [LoggerMessage(1700, LogLevel.Information, "Batch {BatchId} ({Kind}) ended as {State}: {Succeeded} of {Count} machines.")]
    public static partial void Ended(ILogger logger, Guid batchId, BatchKind kind, BatchState state, int succeeded, int count);

    [LoggerMessage(1701, LogLevel.Information, "Deployment {DeploymentId}: {What}.")]
    public static partial void Expiry(ILogger logger, Guid deploymentId, string what);

    [LoggerMessage(1702, LogLevel.Error, "Batch {BatchId} met an unexpected error and is tried again")]
    public static partial void Surprised(ILogger logger, Exception exception, Guid batchId);
}
