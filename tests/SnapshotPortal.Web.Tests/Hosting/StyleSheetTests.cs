using System.Globalization;
using System.Text.RegularExpressions;
using MudBlazor;
using MudBlazor.Utilities;
using SnapshotPortal.Web.Components.Layout;

namespace SnapshotPortal.Web.Tests.Hosting;

/// <summary>What the style sheet promises about colours.</summary>
public sealed partial class StyleSheetTests
{
    private static readonly string[] Texts = ["ink", "ink-2", "ink-3", "accent", "blue", "green", "red", "amber", "grey"];
    private static readonly string[] Grounds = ["bg", "surface", "sunken"];

    private static readonly string[] Themes = ["light", "dark"];

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    public void Texts_OnEveryGround_AreReadable(string theme)
    {
        var tokens = Tokens(theme);

        var tooFaint =
            from text in Texts
            from ground in Grounds
            let contrast = Contrast(tokens[text], tokens[ground])
            where contrast < 4.5
            select string.Create(CultureInfo.InvariantCulture, $"{text} on {ground}: {contrast:0.00}");

        Assert.Empty(tooFaint);
    }

    [Theory]
    [InlineData("on-accent", "accent")]
    [InlineData("on-accent", "accent-hover")]
    [InlineData("on-danger", "danger")]
    [InlineData("on-danger", "danger-hover")]
    [InlineData("accent", "accent-soft")]
    [InlineData("blue", "blue-soft")]
    [InlineData("amber", "amber-soft")]
    [InlineData("red", "red-soft")]
    [InlineData("ink", "amber-soft")]
    [InlineData("ink", "red-soft")]
    [InlineData("ink", "hover")]
    [InlineData("ink-2", "hover")]
    [InlineData("bg", "ink")]
    public void Pairs_ThatStandOnOneAnother_AreReadable(string text, string ground)
        => Assert.All(Themes, theme => Assert.True(
            Contrast(Tokens(theme)[text], Tokens(theme)[ground]) >= 4.5,
            string.Create(CultureInfo.InvariantCulture, $"{theme}: {text} on {ground} is {Contrast(Tokens(theme)[text], Tokens(theme)[ground]):0.00}")));

    [Fact]
    public void Borders_OfFields_CanBeSeen()
        => Assert.All(Themes, static theme => Assert.True(Contrast(Tokens(theme)["line-strong"], Tokens(theme)["surface"]) >= 3));

    [Fact]
    public void MudBlazorsPalettes_AgreeWithTheStyleSheet()
    {
        AssertAgrees(PortalTheme.Theme.PaletteLight, Tokens("light"));
        AssertAgrees(PortalTheme.Theme.PaletteDark, Tokens("dark"));
    }

    private static void AssertAgrees(Palette palette, Dictionary<string, string> tokens)
    {
        (MudColor Colour, string Token)[] pairs =
        [
            (palette.Primary, "accent"), (palette.PrimaryContrastText, "on-accent"), (palette.Background, "bg"), (palette.Surface, "surface"),
            (palette.TextPrimary, "ink"), (palette.TextSecondary, "ink-2"), (palette.LinesDefault, "line"), (palette.Info, "blue"),
            (palette.Success, "green"), (palette.Warning, "amber"), (palette.Error, "red"),
        ];
        Assert.All(pairs, pair => Assert.Equal(tokens[pair.Token], pair.Colour.ToString(MudColorOutputFormats.Hex), ignoreCase: true));
    }

    private static Dictionary<string, string> Tokens(string theme)
    {
        var sheet = File.ReadAllText(Path.Combine(RepositoryRoot(), "wwwroot", "app.css"));
        var block = sheet[sheet.IndexOf($"html[data-theme=\"{theme}\"] {{", StringComparison.Ordinal)..];
        block = block[..block.IndexOf('}', StringComparison.Ordinal)];
        return Token().Matches(block).ToDictionary(static m => m.Groups["name"].Value, static m => m.Groups["value"].Value, StringComparer.Ordinal);
    }

    private static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    // WCAG 2: the relative luminance of an sRGB colour.
    private static double Luminance(string hex)
    {
        double Channel(int at)
        {
            var value = int.Parse(hex.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Channel(1)) + (0.7152 * Channel(3)) + (0.0722 * Channel(5));
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SnapshotPortal.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return folder.FullName;
    }

    [GeneratedRegex("--(?<name>[a-z0-9-]+): (?<value>#[0-9a-f]{6});", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Token();
}
