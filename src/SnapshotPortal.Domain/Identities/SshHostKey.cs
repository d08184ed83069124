using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SnapshotPortal.Domain.Identities;

/// <summary>An SSH host key's public half, as its file holds it.</summary>
public static class SshHostKey
{
    /// <summary>The longest line that is looked at.</summary>
    public const int MaxLength = 8 * 1024;

    /// <summary>The fingerprint as <c>ssh-keygen -l</c> writes it; <see langword="null"/> for what is no public key.</summary>
    public static string? Fingerprint(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var parts = line.Length > MaxLength ? [] : line.Split((char[]?)[' ', '\t', '\r', '\n'], 3, StringSplitOptions.RemoveEmptyEntries);
        var blob = new byte[MaxLength];
        if (parts.Length < 2 || !Convert.TryFromBase64String(parts[1], blob, out var length) || !Holds(blob.AsSpan(0, length), parts[0]))
        {
            return null;
        }

        var kind = parts[0] switch
        {
            "ssh-ed25519" => "ED25519",
            "ssh-rsa" => "RSA",
            ['e', 'c', 'd', 's', 'a', '-', ..] => "ECDSA",
            var other => other.ToUpperInvariant(),
        };
        return $"{kind} SHA256:{Convert.ToBase64String(SHA256.HashData(blob.AsSpan(0, length))).TrimEnd('=')}";
    }

    /// <summary>A key's bytes begin with its type, as the line does.</summary>
    private static bool Holds(ReadOnlySpan<byte> blob, string type)
        => blob.Length > 4 && type.All(static c => c is >= '!' and <= '~')
            && BinaryPrimitives.ReadInt32BigEndian(blob) == type.Length && blob.Length > 4 + type.Length
            && blob.Slice(4, type.Length).SequenceEqual(Encoding.ASCII.GetBytes(type));
}
