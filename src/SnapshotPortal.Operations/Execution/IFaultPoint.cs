using SnapshotPortal.Domain.Operations;

namespace SnapshotPortal.Operations.Execution;

/// <summary>
/// Where tests strike: told of every step as it begins, right before the step's side effect. The product's own does nothing
/// unless <c>SNAPSHOTPORTAL_KILL_AT</c> names the step.
/// </summary>
internal interface IFaultPoint
{
    void Reached(OperationKind kind, string step);
}

/// <summary>
/// Ends the process as <c>kill -9</c> would at the step named by <c>SNAPSHOTPORTAL_KILL_AT</c>, for example
/// <c>RestoreSnapshot:Redefine</c>: the means by which recovery is proved on the real program.
/// </summary>
internal sealed class KillPoint : IFaultPoint
{
    private static readonly string? _killAt = Environment.GetEnvironmentVariable("SNAPSHOTPORTAL_KILL_AT");

    public void Reached(OperationKind kind, string step)
    {
        if (_killAt is not null && string.Equals(_killAt, $"{kind}:{step}", StringComparison.Ordinal))
        {
            using var self = System.Diagnostics.Process.GetCurrentProcess();
            self.Kill();
        }
    }
}
