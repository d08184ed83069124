using System.Text;

namespace SnapshotPortal.Web.Tests.Api;

/// <summary>Bodies, addresses and methods that make no sense, and surprises: always a problem, never an error page.</summary>
public sealed class MalformedRequestTests : IClassFixture<ApiHost>, IDisposable
{
    private static readonly string Take = $"/api/v1/vms/{Guid.CreateVersion7()}/snapshots";
    private static readonly string Restore = $"/api/v1/snapshots/{Guid.CreateVersion7()}/restore";

    private readonly ApiHost _host;
    private readonly HttpClient _client;

    public MalformedRequestTests(ApiHost host)
    {
        _host = host;
        _client = host.Client(host.AnnasToken);
        host.Machines.Reset();
        host.Snapshots.Reset();
        host.Operations.Reset();
    }

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData("{", null, "line 1")]
    [InlineData("{\"name\":\"a\",\n oops}", null, "line 2, byte 2")]
    [InlineData("{\"name\":\"a\"} {}", null, "line 1")]
    [InlineData("{'name':'a'}", null, "line 1, byte 2")]
    [InlineData("[]", null, "an array")]
    [InlineData("null", null, "null")]
    [InlineData("\"name\"", null, "a text")]
    [InlineData("{}", "name", "a text in quotes")]
    [InlineData("{\"name\":\"a\",\"colour\":1}", "colour", "name, description, failureDeadlineSeconds")]
    [InlineData("{\"Name\":\"a\"}", "Name", "letter case")]
    [InlineData("{\"name\":\"a\",\"name\":\"b\"}", null, "twice")]
    [InlineData("{\"name\":1}", "name", "a text in quotes")]
    [InlineData("{\"name\":null}", "name", "not null")]
    [InlineData("{\"name\":[\"a\"]}", "name", "a text in quotes")]
    [InlineData("{\"name\":{\"a\":1}}", "name", "a text in quotes")]
    [InlineData("{\"name\":\"a\",\"failureDeadlineSeconds\":\"90\"}", "failureDeadlineSeconds", "a number")]
    [InlineData("{\"name\":\"a\",\"failureDeadlineSeconds\":NaN}", null, "line 1")]
    [InlineData("{\"name\":\"\\ud800\"}", "name", "Unicode")]
    [InlineData("{\"\\ud800\":\"a\"}", null, "Unicode")]
    [InlineData("", null, "needs a body")]
    public async Task Body_Malformed_AnswersWhereAndWhatIsWrong(string body, string? field, string inDetail)
    {
        var answer = await _client.SendAsync("POST", Take, body);

        EndpointTests.AssertProblem(answer, 400, "malformed-request");
        Assert.Equal(field, answer.Field);
        var detail = answer.Json.GetProperty("detail").GetString()!;
        Assert.Contains(inDetail, detail, StringComparison.Ordinal);
        Assert.DoesNotContain("SnapshotPortal.", detail, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", detail, StringComparison.Ordinal);
        Assert.Null(_host.Snapshots.Last);
    }

    [Theory]
    [InlineData("{\"policy\":\"Whatever\"}", "policy", "\"WaitGracePeriod\", \"StopTarget\", \"FailImmediate\"")]
    [InlineData("{\"policy\":1}", "policy", "StopTarget")]
    [InlineData("{\"policy\":null}", "policy", "StopTarget")]
    [InlineData("{\"keepPresent\":\"yes\"}", "keepPresent", "true or false")]
    public async Task OptionalBody_WrongValue_AnswersWhatItMayBe(string body, string field, string inDetail)
    {
        var answer = await _client.SendAsync("POST", Restore, body);

        EndpointTests.AssertProblem(answer, 400, "malformed-request");
        Assert.Equal(field, answer.Field);
        Assert.Contains(inDetail, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AdoptBody_IdNotAUuid_NamesTheMember()
    {
        var answer = await _client.SendAsync("POST", "/api/v1/admin/adopt", """{"hostId":"local","vmId":"x","ownerId":"y"}""");

        EndpointTests.AssertProblem(answer, 400, "malformed-request");
        Assert.Equal("hostId", answer.Field);
    }

    [Fact]
    public async Task Body_NestedVeryDeep_AnswersAProblem()
        => EndpointTests.AssertProblem(
            await _client.SendAsync("POST", Take, "{\"name\":" + new string('[', 5000) + new string(']', 5000) + "}"), 400, "malformed-request");

    [Fact]
    public async Task Body_NotUtf8_AnswersAProblem()
    {
        using var content = new ByteArrayContent([.. "{\"name\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        content.Headers.ContentType = new("application/json");
        using var response = await _client.PostAsync(new Uri(Take, UriKind.Relative), content);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains("malformed-request", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_LargerThan64KiB_AnswersTooLarge(bool lengthKnown)
    {
        var bytes = Encoding.UTF8.GetBytes($$"""{"name":"{{new string('a', 64 * 1024)}}"}""");
        using HttpContent content = lengthKnown ? new ByteArrayContent(bytes) : new StreamContent(new UnknownLength(bytes));
        content.Headers.ContentType = new("application/json");
        using var response = await _client.PostAsync(new Uri(Take, UriKind.Relative), content);

        Assert.Equal(413, (int)response.StatusCode);
        Assert.Contains("request-too-large", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_Exactly64KiB_IsRead()
    {
        const string Frame = """{"name":"a","description":""}""";
        var body = Frame.Insert(Frame.Length - 2, new string('d', (64 * 1024) - Frame.Length));

        Assert.Equal(202, (await _client.SendAsync("POST", Take, body)).Status);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("nonsense")]
    public async Task Body_NotJson_AnswersUnsupportedMediaType(string mediaType)
        => EndpointTests.AssertProblem(await _client.SendAsync("POST", Take, """{"name":"a"}""", mediaType), 415, "unsupported-media-type");

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json; charset=\"UTF-8\"")]
    [InlineData("application/merge-patch+json")]
    public async Task Body_SomeKindOfJson_IsReadOrRefusedAsAFormat(string mediaType)
    {
        var answer = await _client.SendAsync("POST", Take, """{"name":"a"}""", mediaType);

        Assert.Contains(answer.Status, new[] { 202, 415 });
    }

    [Theory]
    [InlineData("GET", "/api")]
    [InlineData("GET", "/api/")]
    [InlineData("GET", "/api/v1")]
    [InlineData("GET", "/api/v2/vms")]
    [InlineData("POST", "/api/v1/nothing")]
    [InlineData("GET", "/api/v1/vms/1/2/3/4")]
    public async Task Route_Unknown_AnswersAProblem(string method, string path)
    {
        EndpointTests.AssertProblem(await _client.SendAsync(method, path), 404, "route-unknown");
        using var nobody = _host.Client(null);
        EndpointTests.AssertProblem(await nobody.SendAsync(method, path), 404, "route-unknown");
    }

    [Theory]
    [InlineData("PUT", "/api/v1/vms", "GET")]
    [InlineData("PUT", "/api/v1/vms/0190a8b4-7c1e-7d11-9c3c-3f6f1b0e8a55", "DELETE, GET, PATCH")]
    [InlineData("GET", "/api/v1/vms/0190a8b4-7c1e-7d11-9c3c-3f6f1b0e8a55/start", "POST")]
    [InlineData("DELETE", "/api/v1/vms/0190a8b4-7c1e-7d11-9c3c-3f6f1b0e8a55/snapshots", "GET, POST")]
    [InlineData("OPTIONS", "/api/v1/events", "GET")]
    public async Task Method_NotAllowed_AnswersTheAllowedOnes(string method, string path, string allowed)
    {
        var answer = await _client.SendAsync(method, path);

        EndpointTests.AssertProblem(answer, 405, "method-not-allowed");
        Assert.Equal(allowed, string.Join(", ", answer.ContentHeaders.Allow));
    }

    [Fact]
    public async Task Handler_Throws_AnswersAGenericSentenceAndLogsTheRest()
    {
        _host.Snapshots.Surprise = new InvalidOperationException("the secret of the cellar");

        var answer = await _client.SendAsync("POST", Take, """{"name":"a"}""");

        EndpointTests.AssertProblem(answer, 500, "internal-error");
        Assert.DoesNotContain("cellar", answer.Text, StringComparison.Ordinal);
        var traceId = answer.Json.GetProperty("traceId").GetString()!;
        Assert.Contains(_host.Log.Lines, l => l.StartsWith("4001 ", StringComparison.Ordinal) && l.Contains("cellar", StringComparison.Ordinal) && l.Contains(traceId, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Handler_ThrowsCancellationOfItsOwn_AnswersAProblemToo()
    {
        _host.Machines.Surprise = new OperationCanceledException();

        EndpointTests.AssertProblem(await _client.SendAsync("GET", "/api/v1/vms"), 500, "internal-error");
    }

    private sealed class UnknownLength(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
