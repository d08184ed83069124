using System.Globalization;

namespace SnapshotPortal.Operations.Requests;

/// <summary>Which failure deadlines there can be.</summary>
public static class FailureDeadlines
{
    /// <summary>The shortest.</summary>
    public static TimeSpan Shortest => TimeSpan.FromSeconds(1);

    /// <summary>The longest.</summary>
    public static TimeSpan Longest => TimeSpan.FromHours(24);

    /// <summary>What is wrong with a deadline; <see langword="null"/> if nothing is, or where there is none.</summary>
    public static Failure? Check(TimeSpan? deadline) => deadline is { } given && (given < Shortest || given > Longest)
        ? new Failure(FailureKind.Invalid, FailureCodes.DeadlineInvalid, string.Create(CultureInfo.InvariantCulture, $"A failure deadline is between 1 second and 24 hours; this one is {given.TotalSeconds:0.###} seconds."), "failureDeadline")
        : null;
}
