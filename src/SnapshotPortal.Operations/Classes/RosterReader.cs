using System.Globalization;
using System.Net.Mail;
using CsvHelper;
using CsvHelper.Configuration;
using SnapshotPortal.Domain;

namespace SnapshotPortal.Operations.Classes;

/// <summary>A line of a roster as it was written.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Email">The address, trimmed.</param>
/// <param name="Name">The name; may be empty.</param>
/// <param name="Problem">Why it cannot be used; <see langword="null"/> if it can.</param>
internal sealed record RosterLine(int Line, string Email, string Name, string? Problem);

/// <summary>
/// Reads rosters as people have them: addresses one a line, <c>Name &lt;address&gt;</c>, or CSV from a school's system, with a
/// header or without, with commas, semicolons or tabs, quoted or not, with a byte order mark.
/// </summary>
internal static class RosterReader
{
    /// <summary>The most people in one roster.</summary>
    public const int MaxRows = 500;

    /// <summary>The longest text, in UTF-16 code units.</summary>
    public const int MaxLength = 1 << 20;

    private static readonly string[] _emailHeaders = ["email", "e-mail", "mail", "email address", "e-mail address", "address", "e-mail-adresse"];
    private static readonly string[] _nameHeaders = ["name", "full name", "display name", "student", "student name"];
    private static readonly string[] _firstNameHeaders = ["first name", "firstname", "given name", "vorname"];
    private static readonly string[] _lastNameHeaders = ["last name", "lastname", "surname", "family name", "nachname"];

    /// <summary>The lines of a roster that are not empty; one more than <see cref="MaxRows"/> at the most.</summary>
    public static IReadOnlyList<RosterLine> Read(string text)
    {
        using var parser = new CsvParser(new StringReader(text.TrimStart('\uFEFF')), new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            DetectDelimiter = true,
            DetectDelimiterValues = [";", ",", "\t"],
            TrimOptions = TrimOptions.Trim | TrimOptions.InsideQuotes,
            BadDataFound = null,
            MaxFieldSize = 10_000,
        });
        var lines = new List<RosterLine>();
        Columns? columns = null;
        while (lines.Count <= MaxRows && parser.Read())
        {
            var fields = (parser.Record ?? []).Select(static f => f.Trim()).ToList();
            if (fields.TrueForAll(static f => f.Length == 0))
            {
                continue;
            }

            if (columns is null)
            {
                columns = Columns.FromHeader(fields);
                if (columns is not null)
                {
                    continue;
                }

                columns = Columns.None;
            }

            lines.Add(ToLine(parser.RawRow, fields, columns));
        }

        return lines;
    }

    private static RosterLine ToLine(int number, List<string> fields, Columns columns)
    {
        var (written, name) = columns.Pick(fields);
        if (written.Length == 0)
        {
            return new RosterLine(number, "", name, "There is no e-mail address on this line.");
        }

        if (!MailAddress.TryCreate(written, out var address) || address.Address.Length > EmailAddresses.MaxLength)
        {
            return new RosterLine(number, written, name, $"“{Shorten(written)}” is no e-mail address.");
        }

        if (!EmailAddresses.IsUsable(address.Address))
        {
            return new RosterLine(number, written, name, $"“{Shorten(address.Address)}” has characters that no account's address can have; some look like other letters. Type it anew with a–z, 0–9 and . _ - + ' only.");
        }

        name = name.Length > 0 ? name : address.DisplayName.Trim();
        return name.Length > 0 && !Names.IsPersonName(name)
            ? new RosterLine(number, address.Address, Shorten(name), $"A name has at most {Names.MaxPersonNameLength} visible characters.")
            : new RosterLine(number, address.Address, name, null);
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";

    /// <summary>Where in a line the address and the name stand; -1 = nowhere.</summary>
    private sealed record Columns(int Email, int Name, int FirstName, int LastName)
    {
        public static Columns None { get; } = new(-1, -1, -1, -1);

        /// <summary>The columns that a header names; <see langword="null"/> if it is no header.</summary>
        public static Columns? FromHeader(List<string> fields)
        {
            var names = fields.ConvertAll(static f => f.ToLowerInvariant());
            if (names.Exists(static n => n.Contains('@', StringComparison.Ordinal)))
            {
                return null;
            }

            var columns = new Columns(Find(names, _emailHeaders), Find(names, _nameHeaders), Find(names, _firstNameHeaders), Find(names, _lastNameHeaders));
            return columns.Email >= 0 ? columns : null;
        }

        public (string Email, string Name) Pick(List<string> fields)
        {
            if (Email >= 0)
            {
                var name = Name >= 0 ? At(fields, Name) : $"{At(fields, FirstName)} {At(fields, LastName)}".Trim();
                return (At(fields, Email), name);
            }

            // Without a header: the address is what looks like one, and the name is everything else.
            var email = fields.FindIndex(static f => f.Contains('@', StringComparison.Ordinal));
            return email < 0
                ? ("", string.Join(' ', fields.Where(static f => f.Length > 0)))
                : (fields[email], string.Join(' ', fields.Where((f, i) => i != email && f.Length > 0)));
        }

        private static string At(List<string> fields, int index) => index >= 0 && index < fields.Count ? fields[index] : "";

        private static int Find(List<string> names, string[] known) => names.FindIndex(n => known.Contains(n, StringComparer.Ordinal));
    }
}
