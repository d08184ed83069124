using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Web.Api;

/// <summary>Reads failure deadlines as they come over the wire: in seconds.</summary>
internal static class Deadlines
{
    /// <summary>The deadline, or what is wrong with it where it is so far outside that nothing can hold it; the request itself knows the limits.</summary>
    public static ProblemResult? TryRead(double? seconds, out TimeSpan? deadline)
    {
        deadline = null;
        if (seconds is not { } given)
        {
            return null;
        }

        if (!(Math.Abs(given) <= 1e9))
        {
            return ProblemResult.From(new Failure(
                FailureKind.Invalid, FailureCodes.DeadlineInvalid, "A deadline is 1 second to 24 hours (86400 seconds) from the request.", "failureDeadline"));
        }

        deadline = TimeSpan.FromSeconds(given);
        return null;
    }
}
