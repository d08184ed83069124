using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Api;

/// <summary>Turns outcomes into answers, and says in the description which answers an endpoint has.</summary>
internal static class Answers
{
    /// <summary>The largest page of anything.</summary>
    public const int MaxTake = 500;

    /// <summary>200 with the value, or the failure.</summary>
    public static IResult Ok<TView, TResource>(Outcome<TView> outcome, Func<TView, TResource> map)
        => outcome.IsSuccess ? TypedResults.Ok(map(outcome.Value)) : ProblemResult.From(outcome.Failure);

    /// <summary>202 with the operation and where to find it again, or the failure.</summary>
    public static IResult Accepted(HttpContext context, Outcome<OperationView> outcome)
        => outcome.IsSuccess
            ? TypedResults.Accepted($"{context.Request.PathBase}{ApiServices.VersionPrefix}/operations/{outcome.Value.Id}", OperationResource.From(outcome.Value))
            : ProblemResult.From(outcome.Failure);

    /// <summary>What is wrong with a page that is asked for.</summary>
    public static ProblemResult? CheckPage(int skip, int take)
    {
        if (skip < 0)
        {
            return ProblemResult.Malformed("The parameter “skip” must be 0 or more.", "skip");
        }

        return take is < 1 or > MaxTake ? ProblemResult.Malformed("The parameter “take” must be 1 to 500.", "take") : null;
    }

    /// <summary>What is wrong with a sequence number that is asked for.</summary>
    public static ProblemResult? CheckSince(long? since)
        => since < 0 ? ProblemResult.Malformed("The parameter “since” must be 0 or more.", "since") : null;

    /// <summary>Describes an endpoint: its name and summary, its answer, and how it can fail.</summary>
    public static RouteHandlerBuilder Describe<TAnswer>(this RouteHandlerBuilder endpoint, string name, string summary, int status, params int[] failures)
    {
        endpoint.WithName(name).WithSummary(summary).Produces<TAnswer>(status);
        foreach (var failure in failures)
        {
            endpoint.Produces<ApiProblem>(failure, ProblemResult.MediaType);
        }

        return endpoint;
    }

    /// <summary>
    /// Describes the JSON body that an endpoint reads. Not with the framework's Accepts: routing would then choose by the body's
    /// format, and <see cref="UnknownRoute"/> would get what has another, or none.
    /// </summary>
    public static RouteHandlerBuilder Reads<TBody>(this RouteHandlerBuilder endpoint)
        where TBody : class
        => endpoint.WithMetadata(new BodyMetadata(typeof(TBody), Required: !typeof(TBody).IsAssignableTo(typeof(IOptionalBody))))
            .Produces<ApiProblem>(StatusCodes.Status413PayloadTooLarge, ProblemResult.MediaType)
            .Produces<ApiProblem>(StatusCodes.Status415UnsupportedMediaType, ProblemResult.MediaType);

    /// <summary>The type of an endpoint's body.</summary>
    internal sealed record BodyMetadata(Type Type, bool Required);
}
