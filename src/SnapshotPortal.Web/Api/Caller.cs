using System.Reflection;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Web.Api;

/// <summary>Who makes this request; a handler asks for it as a parameter.</summary>
internal sealed class Caller(Actor actor, int? requestsPerMinute)
{
    public Actor Actor { get; } = actor;

    /// <summary>How many requests a minute their token may make, where it has a limit of its own.</summary>
    public int? RequestsPerMinute { get; } = requestsPerMinute;

    public static ValueTask<Caller> BindAsync(HttpContext context, ParameterInfo parameter)
        // Made by the access token's scheme in this very request, so the role in it is fresh.
        => ValueTask.FromResult(context.Features.Get<Caller>()
            ?? throw new InvalidOperationException("The API was mapped without its authentication: nobody is calling."));
}
