using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Web.Api;

/// <summary>
/// The codes that the API adds to <see cref="FailureCodes"/>: failures of the call itself. As stable as those: never
/// renamed, only added.
/// </summary>
public static class ApiCodes
{
    public const string MalformedRequest = "malformed-request";
    public const string RequestTooLarge = "request-too-large";
    public const string UnsupportedMediaType = "unsupported-media-type";
    public const string TokenMissing = "token-missing";
    public const string TokenInvalid = "token-invalid";
    public const string Forbidden = "forbidden";
    public const string ScopeMissing = "scope-missing";
    public const string RouteUnknown = "route-unknown";
    public const string MethodNotAllowed = "method-not-allowed";
    public const string TooManySubscriptions = "too-many-subscriptions";
    public const string SequenceUnknown = "sequence-unknown";
}
