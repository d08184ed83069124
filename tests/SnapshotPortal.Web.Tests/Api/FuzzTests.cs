using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SnapshotPortal.Web.Tests.Api;

/// <summary>
/// Requests made from the API's own description and then spoiled: other types, sizes, encodings, numbers, names. Whatever comes,
/// the API answers with what it promises, and never with an error of its own.
/// </summary>
public sealed class FuzzTests(ApiHost host) : IClassFixture<ApiHost>
{
    /// <summary>How many; eng/soak asks for more.</summary>
    private static readonly int Requests = Read("SNAPSHOTPORTAL_FUZZ_REQUESTS", 5_000);

    /// <summary>Another seed is another set of requests; the one of a failure is in its message.</summary>
    private static readonly int Seed = Read("SNAPSHOTPORTAL_FUZZ_SEED", 20260301);

    private static readonly string[] Texts =
    [
        "", " ", "a", "null", "true", "0", "-1", "\0", "\u0001\u001b[31m", "\r\nX-Injected: 1", "../../etc/passwd", "%00", "%2e%2e%2f", "'; DROP TABLE \"Vms\"; --", "<script>alert(1)</script>",
        "{{7*7}}", "${jndi:ldap://x}", "\u202eabc", "\ufeff", "é", "e\u0301", "𝕏", "🧪", "👩‍👩‍👧‍👦", "\ud800", new string('a', 64), new string('é', 300), new string('x', 5_000), "* * * * *", "0 2 31 2 *",
        "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "9999-12-31", "0001-01-01T00:00:00Z", "2026-02-30", "Europe/Nowhere", "=1+1",
    ];

    private static readonly string[] Numbers = ["0", "-0", "1", "-1", "1.5", "1e400", "-1e400", "1e-400", "2147483648", "9223372036854775807", "9223372036854775808", "123456789012345678901234567890", "0.1e1", "01", "+1", "NaN", "Infinity", "0x10"];

    /// <summary>Behind these stand the pages' fakes, which throw for what a test has not given them: their errors are not the API's.</summary>
    private static readonly string[] StandIns = ["/classes", "/template", "/deployments", "/batches", "/quota", "/admin/images", "/admin/imports"];

    private static int Read(string name, int otherwise)
        => int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    [Fact]
    public async Task AnyRequest_MadeFromTheDescriptionAndSpoiled_GetsAnAnswerThatIsPromised()
    {
        using var client = host.Client(host.RootsToken);
        var document = (await client.SendAsync("GET", "/openapi/v1.json")).Json;
        var operations = Operations(document).ToList();
        var random = new Random(Seed);
        var kinds = new Dictionary<int, int>();
        var before = host.Log.Lines.Count;
        for (var i = 0; i < Requests; i++)
        {
            var operation = operations[random.Next(operations.Count)];
            using var request = Make(document, operation, random);
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            var status = (int)response.StatusCode;
            kinds[status] = kinds.GetValueOrDefault(status) + 1;
            var text = status >= 400 ? await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken) : "";
            Assert.True(
                status < 500 && (status < 400 || IsProblem(response, text)),
                $"Request {i} of seed {Seed}: {operation.Method} {request.RequestUri} answered {status} {text}");
        }

        TestContext.Current.TestOutputHelper!.WriteLine(string.Join(", ", kinds.OrderBy(static k => k.Key).Select(static k => $"{k.Key}: {k.Value}")));
        Assert.DoesNotContain(host.Log.Lines.Skip(before), static l => l.Contains("Exception", StringComparison.Ordinal));

