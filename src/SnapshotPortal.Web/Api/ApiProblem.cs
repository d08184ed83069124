using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Web.Api;

/// <summary>Why a call failed (RFC 9457, <c>application/problem+json</c>).</summary>
/// <param name="Type">A URN that ends in the code.</param>
/// <param name="Title">The family of the failure, in a few words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What happened and what to do next, for people.</param>
/// <param name="Code">Stable, for programs.</param>
/// <param name="TraceId">Finds this call in the portal's log.</param>
public sealed record ApiProblem(string Type, string Title, int Status, string Detail, string Code, string TraceId)
{
    /// <summary>The member, parameter or header that it is about, where there is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonPropertyOrder(1)]
    public string? Field { get; init; }
}

/// <summary>A failure on its way to becoming an answer.</summary>
internal sealed class ProblemResult(int status, string title, string code, string detail, string? field = null) : IResult
{
    public const string MediaType = "application/problem+json";

    /// <summary>Seconds that a caller should wait where the host or the database cannot answer.</summary>
    public const int UnavailableRetrySeconds = 5;

    // One sentence for "not there" and "not yours": whatever a request says in its message, the two stay the same.
    private const string NotFoundDetail = "There is nothing with this id, or it does not belong to you. Check the id; lists hold everything you may see.";

    public int Status => status;

    public string Code => code;

    /// <summary>When to ask again.</summary>
    public int? RetryAfterSeconds { get; init; }

    public static ProblemResult Malformed(string detail, string? field = null)
        => new(StatusCodes.Status400BadRequest, "The request cannot be understood", ApiCodes.MalformedRequest, detail, field);

    /// <summary>The answer to an expected failure.</summary>
    public static ProblemResult From(Failure failure) => failure.Kind switch
    {
        FailureKind.NotFound when failure.Code == FailureCodes.NotFound
            => new(StatusCodes.Status404NotFound, "Not found", failure.Code, NotFoundDetail),
        FailureKind.NotFound => new(StatusCodes.Status404NotFound, "Not found", failure.Code, failure.Message, FieldName(failure)),
        FailureKind.Invalid => new(StatusCodes.Status400BadRequest, "The request is not valid", failure.Code, failure.Message, FieldName(failure)),
        FailureKind.Conflict => new(StatusCodes.Status409Conflict, "It does not fit the present state", failure.Code, failure.Message, FieldName(failure)),
        FailureKind.Forbidden => new(StatusCodes.Status403Forbidden, "Not allowed", failure.Code, failure.Message, FieldName(failure)),
        FailureKind.Unavailable => new(StatusCodes.Status503ServiceUnavailable, "Not available at present", failure.Code, failure.Message, FieldName(failure))
        {
            RetryAfterSeconds = UnavailableRetrySeconds,
        },
        _ => throw new InvalidOperationException($"There is no answer for failures of kind {failure.Kind}."),
    };

    /// <summary>The answer to a surprise: it names nothing but the trace id, the log has the rest.</summary>
    public static ProblemResult Unexpected()
        => new(
            StatusCodes.Status500InternalServerError,
            "Something went wrong",
            FailureCodes.Internal,
            "The portal could not answer because of an error of its own. Try again; if it stays, give the trace id to your administrator.");

    public static string TraceId(HttpContext context) => Activity.Current?.Id ?? context.TraceIdentifier;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        if (RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        var problem = new ApiProblem($"urn:snapshotportal:problem:{code}", title, status, detail, code, TraceId(httpContext)) { Field = field };
        var body = JsonSerializer.SerializeToUtf8Bytes(problem, ApiJson.Writing);
        response.ContentType = MediaType;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(httpContext.Request.Method))
        {
            await response.Body.WriteAsync(body, httpContext.RequestAborted);
        }
    }

    /// <summary>What the field of a request is called over the wire, where that is something else.</summary>
    private static string? FieldName(Failure failure) => failure.Field switch
    {
        "failureDeadline" => "failureDeadlineSeconds",
        "lifetime" => "lifetimeSeconds",
        "keep" => "keepLast",
        "idempotencyKey" => RequestChecks.IdempotencyKeyHeader,
        var same => same,
    };
}
