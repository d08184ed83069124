using System.ComponentModel.DataAnnotations;

namespace SnapshotPortal.Web.Api;

/// <summary>The <c>Api</c> section of the configuration.</summary>
public sealed class ApiOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Api";

    /// <summary>Requests a second that one user may make in the long run, over all their tokens. 1 to 10 000.</summary>
    [Range(1, 10_000)]
    public int RequestsPerSecond { get; set; } = 50;

    /// <summary>Requests that one user may make at once after a pause. 1 to 100 000.</summary>
    [Range(1, 100_000)]
    public int Burst { get; set; } = 200;

    /// <summary>Streams that one connection to the hub may have open at the same time. 1 to 100.</summary>
    [Range(1, 100)]
    public int SubscriptionsPerConnection { get; set; } = 4;
}
