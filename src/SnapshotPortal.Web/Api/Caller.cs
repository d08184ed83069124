using System.Reflection;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Web.Api;

/// <summary>Who makes this request; a handler asks for it as a parameter.</summary>
internal sealed class Caller(Actor actor)
{
    public Actor Actor { get; } = actor;

    public static ValueTask<Caller> BindAsync(HttpContext context, ParameterInfo parameter)
        // Made by the access token's scheme in this very request, so the role in it is fresh.
        => ValueTask.FromResult(context.Features.Get<Caller>()
            ?? throw new InvalidOperationException("The API was mapped without its authentication: nobody is calling."));
}
