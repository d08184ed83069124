using System.Security.Cryptography;
using System.Text.Json;

namespace SnapshotPortal.Domain.Auditing;

/// <summary>
/// The chain of the audit log: SHA-256 over a JSON array of a line's fields in a fixed order, the hash of the line before
/// among them. JSON, because it says where a text ends: no two different lines have the same bytes.
/// </summary>
public static class AuditChain
{
    /// <summary>What the first line has as the hash of the line before.</summary>
    public static string Beginning { get; } = new('0', 64);

    /// <summary>The hash that belongs to a line, in lower-case hexadecimal.</summary>
    public static string Hash(AuditEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            json.WriteNumberValue(entry.Number);
            json.WriteNumberValue(entry.At.UtcTicks);
            Write(json, entry.ActorId);
            json.WriteStringValue(entry.ActorName);
            json.WriteStringValue(entry.Channel.ToString());
            Write(json, entry.TokenId);
            Write(json, entry.Address);
            Write(json, entry.Device);
            json.WriteStringValue(entry.Act);
            json.WriteStringValue(entry.Subject.ToString());
            Write(json, entry.SubjectId);
            Write(json, entry.SubjectName);
            Write(json, entry.OwnerId);
            Write(json, entry.OwnerName);
            json.WriteStringValue(entry.Outcome.ToString());
            Write(json, entry.Code);
            Write(json, entry.Detail);
            json.WriteStringValue(entry.Previous);
            json.WriteEndArray();
        }

        return Convert.ToHexStringLower(SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
    }

    /// <summary>What is wrong with a line that follows <paramref name="previous"/>; <see langword="null"/> if nothing is.</summary>
    /// <param name="entry">The line.</param>
    /// <param name="previous">The line before; <see langword="null"/> for the first.</param>
    public static string? Check(AuditEntry entry, AuditEntry? previous)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var number = (previous?.Number ?? 0) + 1;
        if (entry.Number != number)
        {
            return entry.Number == number + 1 ? $"Line {number} is missing." : $"Lines {number} to {entry.Number - 1} are missing.";
        }

        if (!string.Equals(entry.Hash, Hash(entry), StringComparison.Ordinal))
        {
            return $"Line {number} was changed: its content does not fit its hash.";
        }

        return string.Equals(entry.Previous, previous?.Hash ?? Beginning, StringComparison.Ordinal)
            ? null
            : $"Line {number} does not follow line {number - 1}: one of them was replaced or moved.";
    }

    private static void Write(Utf8JsonWriter json, Guid? value)
    {
        if (value is { } id)
        {
            json.WriteStringValue(id);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private static void Write(Utf8JsonWriter json, string? value)
    {
        if (value is not null)
        {
            json.WriteStringValue(value);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
