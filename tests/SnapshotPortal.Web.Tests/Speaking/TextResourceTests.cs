using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Web.Live;

namespace SnapshotPortal.Web.Tests.Speaking;

/// <summary>Each text stands in both languages, and both have the same places to fill.</summary>
public sealed partial class TextResourceTests
{
    private static readonly string _folder = Path.Combine(Repository.Web, "Texts");

    public static TheoryData<string> Files
        => [.. Directory.EnumerateFiles(_folder, "*.resx").Select(static f => Path.GetFileNameWithoutExtension(f)).Where(static name => !name.EndsWith(".de", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Texts_BothLanguages_HaveTheSameKeys(string file)
    {
        var english = Read(file);
        var german = Read(file + ".de");

        Assert.NotEmpty(english);
        Assert.Equal([], english.Keys.Except(german.Keys, StringComparer.Ordinal));
        Assert.Equal([], german.Keys.Except(english.Keys, StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Texts_BothLanguages_HaveTheSamePlaces(string file)
    {
        var german = Read(file + ".de");

        if (file == "SentenceTexts")
        {
            // Taken out of a finished English sentence: an ending such as a plural's may have no use.
            Assert.Equal([], Read(file).Where(text => Places(german[text.Key]).Except(Places(text.Value), StringComparer.Ordinal).Any()).Select(static text => text.Key));
            return;
        }

        var different = Read(file).Where(text => german.TryGetValue(text.Key, out var other) && !Places(text.Value).SequenceEqual(Places(other))).Select(static text => text.Key);

        Assert.Equal([], different);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Texts_EachKey_IsUsed(string file)
    {
        if (file is "ActTexts" or "MudTexts" or "SentenceTexts")
        {
            // Looked up by name at run time.
            return;
        }

        var unused = Read(file).Keys.Where(key => !AllSource.Value.Contains($"{file}.{key}", StringComparison.Ordinal) && !AllSource.Value.Contains($"{file}.Format{key}", StringComparison.Ordinal));

        Assert.Equal([], unused);
    }

    [Fact]
    public void Acts_EachThatTheAuditLogTellsOf_HasWordsAndAGroup()
    {
        var constants = typeof(AuditActs).GetFields(BindingFlags.Public | BindingFlags.Static).Where(static f => f.IsLiteral && f.Name is not nameof(AuditActs.Ended))
            .Select(static f => (string)f.GetRawConstantValue()!);
        var acts = constants.Concat(Enum.GetValues<OperationKind>().Select(AuditActs.Of)).ToHashSet(StringComparer.Ordinal);

        Assert.Equal(acts.Order(StringComparer.Ordinal), Read("ActTexts").Keys.Order(StringComparer.Ordinal));
        Assert.Equal([], acts.Where(static act => !AuditWords.Groups.Any(g => act.StartsWith(g.Prefix, StringComparison.Ordinal))));
    }

    private static readonly Lazy<string> AllSource = new(static () => string.Concat(
        Directory.EnumerateFiles(Repository.Web, "*.*", SearchOption.AllDirectories)
            .Where(static f => f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".razor", StringComparison.Ordinal))
            .Where(static f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
            .Select(File.ReadAllText)));

    private static Dictionary<string, string> Read(string file)
        => XDocument.Load(Path.Combine(_folder, file + ".resx")).Root!.Elements("data").ToDictionary(static d => d.Attribute("name")!.Value, static d => d.Element("value")!.Value, StringComparer.Ordinal);

    private static IEnumerable<string> Places(string text) => Place().Matches(text).Select(static m => m.Value).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{\w+(:\w+)?\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Place();
}
