using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Web.Tests.Api;

/// <summary>Schedules, protection and a machine's settings over the API.</summary>
public sealed class ScheduleEndpointTests : IClassFixture<ApiHost>, IDisposable
{
    private static readonly Guid Id = Guid.Parse("0190a8b4-7c1e-7d11-9c3c-3f6f1b0e8a55");

    private readonly ApiHost _host;
    private readonly HttpClient _client;

    public ScheduleEndpointTests(ApiHost host)
    {
        _host = host;
        _client = host.Client(host.AnnasToken);
        host.Machines.Reset();
        host.Snapshots.Reset();
        host.Schedules.Reset();
    }

    /// <summary>Everything here that changes something at once: method, path, body.</summary>
    public static TheoryData<string, string, string?> Changes => new()
    {
        { "PATCH", $"/api/v1/vms/{Id}", """{"failureDeadlineSeconds":90}""" },
        { "PUT", $"/api/v1/vms/{Id}/schedule", """{"cron":"0 2 * * *","timeZone":"Etc/UTC","keepLast":3}""" },
        { "DELETE", $"/api/v1/vms/{Id}/schedule", null },
        { "PATCH", $"/api/v1/snapshots/{Id}", """{"name":"another"}""" },
        { "POST", $"/api/v1/snapshots/{Id}/protect", null },
        { "POST", $"/api/v1/snapshots/{Id}/unprotect", null },
    };

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task GetSchedule_Existing_SaysWhenItRunsAndHowItWent()
    {
        var answer = await _client.SendAsync("GET", $"/api/v1/vms/{Id}/schedule");

        Assert.Equal(200, answer.Status);
        Assert.Equal(("0 2 * * *", "Europe/Berlin", 3, 7), (answer.Json.GetProperty("cron").GetString(), answer.Json.GetProperty("timeZone").GetString(), answer.Json.GetProperty("keepLast").GetInt32(), answer.Json.GetProperty("keepDaily").GetInt32()));
        Assert.Equal("2026-03-02T01:00:00.5Z", answer.Json.GetProperty("nextRuns")[0].GetString());
        var state = answer.Json.GetProperty("state");
        Assert.Equal("Failed", state.GetProperty("lastOutcome").GetString());
        Assert.Equal("not-enough-space", state.GetProperty("lastFailure").GetProperty("code").GetString());
    }

    [Fact]
    public async Task SetSchedule_AllMembers_PassedOn()
    {
        var answer = await _client.SendAsync(
            "PUT",
            $"/api/v1/vms/{Id}/schedule",
            """{"cron":"0 * * * *","timeZone":"America/New_York","keepLast":1,"keepHourly":2,"keepDaily":3,"keepWeekly":4,"keepMonthly":5,"enabled":false}""");

        Assert.Equal(200, answer.Status);
        Assert.Equal(
            new SetScheduleRequest(new ScheduleRule("0 * * * *", "America/New_York", new Retention(1, 2, 3, 4, 5)), Enabled: false),
            _host.Schedules.Last!.Value.Arguments[1]);
    }

    [Theory]
    [InlineData("""{"timeZone":"Etc/UTC","keepLast":3}""", "cron")]
    [InlineData("""{"cron":"0 2 * * *","keepLast":3}""", "timeZone")]
    [InlineData("""{"cron":"0 2 * * *","timeZone":"Etc/UTC","keepLast":1.5}""", "keepLast")]
    [InlineData("""{"cron":"0 2 * * *","timeZone":"Etc/UTC","keep":3}""", "keep")]
    public async Task SetSchedule_BodyThatCannotBeUnderstood_NamesTheMember(string body, string field)
    {
        var answer = await _client.SendAsync("PUT", $"/api/v1/vms/{Id}/schedule", body);

        Assert.Equal((400, field), (answer.Status, answer.Field));
        Assert.Null(_host.Schedules.Last);
    }

    [Fact]
    public async Task SetSchedule_RuleRefused_FieldHasTheApisName()
    {
        _host.Schedules.Failure = new Failure(FailureKind.Invalid, FailureCodes.RetentionInvalid, "Keep at least one snapshot.", "keep");

        var answer = await _client.SendAsync("PUT", $"/api/v1/vms/{Id}/schedule", """{"cron":"0 2 * * *","timeZone":"Etc/UTC"}""");

        Assert.Equal((400, "retention-invalid", "keepLast"), (answer.Status, answer.Code, answer.Field));
    }

    [Theory]
    [InlineData("protect", true)]
    [InlineData("unprotect", false)]
    public async Task Protect_EachAddress_AnswersTheSnapshot(string path, bool isProtected)
    {
        var answer = await _client.SendAsync("POST", $"/api/v1/snapshots/{Id}/{path}");

        Assert.Equal(200, answer.Status);
        Assert.Equal(isProtected, answer.Json.GetProperty("protected").GetBoolean());
        Assert.Equal([Id, isProtected], _host.Snapshots.Last!.Value.Arguments);
    }

    [Theory]
    [InlineData("90.5", 90.5)]
    [InlineData("null", null)]
    public async Task ChangeVm_FailureDeadline_IsPassedOnAndAnswered(string json, double? seconds)
    {
        var answer = await _client.SendAsync("PATCH", $"/api/v1/vms/{Id}", $$"""{"failureDeadlineSeconds":{{json}}}""");

        Assert.Equal(200, answer.Status);
        TimeSpan? deadline = seconds is { } given ? TimeSpan.FromSeconds(given) : null;
        Assert.Equal(new ChangeVmRequest(deadline), _host.Machines.Last!.Value.Arguments[1]);
        Assert.Equal(json, answer.Json.GetProperty("failureDeadlineSeconds").GetRawText());
    }

    [Fact]
    public async Task ChangeVm_DeadlineBeyondEverything_IsRefused()
    {
        var answer = await _client.SendAsync("PATCH", $"/api/v1/vms/{Id}", """{"failureDeadlineSeconds":1e300}""");

        Assert.Equal((400, FailureCodes.DeadlineInvalid, "failureDeadlineSeconds"), (answer.Status, answer.Code, answer.Field));
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Change_ThingOfAnother_IsNotFound(string method, string path, string? body)
    {
        FakeRequests asked = path.EndsWith("schedule", StringComparison.Ordinal) ? _host.Schedules : path.Contains("/snapshots/", StringComparison.Ordinal) ? _host.Snapshots : _host.Machines;
        asked.Failure = new Failure(FailureKind.NotFound, FailureCodes.NotFound, "There is no such virtual machine, or it is not yours.");

        var answer = await _client.SendAsync(method, path, body);

        Assert.Equal((404, FailureCodes.NotFound), (answer.Status, answer.Code));
        Assert.Equal(_host.Anna.Id, asked.Last!.Value.Actor.UserId);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Change_WithoutAToken_IsRefused(string method, string path, string? body)
    {
        using var nobody = _host.Client(null);

        Assert.Equal(401, (await nobody.SendAsync(method, path, body)).Status);
    }
}
