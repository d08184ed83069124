using Microsoft.Extensions.Logging;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Consoles;

internal static partial class ConsoleLog
{
    [LoggerMessage(1800, LogLevel.Information, "{User} ({UserId}) opened the {Kind} console of {VmId}, watching only: {WatchOnly}")]
    public static partial void Opened(ILogger logger, string user, Guid userId, ConsoleKind kind, Guid vmId, bool watchOnly);

    [LoggerMessage(1801, LogLevel.Information, "{User} ({UserId}) left the {Kind} console of {VmId}")]
    public static partial void Left(ILogger logger, string user, Guid userId, ConsoleKind kind, Guid vmId);

    [LoggerMessage(1802, LogLevel.Information, "A serial console broke off: {Reason}")]
    public static partial void LineBroke(ILogger logger, string reason);
}
