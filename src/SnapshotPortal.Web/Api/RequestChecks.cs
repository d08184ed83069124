using System.ComponentModel;
using System.Reflection;
using Microsoft.AspNetCore.Mvc;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Web.Api;

/// <summary>
/// What happens around every handler of the API: the rate limit, mistakes in parameters, body and headers, and surprises.
/// </summary>
internal static class RequestChecks
{
    public const string IdempotencyKeyHeader = "Idempotency-Key";

    private const int MaxIdempotencyKeyLength = 200;

    /// <summary>Adds the checks to a handler; the outermost first.</summary>
    public static EndpointFilterDelegate Wrap(EndpointFilterFactoryContext factory, EndpointFilterDelegate next)
    {
        var parameters = factory.MethodInfo.GetParameters();
        var takesKey = parameters.Any(static p => p.GetCustomAttribute<FromHeaderAttribute>()?.Name == IdempotencyKeyHeader);
        return async invocation =>
        {
            var context = invocation.HttpContext;
            context.Response.Headers.CacheControl = "no-store";
            try
            {
                if (await context.RequestServices.GetRequiredService<ApiRateLimit>().CheckAsync(context) is { } tooMany)
                {
                    return tooMany;
                }

                if (Scopes.Check(context) is { } notForThat)
                {
                    return notForThat;
                }

                // The framework marks a parameter that it could not bind with this status, and nothing else.
                if (context.Response.StatusCode == StatusCodes.Status400BadRequest)
                {
                    return FindUnbound(context, parameters);
                }

                if (takesKey && CheckIdempotencyKey(context.Request) is { } badKey)
                {
                    return badKey;
                }

                foreach (var argument in invocation.Arguments)
                {
                    if (argument is IJsonBody { Problem: { } problem })
                    {
                        return problem;
                    }
                }

                return await next(invocation);
            }
            catch (Exception e) when (!(e is OperationCanceledException && context.RequestAborted.IsCancellationRequested) && !context.Response.HasStarted)
            {
                UnexpectedFailure.Log(context, e);
                return ProblemResult.Unexpected();
            }
        };
    }

    private static ProblemResult? CheckIdempotencyKey(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(IdempotencyKeyHeader, out var values))
        {
            return null;
        }

        var key = values.Count == 1 ? values[0] : null;
        return key is { Length: > 0 and <= MaxIdempotencyKeyLength } && key.All(static c => c is > ' ' and <= '~')
            ? null
            : ProblemResult.From(new Failure(
                FailureKind.Invalid,
                FailureCodes.IdempotencyKeyInvalid,
                "An Idempotency-Key has 1 to 200 visible ASCII characters without spaces, for example a UUID; send one only.",
                IdempotencyKeyHeader));
    }

    private static ProblemResult FindUnbound(HttpContext context, ParameterInfo[] parameters)
    {
        foreach (var parameter in parameters)
        {
            var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
            if (!type.IsPrimitive && type != typeof(Guid))
            {
                continue;
            }

            var name = parameter.Name!;
            var text = context.Request.RouteValues.TryGetValue(name, out var value) ? value as string : context.Request.Query[name].ToString();
            if (!string.IsNullOrEmpty(text) && !TypeDescriptor.GetConverter(type).IsValid(text))
            {
                return ProblemResult.Malformed($"The parameter “{name}” must be {Describe(type)}.", name);
            }
        }

        return ProblemResult.Malformed("A parameter of the address cannot be understood.");
    }

    private static string Describe(Type type) => type switch
    {
        _ when type == typeof(Guid) => "a UUID, for example 0190a8b4-7c1e-7d11-9c3c-3f6f1b0e8a55",
        _ when type == typeof(bool) => "true or false",
        _ => "a whole number",
    };
}
