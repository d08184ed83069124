using System.Text.RegularExpressions;

namespace SnapshotPortal.Architecture.Tests;

/// <summary>What the markup of the components must not do.</summary>
public sealed class MarkupTests
{
    /// <summary>
    /// A field with <c>value</c> and <c>oninput</c> gets back what the server knew of it a moment ago, and loses the letters that
    /// were typed since; with <c>bind</c> the server knows what the browser shows.
    /// </summary>
    [Fact]
    public void Fields_ThatListenToEveryLetter_AreBound()
    {
        var files = Directory.GetFiles(Path.Combine(Repository.Root, "src", "SnapshotPortal.Web", "Components"), "*.razor", SearchOption.AllDirectories);

        var open = files.Where(static f => Regex.IsMatch(File.ReadAllText(f), @"<(?:input|textarea)\b[^>]*@oninput\s*=", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(10)));

        Assert.NotEmpty(files);
        Assert.Empty(open.Select(Path.GetFileName));
    }
}
