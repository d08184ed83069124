using System.Text.RegularExpressions;

namespace SnapshotPortal.Architecture.Tests;

/// <summary>What the documents say of the tests and of the log is true.</summary>
public sealed partial class DocumentationTests
{
    [Fact]
    public void Conformance_EveryTestThatItNames_Exists()
    {
        var document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "kubevirt-conformance.md"));
        var sources = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

        var named = TestName().Matches(document).Select(static m => m.Groups["name"].Value).Distinct(StringComparer.Ordinal).ToList();

        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, name => !sources.Contains($" {name}(", StringComparison.Ordinal));
    }

    [Fact]
    public void LogLines_OfThePortal_AreThoseOfTheTable()
    {
        var source = Path.Combine(Repository.Root, "src");
        var written = Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)

            // The demo is for Development only.
            .Where(file => !Path.GetRelativePath(source, file).Split(Path.DirectorySeparatorChar).Any(static part => part is "obj" or "bin" or "Demo"))
            .SelectMany(static file => LogLine().Matches(File.ReadAllText(file)));
        var told = LogRow().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "administration.md")));

        Assert.Equal(
            written.Select(static m => $"{m.Groups["id"].Value} {m.Groups["level"].Value}").Order(StringComparer.Ordinal),
            told.Select(static m => $"{m.Groups["id"].Value} {m.Groups["level"].Value}").Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"\[LoggerMessage\((?<id>\d+), LogLevel\.(?<level>\w+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex LogLine();

    [GeneratedRegex(@"^\| (?<id>\d+) \| (?<level>\w+) \|", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex LogRow();

    [GeneratedRegex("`(?<name>[A-Z][A-Za-z0-9]*_[A-Za-z0-9_]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex TestName();
}
