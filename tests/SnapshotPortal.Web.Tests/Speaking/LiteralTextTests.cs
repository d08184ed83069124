using System.Text.RegularExpressions;

namespace SnapshotPortal.Web.Tests.Speaking;

/// <summary>What a person reads stands in Texts/*.resx, in every language, and not in a page or in code.</summary>
public sealed partial class LiteralTextTests
{
    // What is the same in every language, and what only programs and administrators' consoles read.
    private static readonly (string File, string Text, string Why)[] Exceptions =
    [
        ("", "SnapshotPortal", "the product's name"),
        ("VmConsole.razor", "Ctrl+Alt+Del", "names of keys"),
        ("VmOverview.razor", "qemu-guest-agent", "a package's name"),
        ("AdminView.razor", "SnapshotPortal:Hosts", "a setting's name"),
        ("DeployPlan.razor", "{user}", "what is typed"),
        ("CloneOptions.razor", "ssh-ed25519 AAAA…", "how a key begins"),
        ("JoinClass.razor", "k7m2p-x9q4d", "what a code looks like"),
        ("RosterDialog.razor", "sam@school.example", "what a roster looks like"),
        ("MarkdownText.cs", "nofollow noopener noreferrer", "values of HTML"),
        ("DeviceName.cs", "Mac OS X", "read from what browsers send"),
        ("ExternalSignIn.cs", "OpenID Connect", "who is written into the audit log"),
        ("PasswordRules.cs", "snapshot portal", "what a password must not be"),
        ("BreachedPasswords.cs", "Accounts:BreachedPasswords names", "printed where the portal refuses to start"),
        ("PortalTheme.cs", "Segoe UI", "names of fonts"),
        ("PortalTheme.cs", "Noto Sans", "names of fonts"),
        ("PortalTheme.cs", "Liberation Sans", "names of fonts"),
        ("SmtpTransport.cs", "", "written to the outbox and the log, for administrators"),
        ("Glyphs.cs", "", "drawings"),
        ("SnapshotTree.razor.cs", "--graph:", "a style"),
    ];

