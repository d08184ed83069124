using Microsoft.Extensions.Logging;
using SnapshotPortal.Domain.Operations;

namespace SnapshotPortal.Operations.Execution;

/// <summary>What the operation layer logs, with stable event ids.</summary>
internal static partial class OperationLog
{
    [LoggerMessage(1000, LogLevel.Information, "{Kind} {OperationId} on {VmId} succeeded in {Milliseconds:F0} ms")]
    public static partial void Succeeded(ILogger logger, Guid operationId, OperationKind kind, Guid vmId, double milliseconds);

    [LoggerMessage(1001, LogLevel.Warning, "{Kind} {OperationId} on {VmId} failed at step {Step}: {Code}: {Reason}")]
    public static partial void Failed(ILogger logger, Guid operationId, OperationKind kind, Guid vmId, string? step, string code, string reason);

    [LoggerMessage(1002, LogLevel.Error, "{Kind} {OperationId} met an unexpected error at step {Step}")]
    public static partial void Surprised(ILogger logger, Exception exception, Guid operationId, OperationKind kind, string? step);

    [LoggerMessage(1003, LogLevel.Error, "The operation queue failed in this round and tries again")]
    public static partial void QueueFailed(ILogger logger, Exception exception);

    [LoggerMessage(1004, LogLevel.Warning, "{Kind} {OperationId} was interrupted at step {Step}; recovering")]
    public static partial void Recovering(ILogger logger, Guid operationId, OperationKind kind, string? step);

    [LoggerMessage(1005, LogLevel.Warning, "Recovery of {OperationId} waits for its host: {Reason}")]
    public static partial void RecoveryWaits(ILogger logger, Guid operationId, string reason);

    [LoggerMessage(1010, LogLevel.Error, "{Work} failed in this round and tries again in {Pause}")]
    public static partial void RoundFailed(ILogger logger, Exception exception, string work, TimeSpan pause);

    [LoggerMessage(1100, LogLevel.Information, "Host {Host} connected with {Count} domains")]
    public static partial void HostConnected(ILogger logger, string host, int count);

    [LoggerMessage(1101, LogLevel.Warning, "Host {Host} is unreachable: {Reason}")]
    public static partial void HostLost(ILogger logger, string host, string reason);

    [LoggerMessage(1102, LogLevel.Error, "Watching host {Host} failed and begins anew")]
    public static partial void WatchFailed(ILogger logger, Exception exception, string host);

    [LoggerMessage(1110, LogLevel.Information, "The disks of {VmId} are again as the portal left them; its drift is resolved")]
    public static partial void DriftResolved(ILogger logger, Guid vmId);

    [LoggerMessage(1112, LogLevel.Warning, "The disks of {VmId} are not as the portal left them: {Differences}")]
    public static partial void DriftFound(ILogger logger, Guid vmId, string differences);

    [LoggerMessage(1113, LogLevel.Warning, "The disks of {VmId} could not be compared with the database: {Reason}")]
    public static partial void DriftNotChecked(ILogger logger, Guid vmId, string reason);

    [LoggerMessage(1120, LogLevel.Warning, "The record of {VmId} could not be written to its host and is tried again: {Reason}")]
    public static partial void RecordNotWritten(ILogger logger, Guid vmId, string reason);

    [LoggerMessage(1130, LogLevel.Warning, "How busy the machines of {Host} are cannot be measured: {Reason}")]
    public static partial void UsageNotRead(ILogger logger, string host, string reason);

    [LoggerMessage(1200, LogLevel.Warning, "The guest {VmId} may be frozen since {Since:u}; thaw attempt {Attempt}: {Answer}")]
    public static partial void ThawUnproven(ILogger logger, Guid vmId, DateTimeOffset since, int attempt, string answer);

    [LoggerMessage(1201, LogLevel.Information, "The guest {VmId} is proven thawed")]
    public static partial void ThawProven(ILogger logger, Guid vmId);

    [LoggerMessage(1311, LogLevel.Warning, "The files of export {ExportId} could not be removed and are tried again: {Reason}")]
    public static partial void ExportLeft(ILogger logger, Guid exportId, string reason);
}
