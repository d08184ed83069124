using System.Security.Cryptography;

namespace SnapshotPortal.Domain.Classes;

/// <summary>The codes by which students join a class: short enough to be read out, long enough not to be guessed.</summary>
public static class JoinCodes
{
    // Without letters and digits that look or sound alike.
    private const string Alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int Length = 10;

    /// <summary>A new code, for example <c>k7m2p-x9q4d</c>: 49 bits from the operating system's generator.</summary>
    public static string Create()
    {
        var code = RandomNumberGenerator.GetString(Alphabet, Length);
        return $"{code[..5]}-{code[5..]}";
    }

    /// <summary>The code as it is kept, however somebody typed it.</summary>
    /// <returns><see langword="null"/> if it cannot be one.</returns>
    public static string? Normalize(string? typed)
    {
        var letters = string.Concat((typed ?? "").Where(char.IsLetterOrDigit)).ToLowerInvariant();
        return letters.Length == Length ? $"{letters[..5]}-{letters[5..]}" : null;
    }
}
