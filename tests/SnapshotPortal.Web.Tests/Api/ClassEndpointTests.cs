using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Api;

/// <summary>Templates, classes, deployments and quotas over the API.</summary>
public sealed class ClassEndpointTests : IClassFixture<ApiHost>, IDisposable
{
    private static readonly Guid Id = Guid.Parse("0190a8b4-7c1e-7d11-9c3c-3f6f1b0e8a55");
    private readonly ApiHost _host;
    private readonly HttpClient _client;
    private readonly Guid _template;
    private readonly Guid _class;
    private readonly Guid _deployment;

    public ClassEndpointTests(ApiHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        _host = host;
        _client = host.Client(host.RootsToken);
        host.Templates.All.Add(FakeTemplates.Template());
        host.Classes.All.Add(FakeClasses.Class());
        host.Deployments.All.Add(FakeDeployments.Deployment());
        _template = host.Templates.All[^1].Template.Id;
        _class = host.Classes.All[^1].Class.Id;
        _deployment = host.Deployments.All[^1].Deployment.Id;
    }

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData("GET", "templates", null, 200)]
    [InlineData("GET", "templates/{template}", null, 200)]
    [InlineData("GET", "templates/{unknown}", null, 404)]
    [InlineData("PUT", "templates/{template}", """{"title":"Lab","audience":"Everybody","userIds":[]}""", 200)]
    [InlineData("PUT", "templates/{template}", """{"title":"Lab","audience":"Nobody"}""", 400)]
    [InlineData("POST", "templates/{template}/unpublish", null, 200)]
    [InlineData("POST", "templates/{template}/publish", null, 200)]
    [InlineData("POST", "templates/{template}/versions", """{"snapshotId":"0190a8b4-7c1e-7d11-9c3c-3f6f1b0e8a55"}""", 200)]
    [InlineData("POST", "templates/{template}/clone", """{"name":"mine"}""", 202)]
    [InlineData("POST", "snapshots/{unknown}/template", """{"title":"Lab","vCpus":2}""", 200)]
    [InlineData("GET", "classes", null, 200)]
    [InlineData("POST", "classes", """{"name":"Databases","startsOn":"2026-09-01"}""", 200)]
    [InlineData("POST", "classes", """{"name":"Databases","startsOn":"soon"}""", 400)]
    [InlineData("GET", "classes/{class}", null, 200)]
    [InlineData("PUT", "classes/{class}", """{"name":"Other"}""", 200)]
    [InlineData("GET", "classes/{unknown}/schedule", null, 404)]
    [InlineData("PUT", "classes/{class}/schedule", """{"cron":"0 2 * * *","timeZone":"Etc/UTC","keepLast":3}""", 200)]
    [InlineData("PUT", "classes/{class}/schedule", """{"cron":"0 2 * * *"}""", 400)]
    [InlineData("DELETE", "classes/{unknown}/schedule", null, 404)]
    [InlineData("POST", "classes/{class}/roster/preview", """{"roster":""}""", 400)]
    [InlineData("POST", "classes/{class}/roster", """{"roster":"a@example.org"}""", 200)]
    [InlineData("PUT", "classes/{class}/members/{unknown}", """{"role":"Teacher"}""", 200)]
    [InlineData("PUT", "classes/{class}/join-code", """{"joinable":true}""", 200)]
    [InlineData("GET", "classes/{class}/quota", null, 200)]
    [InlineData("POST", "classes/{class}/deployments/preview", """{"templateId":"0190a8b4-7c1e-7d11-9c3c-3f6f1b0e8a55","name":"Lab","namePattern":"lab-{n}"}""", 200)]
    [InlineData("POST", "classes/{class}/deployments", """{"templateId":"0190a8b4-7c1e-7d11-9c3c-3f6f1b0e8a55","name":"Lab","namePattern":"lab-{n}","graceDays":3}""", 200)]
    [InlineData("GET", "deployments/{deployment}", null, 200)]
    [InlineData("PUT", "deployments/{deployment}", """{"name":"Lab","locked":true,"studentsMayDelete":false,"expiresAt":null,"graceDays":3}""", 200)]
    [InlineData("POST", "deployments/{deployment}/batches", """{"kind":"Reset"}""", 200)]
    [InlineData("POST", "deployments/{deployment}/batches", """{"kind":"Explode"}""", 400)]
    [InlineData("GET", "batches/{unknown}", null, 404)]
    [InlineData("GET", "quota", null, 200)]
    [InlineData("GET", "admin/quotas", null, 200)]
    [InlineData("PUT", "admin/quotas", """{"subject":"Everybody","limits":{"vms":3},"reason":"One host"}""", 200)]
    [InlineData("DELETE", "admin/quotas/{unknown}", null, 200)]
    [InlineData("POST", "vms/{unknown}/reset", null, 202)]
    public async Task Request_Whichever_IsUnderstoodAndAnswered(string method, string path, string? body, int status)
    {
        var address = "/api/v1/" + path
            .Replace("{template}", $"{_template}", StringComparison.Ordinal)
            .Replace("{class}", $"{_class}", StringComparison.Ordinal)
            .Replace("{deployment}", $"{_deployment}", StringComparison.Ordinal)
            .Replace("{unknown}", $"{Id}", StringComparison.Ordinal);

        var answer = await _client.SendAsync(method, address, body);

        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task Deploy_WithAKey_PassesEverythingOn()
    {
        await _client.SendAsync(
            "POST",
            $"/api/v1/classes/{_class}/deployments",
            $$"""{"templateId":"{{_template}}","name":"Lab","namePattern":"lab-{user}","start":true,"forLatecomers":false,"studentsMayDelete":true,"expiresAt":"2026-12-20T00:00:00Z","graceDays":3}""",
            headers: ("Idempotency-Key", "k1"));

        Assert.Equal(
            new DeployRequest(_template, "Lab", "lab-{user}", null, null, null, true, false, true, new DateTimeOffset(2026, 12, 20, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromDays(3), "k1"),
            _host.Deployments.Requests[^1]);
    }

    [Fact]
    public async Task Batch_OnASelection_PassesItOn()
    {
        await _client.SendAsync("POST", $"/api/v1/deployments/{_deployment}/batches", $$"""{"kind":"Snapshot","itemIds":["{{Id}}"],"snapshotName":"Before the exam"}""");

        var request = Assert.IsType<BatchRequest>(_host.Deployments.Requests[^1]);
        Assert.Equal((BatchKind.Snapshot, "Before the exam"), (request.Kind, request.SnapshotName));
        Assert.Equal([Id], request.ItemIds);
    }

    [Fact]
    public async Task Role_OfAMember_IsPassedOn()
    {
        await _client.SendAsync("PUT", $"/api/v1/classes/{_class}/members/{Id}", """{"role":"Teacher"}""");

        Assert.Equal((Id, ClassRole.Teacher), _host.Classes.Requests[^1]);
    }

    [Fact]
    public async Task Unpublish_Refused_AnswersTheFailure()
    {
        _host.Templates.Refusal = new Failure(FailureKind.Conflict, FailureCodes.TemplatePublished, "No.");
        try
        {
            var answer = await _client.SendAsync("POST", $"/api/v1/templates/{_template}/unpublish");

            Assert.Equal(409, answer.Status);
            Assert.Equal(FailureCodes.TemplatePublished, answer.Json.GetProperty("code").GetString());
        }
        finally
        {
            _host.Templates.Refusal = null;
        }
    }
}
