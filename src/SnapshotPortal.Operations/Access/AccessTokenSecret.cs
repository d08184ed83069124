using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace SnapshotPortal.Operations.Access;

/// <summary>
/// The text of an access token: <c>spt_</c>, 32 random bytes in base64url (43 characters), and the CRC-32 of those
/// characters in base 62 (6 characters). The prefix lets secret scanners find a leaked token, the checksum lets them — and
/// the portal — tell a real one from a look-alike without asking the database.
/// </summary>
public static class AccessTokenSecret
{
    internal const string Prefix = "spt_";

    /// <summary>Length of the whole text.</summary>
    internal const int Length = 53;

    private const int RandomBytes = 32;
    private const int RandomLength = 43;
    private const int ChecksumLength = 6;
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>Makes a new secret.</summary>
    internal static string Create()
    {
        Span<byte> bytes = stackalloc byte[RandomBytes];
        RandomNumberGenerator.Fill(bytes);
        var random = Base64Url.EncodeToString(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return Prefix + random + Checksum(random);
    }

    /// <summary>Has the form and the checksum of a token; says nothing about whether it exists.</summary>
    public static bool IsWellFormed(string? secret)
    {
        if (secret is null || secret.Length != Length || !secret.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var random = secret.AsSpan(Prefix.Length, RandomLength);
        foreach (var c in random)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
            {
                return false;
            }
        }

        return secret.AsSpan(Prefix.Length + RandomLength).SequenceEqual(Checksum(random));
    }

    /// <summary>What is kept of a secret: its SHA-256 in lower-case hexadecimal.</summary>
    internal static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static string Checksum(ReadOnlySpan<char> ascii)
    {
        // CRC-32 as in ISO-HDLC (zip, PNG); 43 characters a token are too few for a table.
        var crc = uint.MaxValue;
        foreach (var c in ascii)
        {
            crc ^= c;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            }
        }

        crc = ~crc;
        Span<char> digits = stackalloc char[ChecksumLength];
        for (var i = ChecksumLength - 1; i >= 0; i--)
        {
            digits[i] = Base62[(int)(crc % 62)];
            crc /= 62;
        }

        return new string(digits);
    }
}