    public static TheoryData<string> Files
        => [.. new[] { "Components", "Live", "Mailing", "People" }
            .SelectMany(static folder => Directory.EnumerateFiles(Path.Combine(Repository.Web, folder), "*.*", SearchOption.AllDirectories))
            .Where(static f => f.EndsWith(".cs", StringComparison.Ordinal) || (f.EndsWith(".razor", StringComparison.Ordinal) && !f.EndsWith("_Imports.razor", StringComparison.Ordinal)))
            .Select(static f => Path.GetRelativePath(Repository.Web, f))
            .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Source_VisibleText_StandsInResources(string file)
    {
        var source = File.ReadAllText(Path.Combine(Repository.Web, file));

        var found = (file.EndsWith(".razor", StringComparison.Ordinal) ? InMarkup(source).Concat(InCode(source, sentencesOnly: true)) : InCode(source, sentencesOnly: false))
            .Where(text => !Array.Exists(Exceptions, e => file.EndsWith(e.File, StringComparison.Ordinal) && text.Contains(e.Text, StringComparison.Ordinal) && (e.File.Length > 0 || text == e.Text)))
            .ToList();

        Assert.True(found.Count == 0, $"{file} holds text that belongs into Texts/*.resx, in every language: {string.Join(" | ", found)}");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Source_TextThatIsReadOnce_WouldStayInOneLanguage(string file)
    {
        var source = File.ReadAllText(Path.Combine(Repository.Web, file));

        var frozen = OnceAndForAll().Matches(source).Select(static m => m.Value).Where(static m => Resource().IsMatch(m));

        Assert.Equal([], frozen);
    }

    [Theory]
    [InlineData("<p>Take a snapshot</p>", "Take a snapshot")]
    [InlineData("<p>@Vm.Name is gone</p>", "is gone")]
    [InlineData("<input title=\"Give up after\" />", "Give up after")]
    [InlineData("<Field Label=\"Give up after\" />", "Give up after")]
    [InlineData("@if (x)\n{\n  <b>\n    Nothing here\n  </b>\n}", "Nothing here")]
    public void Markup_WithText_IsFound(string markup, string text) => Assert.Contains(text, InMarkup(markup));

    [Theory]
    [InlineData("<p class=\"btn btn-wide\" @onclick=\"() => Go(x)\">@CommonTexts.Close</p>")]
    [InlineData("@foreach (var (a, b) in x.Where(y => y > 3))\n{\n  <b>@a</b>\n}")]
    public void Markup_WithoutText_IsLeftAlone(string markup) => Assert.Empty(InMarkup(markup));

    private static IEnumerable<string> InMarkup(string source)
    {
        source = Comment().Replace(source, "");
        var code = source.IndexOf("\n@code", StringComparison.Ordinal);
        var markup = Expression().Replace(code < 0 ? source : source[..code], "@x");
        markup = Directive().Replace(markup, "");
        foreach (var value in Attribute().Matches(markup).Select(static m => m.Groups["value"].Value))
        {
            if (!value.StartsWith('@') && Letters().IsMatch(value) && !NoText().IsMatch(value))
            {
                yield return value;
            }
        }

        foreach (var value in Parameter().Matches(markup).Select(static m => m.Groups["value"].Value))
        {
            if (!NoText().IsMatch(value))
            {
                yield return value;
            }
        }

        var text = Implicit().Replace(Tag().Replace(markup, "\n"), "");
        foreach (var line in text.Split('\n').Select(static l => l.Trim()))
        {
            if (Letters().IsMatch(line) && !Control().IsMatch(line))
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<string> InCode(string source, bool sentencesOnly)
    {
        foreach (var line in source.Split('\n').Select(static l => l.Trim()))
        {
            if (line.StartsWith("//", StringComparison.Ordinal) || line.StartsWith("@*", StringComparison.Ordinal) || line.Contains("LoggerMessage", StringComparison.Ordinal) || line.Contains("throw new", StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var value in Literal().Matches(line).Select(static m => Hole().Replace(m.Groups["value"].Value, "")))
            {
                if ((sentencesOnly ? Sentence() : Words()).IsMatch(value) && !NoText().IsMatch(value))
                {
                    yield return value;
                }
            }
        }
    }

    [GeneratedRegex(@"@\*.*?\*@", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"@\((?>[^()]+|(?<open>\()|(?<-open>\)))*(?(open)(?!))\)", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Expression();

    [GeneratedRegex(@"^@(using|inherits|page|inject|attribute|layout|implements|typeparam|rendermode|namespace)\b.*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Directive();

    [GeneratedRegex("""\s(title|aria-label|placeholder|alt|aria-description|aria-roledescription|data-label)="(?<value>[^"]*)"|\s(title|aria-label|placeholder|alt)='(?<value>[^']*)'""", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Attribute();

    [GeneratedRegex("""\s[A-Z]\w+="(?<value>[A-Z][a-z]+ [^"]*)""", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Parameter();

    [GeneratedRegex("""<!?/?[A-Za-z]("[^"]*"|'[^']*'|[^'">])*>""", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Tag();

    [GeneratedRegex(@"@(await )?[\w.!?]+(<\w+>)?(\(([^()]|\([^()]*\))*\))?(\.\w+(\([^()]*\))?)*", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Implicit();

    [GeneratedRegex(@"^(@?(if|foreach|for|else|switch|case|while)\b.*|(break|continue);|default:|[{}]+|.*;|[(){}].*)$", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Control();

    [GeneratedRegex("""(?<!\\)"(?<value>([^"\\]|\\.)*)"(?!")""", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Literal();

    [GeneratedRegex(@"\{[^{}]*\}", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Hole();

    [GeneratedRegex("[A-Za-z]{2}", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Letters();

    [GeneratedRegex("[A-Za-z]{2,}[,.:;!?]? [A-Za-z“]|^[A-Z][a-z]+…$", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Words();

    [GeneratedRegex("^[A-Z“][a-z]*[,.:;!?]? [A-Za-z“]|^[A-Z][a-z]+…$", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Sentence();

    [GeneratedRegex(@" is (not )?(null|SnapshotPhase)|\) \?|=>|^\)", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex NoText();

    [GeneratedRegex(@"(\bconst\b|\bstatic readonly\b)[^;]*;|\bstatic\b[^;={}]*\{ get; \} =[^;]*;", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex OnceAndForAll();

    [GeneratedRegex(@"\b[A-Z][a-z]+Texts\.", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Resource();
}