        // Of requests that are all refused at the door nothing is learned.
        Assert.True(kinds.Where(static k => k.Key < 300).Sum(static k => k.Value) > Requests / 20, "Hardly a request reached what it asks for.");
        Assert.True(kinds.GetValueOrDefault(400) > Requests / 20, "Hardly a request was spoiled.");
    }

    private static bool IsProblem(HttpResponseMessage response, string text)
        => response.Content.Headers.ContentType?.MediaType == "application/problem+json"
            && JsonDocument.Parse(text).RootElement.TryGetProperty("code", out var code) && code.GetString() is { Length: > 0 };

    private static IEnumerable<(string Path, string Method, JsonElement Operation)> Operations(JsonElement document)
        => from path in document.GetProperty("paths").EnumerateObject()
           from method in path.Value.EnumerateObject()
           where method.Name is "get" or "post" or "put" or "patch" or "delete"
              && !Array.Exists(StandIns, part => path.Name.Contains(part, StringComparison.Ordinal))
           select (path.Name, method.Name.ToUpperInvariant(), method.Value);

    private static HttpRequestMessage Make(JsonElement document, (string Path, string Method, JsonElement Operation) operation, Random random)
    {
        var path = operation.Path;
        var query = new List<string>();
        var request = new HttpRequestMessage { Method = new HttpMethod(random.Next(60) == 0 ? "PUT" : operation.Method) };
        if (operation.Operation.TryGetProperty("parameters", out var parameters))
        {
            foreach (var parameter in parameters.EnumerateArray())
            {
                var name = parameter.GetProperty("name").GetString()!;
                var value = Parameter(parameter.GetProperty("schema"), random);
                switch (parameter.GetProperty("in").GetString())
                {
                    case "path":
                        // The in-memory server of the tests itself gives up over a NUL in a path; Kestrel answers it with 400.
                        path = path.Replace($"{{{name}}}", Escape(value is "" or "\0" ? "x" : value), StringComparison.Ordinal);
                        break;
                    case "query" when random.Next(2) == 0:
                        query.AddRange(Enumerable.Repeat($"{name}={Escape(value)}", random.Next(20) == 0 ? 2 : 1));
                        break;
                    case "header" when random.Next(2) == 0:
                        request.Headers.TryAddWithoutValidation(name, random.Next(3) == 0 ? Printable(Texts[random.Next(Texts.Length)]) : Guid.NewGuid().ToString());
                        break;
                }
            }
        }

        request.RequestUri = new Uri(path + (query.Count > 0 ? "?" + string.Join('&', query) : ""), UriKind.Relative);
        if (operation.Operation.TryGetProperty("requestBody", out var body) && random.Next(25) != 0)
        {
            request.Content = Body(document, body, random);
        }

        return request;
    }

    private static ByteArrayContent Body(JsonElement document, JsonElement body, Random random)
    {
        if (!body.GetProperty("content").TryGetProperty("application/json", out var json))
        {
            return new ByteArrayContent(new byte[random.Next(200)]);
        }

        var text = Value(document, json.GetProperty("schema"), random, depth: 0);
        text = random.Next(12) switch
        {
            0 => text[..random.Next(text.Length + 1)],
            1 => text + text,
            2 => string.Concat(Enumerable.Repeat("[", 200)) + string.Concat(Enumerable.Repeat("]", 200)),
            3 => text.Replace("{", "{\"unknown\":1,", StringComparison.Ordinal),
            4 when text.Length > 2 && text[0] == '{' => text[..^1] + "," + text[1..],
            _ => text,
        };
        var bytes = random.Next(30) == 0 ? [0xff, 0xfe, .. Encoding.Unicode.GetBytes(text)] : Encoding.UTF8.GetBytes(text);
        if (random.Next(30) == 0 && bytes.Length > 0)
        {
            bytes[random.Next(bytes.Length)] = 0xc3;
        }

        var content = new ByteArrayContent(bytes);
        content.Headers.TryAddWithoutValidation("Content-Type", random.Next(30) switch { 0 => "text/plain", 1 => "application/xml", 2 => "application/json; charset=utf-16", _ => "application/json" });
        return content;
    }

    /// <summary>A value as the schema wants it, or now and then not.</summary>
    private static string Value(JsonElement document, JsonElement schema, Random random, int depth)
    {
        if (random.Next(14) == 0)
        {
            return Any(random);
        }

        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Value(document, document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]), random, depth);
        }

        foreach (var choice in new[] { "oneOf", "anyOf", "allOf" })
        {
            if (schema.TryGetProperty(choice, out var some))
            {
                return Value(document, some[random.Next(some.GetArrayLength())], random, depth);
            }
        }

        if (schema.TryGetProperty("enum", out var names))
        {
            return names[random.Next(names.GetArrayLength())].GetRawText();
        }

        return TypeOf(schema) switch
        {
            "object" => "{" + string.Join(',', Members(schema, random).Select(m => $"{JsonSerializer.Serialize(m.Name)}:{(depth > 6 ? "null" : Value(document, m.Value, random, depth + 1))}")) + "}",
            "array" => "[" + string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => depth > 6 || !schema.TryGetProperty("items", out var items) ? "1" : Value(document, items, random, depth + 1))) + "]",
            "integer" or "number" => random.Next(4) == 0 ? Numbers[random.Next(Numbers.Length)] : $"{random.Next(1, 5_000)}",
            "boolean" => random.Next(2) == 0 ? "true" : "false",
            "null" => "null",
            _ => Text(schema, random),
        };
    }

    private static IEnumerable<JsonProperty> Members(JsonElement schema, Random random)
    {
        var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(static n => n.GetString()).ToHashSet(StringComparer.Ordinal) : [];
        return schema.TryGetProperty("properties", out var members)
            ? members.EnumerateObject().Where(m => required.Contains(m.Name) ? random.Next(20) != 0 : random.Next(2) == 0)
            : [];
    }

    private static string Text(JsonElement schema, Random random)
    {
        var format = schema.TryGetProperty("format", out var named) ? named.GetString() : null;
        var text = random.Next(4) == 0 ? Texts[random.Next(Texts.Length)] : format switch
        {
            "uuid" => Guid.NewGuid().ToString(),
            "date" => "2026-03-01",
            "date-time" => "2026-03-01T12:00:00Z",
            _ => $"name-{random.Next(1_000)}",
        };
        return text == "\ud800" ? "\"\\ud800\"" : JsonValue.Create(text).ToJsonString();
    }

    private static string Any(Random random) => random.Next(6) switch
    {
        0 => "null",
        1 => Numbers[random.Next(Numbers.Length)],
        2 => "[]",
        3 => "{}",
        4 => "true",
        _ => JsonSerializer.Serialize(Texts[random.Next(Texts.Length)]),
    };

    private static string Parameter(JsonElement schema, Random random)
        => random.Next(5) == 0
            ? random.Next(2) == 0 ? Texts[random.Next(Texts.Length)] : Numbers[random.Next(Numbers.Length)]
            : TypeOf(schema) switch
            {
                "integer" => $"{random.Next(1, 600)}",
                "boolean" => "true",
                _ => schema.TryGetProperty("format", out var format) && format.GetString() == "uuid" ? Guid.NewGuid().ToString() : "vda",
            };

    private static string? TypeOf(JsonElement schema)
        => !schema.TryGetProperty("type", out var type) ? null
            : type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(static t => t.GetString()).FirstOrDefault(static t => t != "null")
            : type.GetString();

    private static string Printable(string text) => string.Concat(text.Where(static c => c is >= ' ' and <= '~'));

    // A lone surrogate cannot be escaped; as bytes that are no UTF-8 it goes over the wire all the same. Dots would be resolved by the client.
    private static string Escape(string text) => text == "\ud800" ? "%ed%a0%80" : text is "." or ".." ? "%2e" : Uri.EscapeDataString(text);
}
