using System.Buffers;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Net.Http.Headers;

namespace SnapshotPortal.Web.Api;

/// <summary>A request whose members all have defaults: it may come without a body.</summary>
internal interface IOptionalBody;

/// <summary>A body that may have turned out not to be one.</summary>
internal interface IJsonBody
{
    /// <summary>Why there is no value.</summary>
    ProblemResult? Problem { get; }
}

/// <summary>
/// A handler's JSON body. Read here and not by the framework, so that a mistake is answered with its place and a sentence
/// instead of an empty 400; <see cref="RequestChecks"/> answers with <see cref="Problem"/> before the handler runs.
/// </summary>
internal sealed class JsonBody<T> : IJsonBody
    where T : class
{
    private readonly T? _value;

    private JsonBody(T value) => _value = value;

    private JsonBody(ProblemResult problem) => Problem = problem;

    public ProblemResult? Problem { get; }

    public T Value => _value ?? throw new InvalidOperationException("The body was refused; its handler must not run.");

    public static async ValueTask<JsonBody<T>> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var request = context.Request;
        var (bytes, tooLarge) = await ReadAsync(request, context.RequestAborted);
        if (tooLarge)
        {
            return new JsonBody<T>(new ProblemResult(
                StatusCodes.Status413PayloadTooLarge,
                "The request is too large",
                ApiCodes.RequestTooLarge,
                $"A request's body can have at most {JsonBody.MaxBytes} bytes."));
        }

        var optional = typeof(T).IsAssignableTo(typeof(IOptionalBody));
        if (bytes.Length == 0)
        {
            return optional
                ? JsonBody.TryParse<T>("{}"u8.ToArray(), out var defaults, out var wrong) ? new JsonBody<T>(defaults) : new JsonBody<T>(wrong)
                : new JsonBody<T>(ProblemResult.Malformed("This request needs a body: a JSON object."));
        }

        if (!JsonBody.IsJson(request))
        {
            return new JsonBody<T>(JsonBody.WrongMediaType());
        }

        return JsonBody.TryParse<T>(bytes, out var value, out var problem) ? new JsonBody<T>(value) : new JsonBody<T>(problem);
    }

    private static async Task<(byte[] Bytes, bool TooLarge)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > JsonBody.MaxBytes)
        {
            return ([], true);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(JsonBody.MaxBytes + 1);
        try
        {
            var length = await request.Body.ReadAtLeastAsync(
                buffer.AsMemory(0, JsonBody.MaxBytes + 1), JsonBody.MaxBytes + 1, throwOnEndOfStream: false, cancellationToken);
            return length > JsonBody.MaxBytes ? ([], true) : (buffer.AsSpan(0, length).ToArray(), false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

/// <summary>Reads a request's body and says in a sentence what is wrong with it.</summary>
internal static class JsonBody
{
    /// <summary>The largest body that is read.</summary>
    public const int MaxBytes = 64 * 1024;

    private const string NotUnicode = "The body holds text that is not valid Unicode.";

    public static ProblemResult WrongMediaType()
        => new(
            StatusCodes.Status415UnsupportedMediaType,
            "The body has the wrong format",
            ApiCodes.UnsupportedMediaType,
            "Send the body as JSON in UTF-8, with the header Content-Type: application/json.");

    public static bool IsJson(HttpRequest request)
        => request.HasJsonContentType()
            && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));

    public static bool TryParse<T>(
        ReadOnlyMemory<byte> utf8,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? value,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out ProblemResult? problem)
        where T : class
    {
        value = null;
        problem = null;
        var type = (JsonTypeInfo<T>)ApiJson.Reading.GetTypeInfo(typeof(T));
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
            problem = Check(document.RootElement, type);
            if (problem is null)
            {
                value = document.RootElement.Deserialize(type);
                problem = value is null ? ProblemResult.Malformed("The body must be a JSON object, not null.") : null;
            }
        }
        catch (JsonException e)
        {
            problem = Explain(e, type);
        }
        catch (InvalidOperationException)
        {
            // The reader says so of text that is not Unicode: half a surrogate pair in an escape, or bytes that are not UTF-8.
            problem = ProblemResult.Malformed(NotUnicode);
        }

        return value is not null;
    }

    private static ProblemResult? Check(JsonElement root, JsonTypeInfo type)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return ProblemResult.Malformed($"The body must be a JSON object, not {Describe(root.ValueKind)}.");
        }

        foreach (var member in root.EnumerateObject())
        {
            if (!type.Properties.Any(p => p.Name == member.Name))
            {
                var known = string.Join(", ", type.Properties.Select(static p => p.Name));
                return ProblemResult.Malformed(
                    $"The body has a member that this request does not know: “{Shorten(member.Name)}”. It knows: {known} (exactly so, letter case included).",
                    Shorten(member.Name));
            }

            if (member.Value.ValueKind == JsonValueKind.String && !IsUnicode(member.Value))
            {
                return ProblemResult.Malformed(NotUnicode, member.Name);
            }
        }

        var missing = type.Properties.FirstOrDefault(p => p.IsRequired && !root.TryGetProperty(p.Name, out _));
        return missing is null
            ? null
            : ProblemResult.Malformed($"The body lacks the member “{missing.Name}”: {Describe(missing.PropertyType)}.", missing.Name);
    }

    private static bool IsUnicode(JsonElement text)
    {
        try
        {
            text.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static ProblemResult Explain(JsonException e, JsonTypeInfo type)
    {
        // The messages of the serializer name types of this program; the place is all that helps the caller.
        var name = e.Path is { } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : null;
        if (name is not null && type.Properties.FirstOrDefault(p => p.Name == name) is { } property)
        {
            var nullable = property.IsSetNullable ? "" : ", not null";
            return ProblemResult.Malformed($"The member “{name}” must be {Describe(property.PropertyType)}{nullable}.", name);
        }

        if (e.Message.Contains("uplicate", StringComparison.Ordinal))
        {
            return ProblemResult.Malformed("The body has the same member twice. Send each once.");
        }

        return ProblemResult.Malformed(string.Create(
            CultureInfo.InvariantCulture,
            $"The body is not valid JSON: see line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}."));
    }

    private static string Describe(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(string) => "a text in quotes",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(Guid) => "a UUID in quotes",
            _ when type.IsAssignableTo(typeof(IEnumerable<string>)) => "an array of texts",
            _ when type.IsEnum => $"one of {string.Join(", ", Enum.GetNames(type).Select(static n => $"\"{n}\""))}",
            _ => "a number",
        };
    }

    private static string Describe(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    private static string Shorten(string text) => text.Length <= 100 ? text : text[..100];
}
