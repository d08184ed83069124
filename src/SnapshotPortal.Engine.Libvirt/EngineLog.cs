using Microsoft.Extensions.Logging;

namespace SnapshotPortal.Engine.Libvirt;

/// <summary>What the engine logs, with stable event ids.</summary>
internal static partial class EngineLog
{
    [LoggerMessage(2000, LogLevel.Error, "The thaw guard {Path} cannot be started: no guest is frozen until it can")]
    public static partial void GuardNotStarted(ILogger logger, Exception exception, string path);

    [LoggerMessage(2001, LogLevel.Warning, "The thaw guard has ended; it is started anew")]
    public static partial void GuardEnded(ILogger logger);

    [LoggerMessage(2002, LogLevel.Information, "The thaw guard runs as process {ProcessId}")]
    public static partial void GuardStarted(ILogger logger, int processId);

    [LoggerMessage(2010, LogLevel.Warning, "The guest {VmId} could not be frozen: {Reason}")]
    public static partial void FreezeFailed(ILogger logger, Guid vmId, string reason);

    [LoggerMessage(2011, LogLevel.Error, "The guest {VmId} could not be proven thawed: {Reason}; the freeze debt stays")]
    public static partial void ThawFailed(ILogger logger, Guid vmId, string reason);

    [LoggerMessage(2020, LogLevel.Warning, "Undoing on {VmId}: {What}")]
    public static partial void Undoing(ILogger logger, Guid vmId, string what);

    [LoggerMessage(2021, LogLevel.Warning, "The volume {Volume} in pool {Pool} could not be removed and is left: {Reason}")]
    public static partial void VolumeLeft(ILogger logger, string pool, string volume, string reason);

    [LoggerMessage(2030, LogLevel.Warning, "libvirt offers KVM on {Host}, but QEMU does not start on it: {Reason}")]
    public static partial void KvmBroken(ILogger logger, string host, string reason);

    [LoggerMessage(2031, LogLevel.Warning, "The domain {Domain}, started on {Host} to try KVM, could not be ended and is left: {Reason}")]
    public static partial void KvmTrialLeft(ILogger logger, string domain, string host, string reason);
}
