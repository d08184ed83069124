namespace SnapshotPortal.Operations.Requests;

/// <summary>What people type, as a pattern for LIKE in which only it itself matches.</summary>
internal static class LikePattern
{
    /// <summary>The escape character of the patterns.</summary>
    public const string Escape = "\\";

    /// <summary>Matches what contains <paramref name="text"/>, blanks around it aside.</summary>
    public static string Containing(string text)
        => $"%{Escaped(text)}%";

    /// <summary>Matches what begins with <paramref name="text"/>, blanks around it aside.</summary>
    public static string Beginning(string text) => $"{Escaped(text)}%";

    private static string Escaped(string text)
        => text.Trim().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}
