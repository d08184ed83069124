using Microsoft.Extensions.Logging;

namespace SnapshotPortal.Operations.Scheduling;

/// <summary>What schedules and tidying up log, with stable event ids.</summary>
internal static partial class SchedulingLog
{
    [LoggerMessage(1600, LogLevel.Information, "The schedule of {VmId} takes the snapshot {SnapshotId}; it was due at {Due:u}, the next is at {Next:u}")]
    public static partial void Began(ILogger logger, Guid vmId, Guid snapshotId, DateTimeOffset due, DateTimeOffset? next);

    [LoggerMessage(1601, LogLevel.Warning, "The schedule of {VmId} failed: {Code}: {Reason}")]
    public static partial void Failed(ILogger logger, Guid vmId, string code, string reason);

    [LoggerMessage(1602, LogLevel.Warning, "The schedule of {VmId} left out the run of {Due:u}, because the one before it still goes on")]
    public static partial void Skipped(ILogger logger, Guid vmId, DateTimeOffset due);

    [LoggerMessage(1603, LogLevel.Error, "The schedule of {VmId} met an unexpected error and is tried again")]
    public static partial void Surprised(ILogger logger, Exception exception, Guid vmId);

    [LoggerMessage(1610, LogLevel.Information, "The snapshot {SnapshotId} of {VmId} is removed for {Asker}: its rule keeps it no longer")]
    public static partial void Removed(ILogger logger, Guid snapshotId, Guid vmId, string asker);

    [LoggerMessage(1611, LogLevel.Information, "The snapshot {SnapshotId} of {VmId} was to be removed and stays: {Reason}")]
    public static partial void NotRemoved(ILogger logger, Guid snapshotId, Guid vmId, string reason);

    [LoggerMessage(1620, LogLevel.Information, "Removed {Operations} operations and {Events} events from before {Before:u}")]
    public static partial void Pruned(ILogger logger, int operations, int events, DateTimeOffset before);
}
