using System.Net.Http.Headers;
using System.Text.Json;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Web.Tests.Api;

/// <summary>Every endpoint's success, and how failures of the requests become answers.</summary>
public sealed class EndpointTests : IClassFixture<ApiHost>, IDisposable
{
    private static readonly Guid Id = Guid.Parse("0190a8b4-7c1e-7d11-9c3c-3f6f1b0e8a55");

    private readonly ApiHost _host;
    private readonly HttpClient _client;

    public EndpointTests(ApiHost host)
    {
        _host = host;
        _client = host.Client(host.AnnasToken);
        host.Machines.Reset();
        host.Snapshots.Reset();
        host.Storage.Reset();
        host.Usage.Reset();
        host.Exports.Reset();
        host.Schedules.Reset();
        host.Operations.Reset();
        host.Operations.Operation = Sample.Operation();
    }

    /// <summary>The endpoints that change something and answer with an operation: method, path, body, request.</summary>
    public static TheoryData<string, string, string?, string> Mutations => new()
    {
        { "DELETE", $"/api/v1/vms/{Id}", null, "vm" },
        { "POST", $"/api/v1/vms/{Id}/start", null, "vm" },
        { "POST", $"/api/v1/vms/{Id}/shutdown", null, "vm" },
        { "POST", $"/api/v1/vms/{Id}/stop", null, "vm" },
        { "POST", $"/api/v1/vms/{Id}/reboot", null, "vm" },
        { "POST", $"/api/v1/vms/{Id}/snapshots", """{"name":"a"}""", "snapshot" },
        { "DELETE", $"/api/v1/snapshots/{Id}", null, "snapshot" },
        { "POST", $"/api/v1/snapshots/{Id}/restore", null, "snapshot" },
        { "POST", $"/api/v1/snapshots/{Id}/clone", """{"name":"web-2"}""", "snapshot" },
        { "POST", $"/api/v1/operations/{Id}/cancel", null, "operation" },
        { "POST", $"/api/v1/vms/{Id}/flatten", null, "storage" },
        { "POST", $"/api/v1/vms/{Id}/exports", null, "export" },
        { "POST", $"/api/v1/snapshots/{Id}/exports", """{"lifetimeSeconds":7200}""", "export" },
    };

    /// <summary>The endpoints that read one thing or list something that can fail.</summary>
    public static TheoryData<string, string> Reads => new()
    {
        { $"/api/v1/vms/{Id}", "vm" },
        { $"/api/v1/vms/{Id}/inspection", "vm" },
        { $"/api/v1/vms/{Id}/snapshots", "snapshot" },
        { $"/api/v1/vms/{Id}/schedule", "schedule" },
        { $"/api/v1/snapshots/{Id}", "snapshot" },
        { $"/api/v1/operations/{Id}", "operation" },
        { "/api/v1/admin/unmanaged", "vm" },
        { $"/api/v1/vms/{Id}/layers", "storage" },
        { $"/api/v1/snapshots/{Id}/release", "storage" },
        { $"/api/v1/vms/{Id}/network", "vm" },
        { $"/api/v1/vms/{Id}/usage", "usage" },
        { $"/api/v1/snapshots/{Id}/compare", "snapshot" },
        { "/api/v1/exports", "export" },
        { $"/api/v1/exports/{Id}", "export" },
        { $"/api/v1/exports/{Id}/disks/vda", "export" },
    };

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task ListVms_WithQuery_PassesItOnAndAnswersThePage()
    {
        var answer = await _client.SendAsync("GET", "/api/v1/vms?q=web&everybodys=true&skip=5&take=7");

        Assert.Equal(200, answer.Status);
        Assert.Equal(new VmQuery("web", true, 5, 7), _host.Machines.Last!.Value.Arguments[0]);
        Assert.Equal(17, answer.Json.GetProperty("total").GetInt32());
        var vm = answer.Json.GetProperty("items")[0];
        Assert.Equal("Running", vm.GetProperty("power").GetString());
        Assert.Equal("2026-03-01T12:00:00.5Z", vm.GetProperty("createdAt").GetString());
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
    }

    [Fact]
    public async Task ListVms_WithoutQuery_AsksForTheDefaults()
    {
        await _client.SendAsync("GET", "/api/v1/vms");

        Assert.Equal(new VmQuery(null, false, 0, 100), _host.Machines.Last!.Value.Arguments[0]);
    }

