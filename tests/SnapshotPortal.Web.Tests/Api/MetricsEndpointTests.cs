using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace SnapshotPortal.Web.Tests.Api;

/// <summary>The metrics for Prometheus: administrators' access tokens, and nobody else.</summary>
public sealed class MetricsEndpointTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Metrics_WithoutToken_Answers401()
    {
        using var client = host.Client(null);

        EndpointTests.AssertProblem(await client.SendAsync("GET", "/metrics"), 401, "token-missing");
    }

    [Fact]
    public async Task Metrics_WithAnOrdinaryUsersToken_Answers403()
    {
        using var client = host.Client(host.AnnasToken);

        EndpointTests.AssertProblem(await client.SendAsync("GET", "/metrics"), 403, "forbidden");
    }

    [Fact]
    public async Task Metrics_WithAnAdministratorsToken_TellsWhatThePortalMeasures()
    {
        // A name of its own: portals of other tests in this process measure under the portal's names, and the exporter listens to all.
        var name = $"probe{Guid.NewGuid():N}";
        var meter = host.Services.GetRequiredService<IMeterFactory>().Create("SnapshotPortal");
        meter.CreateObservableGauge($"snapshotportal.{name}", static () => 3, "{guest}", "Guests that may still be frozen.");
        using var client = host.Client(host.RootsToken);

        using var answer = await client.GetAsync(new Uri("/metrics", UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync();

        Assert.True(answer.IsSuccessStatusCode, text);
        Assert.Contains("text/plain", answer.Content.Headers.ContentType!.ToString(), StringComparison.Ordinal);
        Assert.Matches($@"(?m)^snapshotportal_{name}(\{{[^}}]*\}})? 3\b", text);
    }
}
