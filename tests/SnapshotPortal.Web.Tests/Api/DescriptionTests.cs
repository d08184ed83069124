using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace SnapshotPortal.Web.Tests.Api;

public sealed class DescriptionTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Description_EveryMappedEndpoint_IsInItWithASummary()
    {
        var paths = (await ReadAsync()).GetProperty("paths");
        var endpoints = host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(static e => e.RoutePattern.RawText!.StartsWith("/api/v1/", StringComparison.Ordinal))
            .ToList();

        Assert.Equal(82, endpoints.Count);
        foreach (var endpoint in endpoints)
        {
            var path = endpoint.RoutePattern.RawText!.TrimEnd('/');
            var method = Assert.Single(endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods);
            Assert.True(paths.TryGetProperty(path, out var item), $"{path} is missing");
            Assert.True(item.TryGetProperty(method.ToLowerInvariant(), out var operation), $"{method} {path} is missing");
            Assert.NotEmpty(operation.GetProperty("summary").GetString()!);
            Assert.NotEmpty(operation.GetProperty("operationId").GetString()!);
            var answers = operation.GetProperty("responses").EnumerateObject().ToDictionary(static r => r.Name, static r => r.Value);
            Assert.Contains(answers.Keys, static k => k[0] == '2');
            Assert.All(["401", "429", "500"], status => Assert.Contains(status, answers.Keys));
            foreach (var (status, answer) in answers)
            {
                if (status[0] == '2' && path.EndsWith("/disks/{target}", StringComparison.Ordinal))
                {
                    // Bytes, not a document.
                    Assert.True(answer.GetProperty("content").TryGetProperty("application/octet-stream", out _));
                    continue;
                }

                var mediaType = status[0] == '2' ? "application/json" : "application/problem+json";
                Assert.True(
                    answer.GetProperty("content").TryGetProperty(mediaType, out var content) && content.TryGetProperty("schema", out _),
                    $"{method} {path} {status} has no schema");
            }
        }
    }

    [Fact]
    public async Task Description_Problem_HasTheCode()
    {
        var problem = (await ReadAsync()).GetProperty("components").GetProperty("schemas").GetProperty("ApiProblem");

        Assert.Equal("string", problem.GetProperty("properties").GetProperty("code").GetProperty("type").GetString());
        Assert.Contains("code", problem.GetProperty("required").EnumerateArray().Select(static r => r.GetString()));
    }

    [Fact]
    public async Task Description_Security_IsTheBearerToken()
    {
        var document = await ReadAsync();

        var scheme = document.GetProperty("components").GetProperty("securitySchemes").GetProperty("accessToken");
        Assert.Equal("bearer", scheme.GetProperty("scheme").GetString());
        Assert.True(document.GetProperty("security")[0].TryGetProperty("accessToken", out _));
    }

    [Fact]
    public async Task Description_ParametersAndBodies_AreTyped()
    {
        var document = await ReadAsync();
        var take = document.GetProperty("paths").GetProperty("/api/v1/vms/{id}/snapshots").GetProperty("post");
        var parameters = take.GetProperty("parameters").EnumerateArray().ToDictionary(static p => p.GetProperty("name").GetString()!);

        Assert.Equal(["id", "Idempotency-Key"], parameters.Keys);
        Assert.Equal("uuid", parameters["id"].GetProperty("schema").GetProperty("format").GetString());
        Assert.True(take.GetProperty("requestBody").GetProperty("content").TryGetProperty("application/json", out _));
        var body = document.GetProperty("components").GetProperty("schemas").GetProperty("TakeSnapshotBody");
        Assert.Equal(["name"], body.GetProperty("required").EnumerateArray().Select(static r => r.GetString()));
        var change = document.GetProperty("components").GetProperty("schemas").GetProperty("ChangeVmBody");
        Assert.Equal(["failureDeadlineSeconds", "description"], change.GetProperty("properties").EnumerateObject().Select(static p => p.Name));
        Assert.False(change.TryGetProperty("required", out _));
        var restore = document.GetProperty("paths").GetProperty("/api/v1/snapshots/{id}/restore").GetProperty("post").GetProperty("requestBody");
        Assert.False(restore.TryGetProperty("required", out var required) && required.GetBoolean());
        var list = document.GetProperty("paths").GetProperty("/api/v1/vms").GetProperty("get").GetProperty("parameters").EnumerateArray();
        Assert.Equal(["q", "everybodys", "skip", "take"], list.Select(static p => p.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Description_Enumerations_AreStringsWithTheirNames()
    {
        var phase = (await ReadAsync()).GetProperty("components").GetProperty("schemas").GetProperty("SnapshotPhase");

        Assert.Equal(["InProgress", "Succeeded", "Failed", "Deleting"], phase.GetProperty("enum").EnumerateArray().Select(static v => v.GetString()));
    }

    private async Task<JsonElement> ReadAsync()
    {
        using var client = host.Client(null);
        var answer = await client.SendAsync("GET", "/openapi/v1.json");
        Assert.Equal(200, answer.Status);
        return answer.Json;
    }
}
