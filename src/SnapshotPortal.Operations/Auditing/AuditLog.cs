using Microsoft.Extensions.Logging;

namespace SnapshotPortal.Operations.Auditing;

/// <summary>What the auditing logs, with stable event ids.</summary>
internal static partial class AuditLog
{
    [LoggerMessage(1950, LogLevel.Information, "The audit log ends with line {Number}, hash {Hash}")]
    public static partial void Anchored(ILogger logger, long number, string hash);
}
