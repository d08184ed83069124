using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml;
using System.Xml.Linq;

namespace SnapshotPortal.Operations.Records;

/// <summary>
/// A record as an XML element: JSON, gzip, base64. One stream for all of it, because the definitions of a machine's snapshots
/// differ by little and compress to almost nothing together.
/// </summary>
internal static class RecordElement
{
    /// <summary>
    /// The longest element. libvirt takes strings up to 4 MiB, and a definition is one string: this leaves room for the rest
    /// of it, and keeps reading a definition quick.
    /// </summary>
    public const int MaxLength = 512 * 1024;

    // Far above what MaxLength can hold of real definitions, far below what would hurt: the element comes from a host.
    private const int MaxJsonBytes = 256 * 1024 * 1024;
    private const string Encoding = "gzip+base64";

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The element; where it would be too long, without the oldest snapshots.</summary>
    public static string Write(VmRecord record, int maxLength = MaxLength)
    {
        var element = ToElement(record);
        var all = record.Snapshots.Count;
        while (element.Length > maxLength && record.Snapshots.Count > 0)
        {
            var keep = Math.Min(record.Snapshots.Count - 1, (int)((long)record.Snapshots.Count * maxLength / element.Length));
            record = record with { Snapshots = [.. record.Snapshots.Take(keep)], Omitted = all - keep };
            element = ToElement(record);
        }

        return element;
    }

    /// <summary>The record in an element, or why it cannot be read.</summary>
    public static (VmRecord? Record, string? Problem) Read(string element)
    {
        try
        {
            using var text = new StringReader(element);
            using var reader = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            var root = XElement.Load(reader);
            if (root.Attribute("encoding")?.Value is not Encoding)
            {
                return (null, $"It is in the encoding “{root.Attribute("encoding")?.Value}”, which this version of the portal does not know.");
            }

            using var packed = new MemoryStream(Convert.FromBase64String(root.Value));
            using var gzip = new GZipStream(packed, CompressionMode.Decompress);
            using var json = new MemoryStream();
            CopyBounded(gzip, json);
            return JsonSerializer.Deserialize<VmRecord>(json.ToArray(), _json) is { Layers: not null, Snapshots: not null, Owner: not null } record
                ? (record, null)
                : (null, "It is incomplete.");
        }
        catch (Exception e) when (e is XmlException or FormatException or InvalidDataException or JsonException)
        {
            return (null, e.Message);
        }
    }

    private static string ToElement(VmRecord record)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            JsonSerializer.Serialize(gzip, record, _json);
        }

        // The attributes are for people; what counts is inside.
        return new XElement(
            "record",
            new XAttribute("revision", record.Revision),
            new XAttribute("written", record.WrittenAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)),
            new XAttribute("snapshots", record.Snapshots.Count),
            new XAttribute("encoding", Encoding),
            Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length)).ToString(SaveOptions.DisableFormatting);
    }

    private static void CopyBounded(Stream from, Stream to)
    {
        var buffer = new byte[81_920];
        for (var read = from.Read(buffer); read > 0; read = from.Read(buffer))
        {
            if (to.Length + read > MaxJsonBytes)
            {
                throw new InvalidDataException("It is larger than any record.");
            }

            to.Write(buffer, 0, read);
        }
    }
}
