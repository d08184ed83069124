using System.Text.RegularExpressions;

namespace SnapshotPortal.Architecture.Tests;

/// <summary>What the documents say of the tests is true.</summary>
public sealed partial class DocumentationTests
{
    [Fact]
    public void Conformance_EveryTestThatItNames_Exists()
    {
        var document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "kubevirt-conformance.md"));
        var sources = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

        var named = TestName().Matches(document).Select(static m => m.Groups[1].Value).Distinct(StringComparer.Ordinal).ToList();

        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, name => !sources.Contains($" {name}(", StringComparison.Ordinal));
    }

    [GeneratedRegex("`([A-Z][A-Za-z0-9]*_[A-Za-z0-9_]+)`", RegexOptions.None, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex TestName();
}