    [Theory]
    [InlineData("skip=-1", "skip")]
    [InlineData("take=0", "take")]
    [InlineData("take=501", "take")]
    [InlineData("take=many", "take")]
    [InlineData("skip=99999999999999999999", "skip")]
    [InlineData("everybodys=perhaps", "everybodys")]
    public async Task ListVms_BadQuery_NamesTheParameter(string query, string field)
    {
        var answer = await _client.SendAsync("GET", "/api/v1/vms?" + query);

        AssertProblem(answer, 400, "malformed-request");
        Assert.Equal(field, answer.Field);
        Assert.Contains(field, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetVm_Existing_AnswersItWithALowerCaseId()
    {
        var answer = await _client.SendAsync("GET", $"/api/v1/vms/{Id.ToString().ToUpperInvariant()}");

        Assert.Equal(200, answer.Status);
        Assert.Equal(Id.ToString(), answer.Json.GetProperty("id").GetString());
        Assert.Equal(_host.Anna.Id, _host.Machines.Last!.Value.Actor.UserId);
        Assert.False(_host.Machines.Last!.Value.Actor.IsAdministrator);
    }

    [Fact]
    public async Task Inspection_Existing_AnswersDurationsInMilliseconds()
    {
        var answer = await _client.SendAsync("GET", $"/api/v1/vms/{Id}/inspection");

        Assert.Equal(200, answer.Status);
        Assert.Equal(80.25, answer.Json.GetProperty("typicalFreezeWindowMilliseconds").GetDouble());
        Assert.Equal(2000, answer.Json.GetProperty("typicalDurationMilliseconds").GetDouble());
        Assert.Equal("vda", answer.Json.GetProperty("disks")[0].GetProperty("target").GetString());
    }

    [Fact]
    public async Task ListSnapshots_Existing_AnswersThem()
    {
        var answer = await _client.SendAsync("GET", $"/api/v1/vms/{Id}/snapshots");

        Assert.Equal(200, answer.Status);
        var snapshot = answer.Json.GetProperty("items")[0];
        Assert.Equal(87.5, snapshot.GetProperty("freezeWindowMilliseconds").GetDouble());
        Assert.Equal("Succeeded", snapshot.GetProperty("phase").GetString());
        Assert.Equal("GuestAgent", snapshot.GetProperty("indications")[0].GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Layers_Existing_AnswerWhoNeedsWhat()
    {
        var answer = await _client.SendAsync("GET", $"/api/v1/vms/{Id}/layers");

        Assert.Equal(200, answer.Status);
        Assert.Equal((16, 60), (answer.Json.GetProperty("chainDepthWarning").GetInt32(), answer.Json.GetProperty("chainDepthLimit").GetInt32()));
        var layer = answer.Json.GetProperty("layers")[0];
        Assert.Equal(123, layer.GetProperty("allocationBytes").GetInt64());
        Assert.Equal("web-1", layer.GetProperty("vms")[0].GetProperty("name").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, layer.GetProperty("vms")[1].GetProperty("id").ValueKind);
    }

    [Theory]
    [InlineData("1e300")]
    [InlineData("-1e300")]
    public async Task Export_LifetimeBeyondEverything_IsRefusedWithItsLimits(string seconds)
    {
        var answer = await _client.SendAsync("POST", $"/api/v1/vms/{Id}/exports", $$"""{"lifetimeSeconds":{{seconds}}}""");

        AssertProblem(answer, 400, "lifetime-invalid");
        Assert.Equal("lifetimeSeconds", answer.Field);
        Assert.Null(_host.Exports.Last);
    }

    [Fact]
    public async Task Export_WithALifetimeAndAPool_PassesThemOn()
    {
        await _client.SendAsync("POST", $"/api/v1/vms/{Id}/exports", """{"lifetimeSeconds":3600,"pool":"archive"}""");

        Assert.Equal(new ExportRequest(TimeSpan.FromHours(1), "archive"), _host.Exports.Last!.Value.Arguments[1]);
    }

    [Fact]
    public async Task DeleteExport_Existing_SaysThatItIsGoing()
    {
        var answer = await _client.SendAsync("DELETE", $"/api/v1/exports/{Id}");

        Assert.Equal(202, answer.Status);
        Assert.Equal("Removing", answer.Json.GetProperty("state").GetString());
    }

    [Fact]
    public async Task Download_ThatBrokeOff_GoesOnWhereItStopped()
    {
        var address = new Uri($"/api/v1/exports/{Id}/disks/vda", UriKind.Relative);
        using var whole = await _client.GetAsync(address);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Range = new RangeHeaderValue(400, 599);
        using var part = await _client.SendAsync(request);
        using var beyond = new HttpRequestMessage(HttpMethod.Get, address);
        beyond.Headers.Range = new RangeHeaderValue(5_000, null);
        using var none = await _client.SendAsync(beyond);

        Assert.Equal("application/octet-stream", whole.Content.Headers.ContentType!.MediaType);
        Assert.Equal("web-1-vda.qcow2", whole.Content.Headers.ContentDisposition!.FileName);
        Assert.Equal("\"0190a8b4\"", whole.Headers.ETag!.Tag);
        Assert.Contains("bytes", whole.Headers.AcceptRanges);
        Assert.Equal(_host.Exports.Content, await whole.Content.ReadAsByteArrayAsync());
        Assert.Equal(206, (int)part.StatusCode);
        Assert.Equal("bytes 400-599/1000", part.Content.Headers.ContentRange!.ToString());
        Assert.Equal(_host.Exports.Content[400..600], await part.Content.ReadAsByteArrayAsync());
        Assert.Equal(416, (int)none.StatusCode);
    }

    [Fact]
    public async Task GetSnapshot_Existing_AnswersIt()
    {
        var answer = await _client.SendAsync("GET", $"/api/v1/snapshots/{Id}");

        Assert.Equal(200, answer.Status);
        Assert.Equal(Id.ToString(), answer.Json.GetProperty("id").GetString());
    }

    [Theory]
    [MemberData(nameof(Mutations))]
    public async Task Mutation_Accepted_AnswersTheOperationAndItsLocation(string method, string path, string? body, string request)
    {
        var answer = await _client.SendAsync(method, path, body);

        Assert.Equal(202, answer.Status);
        var id = answer.Json.GetProperty("id").GetString();
        Assert.Equal($"/api/v1/operations/{id}", answer.Headers.Location!.ToString());
        Assert.Equal("Running", answer.Json.GetProperty("state").GetString());
        Assert.Equal(41.5, answer.Json.GetProperty("steps")[0].GetProperty("durationMilliseconds").GetDouble());
        Assert.Equal(Id, Requests(request).Last!.Value.Arguments[0]);
    }

    [Theory]
    [InlineData("start", PowerAction.Start)]
    [InlineData("shutdown", PowerAction.Shutdown)]
    [InlineData("stop", PowerAction.Stop)]
    [InlineData("reboot", PowerAction.Reboot)]
    public async Task Power_EachAddress_AsksForItsAction(string path, PowerAction action)
    {
        await _client.SendAsync("POST", $"/api/v1/vms/{Id}/{path}", headers: ("Idempotency-Key", "k"));

        Assert.Equal(new PowerRequest(action, "k"), _host.Machines.Last!.Value.Arguments[1]);
    }

    [Fact]
    public async Task TakeSnapshot_AllMembers_PassedOn()
    {
        await _client.SendAsync(
            "POST", $"/api/v1/vms/{Id}/snapshots", """{"name":"vor 🚀","description":"d","failureDeadlineSeconds":90.5,"withMemory":true}""", headers: ("Idempotency-Key", "k-1"));

        Assert.Equal(new TakeSnapshotRequest("vor 🚀", "d", TimeSpan.FromSeconds(90.5), "k-1", WithMemory: true), _host.Snapshots.Last!.Value.Arguments[1]);
    }

    [Theory]
    [InlineData("1e300")]
    [InlineData("-1e300")]
    [InlineData("1e10")]
    public async Task TakeSnapshot_DeadlineBeyondEverything_FailsWithDeadlineInvalid(string seconds)
    {
        var answer = await _client.SendAsync("POST", $"/api/v1/vms/{Id}/snapshots", $$"""{"name":"a","failureDeadlineSeconds":{{seconds}}}""");

        AssertProblem(answer, 400, FailureCodes.DeadlineInvalid);
        Assert.Equal("failureDeadlineSeconds", answer.Field);
    }

    [Fact]
    public async Task TakeSnapshot_DeadlineRefusedByTheRequest_FieldHasTheApisName()
    {
        _host.Snapshots.Failure = new Failure(FailureKind.Invalid, FailureCodes.DeadlineInvalid, "1 s to 24 h.", "failureDeadline");

        var answer = await _client.SendAsync("POST", $"/api/v1/vms/{Id}/snapshots", """{"name":"a","failureDeadlineSeconds":0.1}""");

        AssertProblem(answer, 400, FailureCodes.DeadlineInvalid);
        Assert.Equal("failureDeadlineSeconds", answer.Field);
    }

    [Theory]
    [InlineData(null, TargetReadinessPolicy.WaitGracePeriod, true, false)]
    [InlineData("{}", TargetReadinessPolicy.WaitGracePeriod, true, false)]
    [InlineData("""{"policy":"StopTarget","keepPresent":false}""", TargetReadinessPolicy.StopTarget, false, false)]
    [InlineData("""{"policy":"FailImmediate","disksOnly":true}""", TargetReadinessPolicy.FailImmediate, true, true)]
    public async Task Restore_BodyOrNone_PassesPolicyAndDefaultsOn(string? body, TargetReadinessPolicy policy, bool keepPresent, bool disksOnly)
    {
        var answer = await _client.SendAsync("POST", $"/api/v1/snapshots/{Id}/restore", body);

        Assert.Equal(202, answer.Status);
        Assert.Equal(new RestoreSnapshotRequest(policy, keepPresent, DisksOnly: disksOnly), _host.Snapshots.Last!.Value.Arguments[1]);
    }

    [Fact]
    public async Task Clone_AllMembers_PassedOn()
    {
        await _client.SendAsync("POST", $"/api/v1/snapshots/{Id}/clone", """{"name":"web-2","description":"d","start":false}""", headers: ("Idempotency-Key", "k"));

        Assert.Equal(new CloneVmRequest("web-2", "d", false, "k"), _host.Snapshots.Last!.Value.Arguments[1]);
    }

    [Fact]
    public async Task Clone_EveryOption_PassedOn()
    {
        var answer = await _client.SendAsync("POST", $"/api/v1/snapshots/{Id}/clone", """{"name":"web-2","full":true,"vCpus":4,"memoryBytes":1073741824,"dropDisks":["vdb"],"network":"","identity":true,"script":"true","cloudInit":true,"cloudInitUser":"ada","cloudInitSshKeys":["k"]}""");

        Assert.Equal(202, answer.Status);
        var request = Assert.IsType<CloneVmRequest>(_host.Snapshots.Last!.Value.Arguments[1]);
        Assert.Equal((true, 4, 1L << 30, "vdb", new CloneNetwork(null)), (request.Full, request.VCpus, request.MemoryBytes, Assert.Single(request.DropDisks), request.Network));
        Assert.Equal((true, "true", "ada", "k"), (request.Identity!.ByAgent, request.Identity.Script, request.Identity.CloudInit!.User, Assert.Single(request.Identity.CloudInit.SshKeys!)));
    }

    [Fact]
    public async Task Boot_IsAnsweredWithItsDevicesInTheirOrder()
    {
        var answer = await _client.SendAsync("GET", $"/api/v1/vms/{Id}/boot");

        Assert.Equal(200, answer.Status);
        Assert.Equal("""{"startsWithHost":true,"hasOwnKernel":false,"devices":[{"id":"vda","kind":"Disk","place":1},{"id":"sda","kind":"CdRom","place":null}]}""", answer.Json.GetRawText());
    }

    [Fact]
    public async Task Configure_AllMembers_PassedOn()
    {
        var answer = await _client.SendAsync("POST", $"/api/v1/vms/{Id}/configure", """{"name":"shop-1","startsWithHost":false,"bootOrder":["sda","vda"]}""", headers: ("Idempotency-Key", "k"));

        Assert.Equal(202, answer.Status);
        var request = Assert.IsType<ConfigureVmRequest>(_host.Machines.Last!.Value.Arguments[1]);
        Assert.Equal(("shop-1", false, "sda,vda", "k"), (request.Name, request.StartsWithHost, string.Join(',', request.BootOrder!), request.IdempotencyKey));
    }

    [Fact]
    public async Task Configure_WithoutABody_AsksForNothing()
    {
        await _client.SendAsync("POST", $"/api/v1/vms/{Id}/configure");

        Assert.Equal(new ConfigureVmRequest(), _host.Machines.Last!.Value.Arguments[1]);
    }

    [Theory]
    [InlineData("""{"failureDeadlineSeconds":60,"description":"The shop."}""", false, 60, "The shop.")]
    [InlineData("""{"failureDeadlineSeconds":60}""", false, 60, null)]
    [InlineData("""{"failureDeadlineSeconds":null}""", false, null, null)]
    [InlineData("""{"description":"The shop."}""", true, null, "The shop.")]
    [InlineData("""{"description":""}""", true, null, "")]
    [InlineData("""{"description":null}""", true, null, "")]
    [InlineData("""{"failureDeadlineSeconds":null,"description":null}""", false, null, "")]
    [InlineData("{}", true, null, null)]
    public async Task ChangeVm_EachMember_StaysWhereNothingIsSaidOfItAndNullClearsIt(string body, bool deadlineStays, int? seconds, string? description)
    {
        var answer = await _client.SendAsync("PATCH", $"/api/v1/vms/{Id}", body);

        Assert.Equal(200, answer.Status);
        TimeSpan? deadline = seconds is { } given ? TimeSpan.FromSeconds(given) : null;
        Assert.Equal(new ChangeVmRequest(deadline) { DeadlineStays = deadlineStays, Description = description }, _host.Machines.Last!.Value.Arguments[1]);
    }

    [Theory]
    [InlineData("""{"description":7}""", "description", "a text in quotes")]
    [InlineData("""{"failureDeadlineSeconds":"60"}""", "failureDeadlineSeconds", "a number")]
    [InlineData("""{"failureDeadlineSeconds":60,"name":"web"}""", "name", "failureDeadlineSeconds, description")]
    [InlineData("[]", null, "an array")]
    [InlineData("", null, "needs a body")]
    public async Task ChangeVm_Malformed_SaysWhatIsWrongAndChangesNothing(string body, string? field, string inDetail)
    {
        var answer = await _client.SendAsync("PATCH", $"/api/v1/vms/{Id}", body);

        AssertProblem(answer, 400, "malformed-request");
        Assert.Equal(field, answer.Field);
        Assert.Contains(inDetail, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Null(_host.Machines.Last);
    }

    [Theory]
    [InlineData("""{"name":"monday"}""", "monday", null)]
    [InlineData("""{"description":"Kernel 6.1"}""", null, "Kernel 6.1")]
    [InlineData("""{"description":null}""", null, "")]
    [InlineData("""{"name":null}""", "", null)]
    public async Task ChangeSnapshot_EachMember_StaysWhereNothingIsSaidOfItAndNullIsNothing(string body, string? name, string? description)
    {
        await _client.SendAsync("PATCH", $"/api/v1/snapshots/{Id}", body);

        Assert.Equal(new ChangeSnapshotRequest(name, description), _host.Snapshots.Last!.Value.Arguments[1]);
    }

    [Fact]
    public async Task Identity_WithoutABody_OnlyCompares()
    {
        await _client.SendAsync("POST", $"/api/v1/vms/{Id}/identity");

        Assert.Equal(new GiveIdentityRequest(Change: false), _host.Machines.Last!.Value.Arguments[1]);
    }

    [Fact]
    public async Task ListOperations_WithoutSince_AnswersTheListAndTheSequenceToGoOnFrom()
    {
        var answer = await _client.SendAsync("GET", $"/api/v1/operations?vmId={Id}&active=true");

        Assert.Equal(200, answer.Status);
        Assert.Equal(new OperationQuery(Id, true, false, 100), _host.Operations.Last!.Value.Arguments[0]);
        Assert.Equal(1, answer.Json.GetProperty("operations").GetArrayLength());
        Assert.False(answer.Json.TryGetProperty("events", out _));
        Assert.Equal(_host.Events.Last, answer.Json.GetProperty("lastSequence").GetInt64());
    }

    [Theory]
    [InlineData("/api/v1/operations")]
    [InlineData("/api/v1/events")]
    public async Task EventsSince_SomeOfThemOnesOwn_AnswersOnlyThoseAndTheSequenceToGoOnFrom(string path)
    {
        var before = _host.Events.Last;
        _host.Events.Publish(_host.Anna.Id);
        _host.Events.Publish(_host.Ben.Id);
        var second = _host.Events.Publish(_host.Anna.Id);
        _host.Events.Publish(_host.Ben.Id);

        var first = await _client.SendAsync("GET", $"{path}?since={before}&take=1");
        var rest = await _client.SendAsync("GET", $"{path}?since={first.Json.GetProperty("lastSequence").GetInt64()}");

        Assert.Equal([before + 1], Sequences(first));
        Assert.True(first.Json.GetProperty("more").GetBoolean());
        Assert.Equal(before + 1, first.Json.GetProperty("lastSequence").GetInt64());
        Assert.Equal([before + 3], Sequences(rest));
        Assert.False(rest.Json.GetProperty("more").GetBoolean());
        Assert.Equal(before + 4, rest.Json.GetProperty("lastSequence").GetInt64());
        var e = rest.Json.GetProperty("events")[0];
        Assert.Equal(second.OperationId.ToString(), e.GetProperty("operationId").GetString());
        Assert.Equal("InProgress", e.GetProperty("phase").GetString());
        Assert.False(e.TryGetProperty("snapshotId", out _));
    }

    [Fact]
    public async Task ListOperations_SinceAndVm_AnswersOnlyThatVmsEvents()
    {
        var before = _host.Events.Last;
        _host.Events.Publish(_host.Anna.Id);
        var wanted = _host.Events.Publish(_host.Anna.Id);

        var answer = await _client.SendAsync("GET", $"/api/v1/operations?since={before}&vmId={wanted.VmId}");

        Assert.Equal([wanted.Sequence], Sequences(answer));
        Assert.Equal(wanted.Sequence, answer.Json.GetProperty("lastSequence").GetInt64());
    }

    [Theory]
    [InlineData("/api/v1/operations?since=-1", "since")]
    [InlineData("/api/v1/operations?since=x", "since")]
    [InlineData("/api/v1/operations?since=1&active=true", "active")]
    [InlineData("/api/v1/operations?vmId=web-1", "vmId")]
    [InlineData("/api/v1/operations?take=501", "take")]
    [InlineData("/api/v1/events?since=-1", "since")]
    [InlineData("/api/v1/events?since=1.5", "since")]
    public async Task ListEvents_BadQuery_NamesTheParameter(string path, string field)
    {
        var answer = await _client.SendAsync("GET", path);

        AssertProblem(answer, 400, "malformed-request");
        Assert.Equal(field, answer.Field);
    }

    [Fact]
    public async Task GetOperation_Failed_AnswersCodeAndSentence()
    {
        _host.Operations.Operation = Sample.Operation() with { State = OperationState.Failed, ErrorCode = "vm-busy", ErrorMessage = "It is busy." };

        var answer = await _client.SendAsync("GET", $"/api/v1/operations/{Id}");

        Assert.Equal(200, answer.Status);
        Assert.Equal("vm-busy", answer.Json.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("It is busy.", answer.Json.GetProperty("error").GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Unmanaged_Administrator_AnswersTheDomains()
    {
        using var root = _host.Client(_host.RootsToken);

        var answer = await root.SendAsync("GET", "/api/v1/admin/unmanaged");

        Assert.Equal(200, answer.Status);
        Assert.Equal("old-box", answer.Json.GetProperty("items")[0].GetProperty("name").GetString());
        Assert.True(_host.Machines.Last!.Value.Actor.IsAdministrator);
    }

    [Fact]
    public async Task Adopt_Administrator_AnswersCreatedWithTheMachinesLocation()
    {
        using var root = _host.Client(_host.RootsToken);
        var (hostId, ownerId) = (Guid.NewGuid(), Guid.NewGuid());

        var answer = await root.SendAsync("POST", "/api/v1/admin/adopt", $$"""{"hostId":"{{hostId}}","vmId":"{{Id}}","ownerId":"{{ownerId}}"}""");

        Assert.Equal(201, answer.Status);
        Assert.Equal($"/api/v1/vms/{Id}", answer.Headers.Location!.ToString());
        Assert.Equal(new AdoptRequest(hostId, Id, ownerId), _host.Machines.Last!.Value.Arguments[0]);
    }

    [Fact]
    public async Task Administration_AnybodyElse_Answers403()
    {
        _host.Machines.Failure = new Failure(FailureKind.Forbidden, FailureCodes.AdministratorsOnly, "Only administrators may do this.");

        AssertProblem(await _client.SendAsync("GET", "/api/v1/admin/unmanaged"), 403, FailureCodes.AdministratorsOnly);
        AssertProblem(
            await _client.SendAsync("POST", "/api/v1/admin/adopt", $$"""{"hostId":"{{Id}}","vmId":"{{Id}}","ownerId":"{{Id}}"}"""), 403, FailureCodes.AdministratorsOnly);
    }

    [Theory]
    [MemberData(nameof(Mutations))]
    public async Task Mutation_EachKindOfFailure_BecomesItsStatus(string method, string path, string? body, string request)
    {
        foreach (var (kind, status) in Statuses)
        {
            Requests(request).Failure = new Failure(kind, "some-code", "Some sentence.", "name");

            var answer = await _client.SendAsync(method, path, body);

            AssertProblem(answer, status, "some-code");
            Assert.Equal("name", answer.Field);
            Assert.Equal("Some sentence.", answer.Json.GetProperty("detail").GetString());
            Assert.Equal(status == 503 ? TimeSpan.FromSeconds(5) : null, answer.Headers.RetryAfter?.Delta);
        }
    }

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task Read_EachKindOfFailure_BecomesItsStatus(string path, string request)
    {
        foreach (var (kind, status) in Statuses)
        {
            Requests(request).Failure = new Failure(kind, "some-code", "Some sentence.");

            var answer = await _client.SendAsync("GET", path);

            AssertProblem(answer, status, "some-code");
            Assert.Null(answer.Field);
        }
    }

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task NotThereAndNotYours_AreTheSameButForTheTraceId(string path, string request)
    {
        Requests(request).Failure = new Failure(FailureKind.NotFound, FailureCodes.NotFound, "There is no such machine.");
        var notThere = await _client.SendAsync("GET", path);
        Requests(request).Failure = new Failure(FailureKind.NotFound, FailureCodes.NotFound, "It belongs to Ben.", "id");
        var notYours = await _client.SendAsync("GET", path);

        AssertProblem(notThere, 404, "not-found");
        Assert.NotEqual(TraceId(notThere), TraceId(notYours));
        Assert.Equal(notThere.Text.Replace(TraceId(notThere), "", StringComparison.Ordinal), notYours.Text.Replace(TraceId(notYours), "", StringComparison.Ordinal));
        Assert.Equal(HeaderText(notThere.Headers, notThere.ContentHeaders), HeaderText(notYours.Headers, notYours.ContentHeaders));
    }

    [Theory]
    [InlineData("GET", "/api/v1/vms/web-1")]
    [InlineData("GET", "/api/v1/vms/0190a8b4-7c1e-7d11-9c3c-3f6f1b0e8a5")]
    [InlineData("DELETE", "/api/v1/vms/1")]
    [InlineData("POST", "/api/v1/vms/%F0%9F%9A%80/start")]
    [InlineData("GET", "/api/v1/vms/1/inspection")]
    [InlineData("GET", "/api/v1/vms/1/snapshots")]
    [InlineData("GET", "/api/v1/snapshots/../x%2f")]
    [InlineData("POST", "/api/v1/operations/1/cancel")]
    public async Task Id_NotAUuid_AnswersAProblemAndAsksNothing(string method, string path)
    {
        var answer = await _client.SendAsync(method, path);

        Assert.Equal("application/problem+json", answer.ContentType);
        Assert.Contains(answer.Status, new[] { 400, 404 });
        if (answer.Status == 400)
        {
            AssertProblem(answer, 400, "malformed-request");
            Assert.Equal("id", answer.Field);
        }

        Assert.Null(_host.Machines.Last);
        Assert.Null(_host.Snapshots.Last);
        Assert.Null(_host.Operations.Last);
    }

    [Theory]
    [MemberData(nameof(Mutations))]
    public async Task IdempotencyKey_Given_IsPassedOnWhereItMeansSomething(string method, string path, string? body, string request)
    {
        const string Key = "~0190a8b4!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}";
        await _client.SendAsync(method, path, body, headers: ("Idempotency-Key", Key));

        if (!path.EndsWith("/cancel", StringComparison.Ordinal))
        {
            var argument = Requests(request).Last!.Value.Arguments[1];
            Assert.Equal(Key, argument as string ?? argument!.GetType().GetProperty("IdempotencyKey")!.GetValue(argument));
        }
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("schlüssel")]
    [InlineData("long")]
    public async Task IdempotencyKey_Invalid_AnswersAProblemAndAsksNothing(string key)
    {
        key = key == "long" ? new string('k', 201) : key;
        foreach (var row in Mutations)
        {
            var (method, path, body, _) = row.Data;
            if (!path.EndsWith("/cancel", StringComparison.Ordinal))
            {
                var answer = await _client.SendAsync(method, path, body, headers: ("Idempotency-Key", key));

                AssertProblem(answer, 400, FailureCodes.IdempotencyKeyInvalid);
                Assert.Equal("Idempotency-Key", answer.Field);
            }
        }

        Assert.Null(_host.Machines.Last);
        Assert.Null(_host.Snapshots.Last);
    }

    [Fact]
    public async Task IdempotencyKey_ReusedForAnotherRequest_FieldIsTheHeader()
    {
        _host.Machines.Failure = new Failure(FailureKind.Conflict, FailureCodes.IdempotencyKeyReused, "It was used.", "idempotencyKey");

        var answer = await _client.SendAsync("POST", $"/api/v1/vms/{Id}/start", headers: ("Idempotency-Key", "k"));

        AssertProblem(answer, 409, FailureCodes.IdempotencyKeyReused);
        Assert.Equal("Idempotency-Key", answer.Field);
    }

    [Fact]
    public async Task IdempotencyKey_Repeated_AnswersAProblem()
        => AssertProblem(
            await _client.SendAsync("POST", $"/api/v1/vms/{Id}/start", null, "", ("Idempotency-Key", "a"), ("Idempotency-Key", "b")),
            400,
            FailureCodes.IdempotencyKeyInvalid);

    [Fact]
    public async Task IdempotencyKey_TwoHundredCharacters_IsAccepted()
        => Assert.Equal(202, (await _client.SendAsync("POST", $"/api/v1/vms/{Id}/start", headers: ("Idempotency-Key", new string('k', 200)))).Status);

    internal static void AssertProblem(Answer answer, int status, string code)
    {
        Assert.Equal(status, answer.Status);
        Assert.Equal("application/problem+json", answer.ContentType);
        Assert.Equal(code, answer.Code);
        Assert.Equal(status, answer.Json.GetProperty("status").GetInt32());
        Assert.Equal($"urn:snapshotportal:problem:{code}", answer.Json.GetProperty("type").GetString());
        Assert.NotEmpty(answer.Json.GetProperty("title").GetString()!);
        Assert.NotEmpty(answer.Json.GetProperty("detail").GetString()!);
        Assert.NotEmpty(TraceId(answer));
    }

    private static readonly (FailureKind Kind, int Status)[] Statuses =
    [
        (FailureKind.NotFound, 404),
        (FailureKind.Invalid, 400),
        (FailureKind.Conflict, 409),
        (FailureKind.Forbidden, 403),
        (FailureKind.Unavailable, 503),
    ];

    private static string TraceId(Answer answer) => answer.Json.GetProperty("traceId").GetString()!;

    private static IEnumerable<long> Sequences(Answer answer) => answer.Json.GetProperty("events").EnumerateArray().Select(static e => e.GetProperty("sequence").GetInt64());

    private static string HeaderText(HttpResponseHeaders headers, HttpContentHeaders contentHeaders) => headers.ToString() + contentHeaders;

    [Fact]
    public async Task GetVmUsage_ANumberThatNobodyKnows_IsNull()
    {
        var answer = await _client.SendAsync("GET", $"/api/v1/vms/{Id}/usage");

        var sample = answer.Json.GetProperty("samples")[0];
        Assert.Equal(34, sample.GetProperty("cpuPercent").GetDouble());
        Assert.Equal(1_200_000, sample.GetProperty("diskReadBytesPerSecond").GetDouble());
        Assert.False(sample.TryGetProperty("memoryUsedBytes", out var used) && used.ValueKind != JsonValueKind.Null);
        Assert.Equal("2026-03-01T11:50:00.5Z", answer.Json.GetProperty("from").GetString());
    }

    [Fact]
    public async Task GetVmNetwork_OfARunningMachine_AnswersItsCardsAndAddresses()
    {
        var answer = await _client.SendAsync("GET", $"/api/v1/vms/{Id}/network");

        Assert.Equal(Id, _host.Machines.Last!.Value.Arguments[0]);
        Assert.Equal(("Guest", "2026-03-01T12:00:00.5Z"), (answer.Json.GetProperty("source").GetString(), answer.Json.GetProperty("at").GetString()));
        var card = answer.Json.GetProperty("cards")[0];
        Assert.Equal(("52:54:00:12:34:56", "eth0", "the network “lab”"), (card.GetProperty("mac").GetString(), card.GetProperty("guestName").GetString(), card.GetProperty("network").GetString()));
        Assert.Equal(["192.168.100.7", "2001:db8::7"], card.GetProperty("addresses").EnumerateArray().Select(static a => a.GetString()!));
    }

    [Fact]
    public async Task CompareSnapshot_WithAnother_PassesBothOnAndAnswersWhatDiffers()
    {
        var other = Guid.CreateVersion7();

        var answer = await _client.SendAsync("GET", $"/api/v1/snapshots/{Id}/compare?with={other}");

        Assert.Equal(other, _host.Snapshots.Last!.Value.Arguments[1]);
        Assert.Equal((3600, 512), (answer.Json.GetProperty("secondsBetween").GetDouble(), answer.Json.GetProperty("writtenBytes").GetInt64()));
        var difference = answer.Json.GetProperty("differences")[0];
        Assert.Equal(("Memory", "2 GiB", "4 GiB"), (difference.GetProperty("part").GetString(), difference.GetProperty("before").GetString(), difference.GetProperty("after").GetString()));
    }

    [Fact]
    public async Task CompareSnapshot_WithoutAnother_MeansNow()
    {
        await _client.SendAsync("GET", $"/api/v1/snapshots/{Id}/compare");

        Assert.Null(_host.Snapshots.Last!.Value.Arguments[1]);
    }

    [Fact]
    public async Task CompareSnapshot_WithWhatIsNoId_SaysWhatAnIdIs()
    {
        var answer = await _client.SendAsync("GET", $"/api/v1/snapshots/{Id}/compare?with=now");

        Assert.Equal(400, answer.Status);
        Assert.Contains("“with” must be a UUID", answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Null(_host.Snapshots.Last);
    }

    private FakeRequests Requests(string name) => name switch
    {
        "vm" => _host.Machines,
        "snapshot" => _host.Snapshots,
        "storage" => _host.Storage,
        "usage" => _host.Usage,
        "export" => _host.Exports,
        "schedule" => _host.Schedules,
        _ => _host.Operations,
    };
}
