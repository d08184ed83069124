using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace SnapshotPortal.Domain;

/// <summary>What the portal accepts as a name, and the sentence it answers with where it does not.</summary>
public static class Names
{
    /// <summary>Longest name of a snapshot, in text elements (what a person counts as characters).</summary>
    public const int MaxSnapshotNameLength = 100;

    /// <summary>Longest name of a person, in UTF-16 code units.</summary>
    public const int MaxPersonNameLength = 100;

    /// <summary>Longest description, in UTF-16 code units.</summary>
    public const int MaxDescriptionLength = 2_000;

    /// <summary>Longest name of a virtual machine: a DNS label, because it becomes the guest's host name (RFC 1123).</summary>
    public const int MaxVmNameLength = 63;

    /// <summary>
    /// Checks a snapshot's name. Any visible text is allowed, emoji and XML's special characters too, because a name is
    /// only ever shown, never part of a path or of a command.
    /// </summary>
    /// <returns><see langword="null"/> if it is valid, otherwise what is wrong and what to do.</returns>
    public static string? CheckSnapshotName(string? name)
    {
        if (!ShowsSomething(name))
        {
            return "A snapshot needs a name. Enter at least one visible character.";
        }

        var length = new StringInfo(name).LengthInTextElements;
        if (length > MaxSnapshotNameLength || name.Length > MaxSnapshotNameLength * 8)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"The name has {length} characters; the longest a snapshot's name can be is {MaxSnapshotNameLength}. Shorten it, and put the rest into the description.");
        }

        return HasControlCharacters(name)
            ? "The name holds control characters (such as a line break or an escape code). Remove them."
            : null;
    }

    /// <summary>Whether people can be called so: like <see cref="IsTitle"/>.</summary>
    public static bool IsPersonName(string? name) => IsTitle(name, MaxPersonNameLength);

    /// <summary>
    /// Whether a text can stand for something that people look at, such as a class: it shows something, has no control
    /// characters, and without the white space around it at most <paramref name="longest"/> UTF-16 code units.
    /// </summary>
    public static bool IsTitle(string? text, int longest) => ShowsSomething(text) && text.Trim().Length <= longest && !HasControlCharacters(text);

    /// <summary>Checks a virtual machine's name, which is also its host name: a DNS label in lower case.</summary>
    /// <returns><see langword="null"/> if it is valid, otherwise what is wrong and what to do.</returns>
    public static string? CheckVmName(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return "A virtual machine needs a name. Use letters, digits and hyphens, for example “web-2”.";
        }

        if (name.Length > MaxVmNameLength)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"The name has {name.Length} characters; the longest a virtual machine's name can be is {MaxVmNameLength}. Shorten it.");
        }

        foreach (var c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
            {
                return "The name becomes the guest's host name, so it can hold only a–z, 0–9 and hyphens. Choose a name such as “web-2”.";
            }
        }

        return name[0] == '-' || name[^1] == '-'
            ? "The name becomes the guest's host name, so it cannot begin or end with a hyphen."
            : null;
    }

    /// <summary>Checks a description; an empty one is fine.</summary>
    /// <returns><see langword="null"/> if it is valid, otherwise what is wrong and what to do.</returns>
    public static string? CheckDescription(string? description)
    {
        if (description is null)
        {
            return null;
        }

        return description.Length > MaxDescriptionLength
            ? string.Create(CultureInfo.InvariantCulture, $"The description has {description.Length} characters; at most {MaxDescriptionLength} are kept. Shorten it.")
            : null;
    }

    /// <summary>
    /// Turns a virtual machine's name into the beginning of a valid name for a clone of it: what is not allowed in a host
    /// name becomes a hyphen.
    /// </summary>
    public static string ToVmName(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var builder = new StringBuilder(text.Length);

        // Normalize throws on an unpaired surrogate; as runes it is a replacement character.
        var sound = string.Concat(text.EnumerateRunes());
        foreach (var c in sound.Normalize(NormalizationForm.FormKD).ToLowerInvariant())
        {
            if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))
            {
                builder.Append(c);
            }
            else if (builder.Length > 0 && builder[^1] != '-' && CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
            {
                builder.Append('-');
            }
        }

        var name = builder.ToString().Trim('-');
        name = name.Length > MaxVmNameLength ? name[..MaxVmNameLength].Trim('-') : name;
        return name.Length == 0 ? "vm" : name;
    }

    // Joiners and marks of direction (Cf) are no white space, and show nothing either.
    private static bool ShowsSomething([NotNullWhen(true)] string? text)
        => text is not null && !text.EnumerateRunes().All(static r => Rune.IsWhiteSpace(r) || Rune.GetUnicodeCategory(r) == UnicodeCategory.Format);

    private static bool HasControlCharacters(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            // Cf holds the bidirectional overrides, which can make one name look like another; the joiners of emoji are Cf too and stay.
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate
                || rune.Value is >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069)
            {
                return true;
            }
        }

        // An unpaired surrogate enumerates as U+FFFD; the text itself tells the two apart.
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return true;
            }
        }

        return false;
    }
}
