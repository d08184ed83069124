using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace SnapshotPortal.Web.Api;

/// <summary>How the API and the hub write JSON, and how strictly the API reads it.</summary>
internal static class ApiJson
{
    /// <summary>
    /// For request bodies. A misspelt or repeated member, a <see langword="null"/> where none belongs and a number in quotes
    /// are mistakes that the caller wants to hear of.
    /// </summary>
    public static JsonSerializerOptions Reading { get; } = CreateReading();

    /// <summary>For answers, the hub and the description alike.</summary>
    public static JsonSerializerOptions Writing { get; } = CreateWriting();

    /// <summary>Makes <paramref name="options"/> speak the API's JSON.</summary>
    public static void Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Converters.Add(new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false));
        options.Converters.Add(new UtcTimeConverter());
    }

    private static JsonSerializerOptions CreateWriting()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Apply(options);
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver();
        options.MakeReadOnly();
        return options;
    }

    private static JsonSerializerOptions CreateReading()
    {
        var options = new JsonSerializerOptions(JsonSerializerOptions.Strict);
        Apply(options);
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver();
        options.MakeReadOnly();
        return options;
    }

    /// <summary>ISO 8601 with <c>Z</c>, which every language's parser reads.</summary>
    private sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
            => writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
    }
}
