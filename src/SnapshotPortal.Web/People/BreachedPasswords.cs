using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;
using SnapshotPortal.Web.Composition;

namespace SnapshotPortal.Web.People;

/// <summary>
/// Looks passwords up in a file of those that became known, by bisection: the usual file has a thousand million lines, and
/// none of it is kept in memory.
/// </summary>
internal sealed class BreachedPasswords(IOptions<AccountOptions> options)
{
    private const int HashLength = 40;

    /// <summary>Why a file cannot be used, in one sentence; <see langword="null"/> if it can.</summary>
    public static string? WhyUnusable(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            var line = new byte[HashLength];
            return ReadLine(file, 0, line) && line.All(static b => char.IsAsciiHexDigitUpper((char)b))
                ? null
                : $"Accounts:BreachedPasswords names {path}, whose first line is no SHA-1 in upper-case hexadecimal. Sort such lines into it, as the downloader of Pwned Passwords does.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"Accounts:BreachedPasswords names {path}, which cannot be read: {e.Message}";
        }
    }

    /// <summary>The password stands in the file; never where there is no file.</summary>
    public bool Contains(string password)
    {
        if (options.Value.BreachedPasswords is not { Length: > 0 } path)
        {
            return false;
        }

#pragma warning disable CA5350 // The hash that such files are made with. It protects nothing here.
        var sought = Encoding.ASCII.GetBytes(Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(password))));
#pragma warning restore CA5350
        using var file = File.OpenHandle(path);
        var line = new byte[HashLength];
        var low = 0L;
        var high = RandomAccess.GetLength(file);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var start = LineFrom(file, middle);
            if (start >= high || !ReadLine(file, start, line))
            {
                high = middle;
                continue;
            }

            switch (line.AsSpan().SequenceCompareTo(sought))
            {
                case 0:
                    return true;
                case < 0:
                    low = start + 1;
                    break;
                default:
                    high = middle;
                    break;
            }
        }

        return false;
    }

    /// <summary>Where the first line begins that begins at <paramref name="offset"/> or after it.</summary>
    private static long LineFrom(SafeFileHandle file, long offset)
    {
        if (offset == 0)
        {
            return 0;
        }

        Span<byte> buffer = stackalloc byte[128];
        for (var at = offset - 1; ;)
        {
            var read = RandomAccess.Read(file, buffer, at);
            var end = buffer[..read].IndexOf((byte)'\n');
            if (end >= 0)
            {
                return at + end + 1;
            }

            if (read == 0)
            {
                return long.MaxValue;
            }

            at += read;
        }
    }

    private static bool ReadLine(SafeFileHandle file, long offset, byte[] line) => RandomAccess.Read(file, line, offset) == line.Length;
}
