using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace SnapshotPortal.EndToEnd.Portal;

/// <summary>A program that uses the portal with somebody's access token, and knows it only by its documentation.</summary>
public sealed class PortalApi : IDisposable
{
    private readonly HttpClient _http;

    public PortalApi(string url, string token)
    {
        _http = new HttpClient { BaseAddress = new Uri($"{url}/api/v1/"), Timeout = TimeSpan.FromSeconds(60) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        Url = url;
        Token = token;
    }

    public string Url { get; }

    public string Token { get; }

    public async Task<Answer> SendAsync(HttpMethod method, string address, object? body = null, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(address, UriKind.Relative));
        if (body is not null)
        {
            request.Content = JsonContent.Create(body);
        }

        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        using var response = await _http.SendAsync(request);
        return new Answer(response.StatusCode, response.Content.Headers.ContentType?.ToString(), response.Headers.Location, await response.Content.ReadAsStringAsync());
    }

    public Task<Answer> GetAsync(string address) => SendAsync(HttpMethod.Get, address);

    public Task<Answer> PostAsync(string address, object? body = null, string? idempotencyKey = null) => SendAsync(HttpMethod.Post, address, body, idempotencyKey);

    /// <summary>What must have been accepted: the operation's id.</summary>
    public async Task<Guid> BeginAsync(string address, object? body = null)
    {
        var answer = await PostAsync(address, body);
        return answer.Status == HttpStatusCode.Accepted
            ? answer.Json.GetProperty("id").GetGuid()
            : throw new InvalidOperationException($"POST {address} was refused: {answer.Body}");
    }

    /// <summary>The operation once it has ended.</summary>
    public async Task<JsonElement> EndAsync(Guid operation, TimeSpan? atMost = null)
    {
        var last = default(JsonElement);
        try
        {
            await Eventually.TrueAsync(
                async () =>
                {
                    last = (await GetAsync($"operations/{operation}")).Json;
                    return last.Text("state") is not ("Queued" or "Running");
                },
                "the operation has ended",
                atMost ?? TimeSpan.FromSeconds(120));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} {last}", e);
        }

        return last;
    }

    /// <summary>The operation once it has ended, which must be a success.</summary>
    public async Task<JsonElement> SucceedAsync(string address, object? body = null, TimeSpan? atMost = null)
    {
        var ended = await EndAsync(await BeginAsync(address, body), atMost);
        return ended.Text("state") == "Succeeded" ? ended : throw new InvalidOperationException($"POST {address} ended badly: {ended}");
    }

    /// <summary>The batch once it is over, which must be a success.</summary>
    public async Task<JsonElement> BatchAsync(Guid batch)
    {
        var last = default(JsonElement);
        await Eventually.TrueAsync(async () => (last = (await GetAsync($"batches/{batch}")).Json).Text("state") != "Running", "the batch is over", TimeSpan.FromSeconds(120));
        return last.Text("state") == "Succeeded" ? last : throw new InvalidOperationException($"The batch went wrong: {last}");
    }

    /// <summary>Takes a snapshot and waits for its success.</summary>
    public async Task<Guid> TakeAsync(Guid vmId, string name) => (await SucceedAsync($"vms/{vmId}/snapshots", new { name })).GetProperty("snapshotId").GetGuid();

    public async Task<JsonElement> VmAsync(Guid vmId) => (await GetAsync($"vms/{vmId}")).Json;

    public async Task<IReadOnlyList<JsonElement>> SnapshotsAsync(Guid vmId) => [.. (await GetAsync($"vms/{vmId}/snapshots")).Json.GetProperty("items").EnumerateArray()];

    /// <summary>Waits until nothing is being done with the machine any more, tidying up included.</summary>
    public Task QuietAsync(Guid vmId) => Eventually.TrueAsync(
        async () => (await GetAsync($"operations?active=true&vmId={vmId}")).Json.GetProperty("operations").GetArrayLength() == 0,
        "nothing is done with the machine any more",
        TimeSpan.FromSeconds(120));

    public void Dispose() => _http.Dispose();
}

/// <summary>One answer of the API.</summary>
public sealed record Answer(HttpStatusCode Status, string? ContentType, Uri? Location, string Body)
{
    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Body);
            return document.RootElement.Clone();
        }
    }

    /// <summary>A problem's stable code.</summary>
    public string? Code => Json.Text("code");

    /// <summary>A problem's sentence.</summary>
    public string? Detail => Json.Text("detail");
}

/// <summary>Short ways into JSON.</summary>
public static class JsonReading
{
    public static Guid Id(this JsonElement element) => element.GetProperty("id").GetGuid();

    public static string? Text(this JsonElement element, string name)
        => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
