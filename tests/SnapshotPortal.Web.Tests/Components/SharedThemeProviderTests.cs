using Bunit;
using MudBlazor;
using SnapshotPortal.Web.Components.Layout;

namespace SnapshotPortal.Web.Tests.Components;

public sealed class SharedThemeProviderTests : ComponentTest
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sheet_LightOrDark_IsWhatMudBlazorMakes(bool dark)
    {
        var theirs = Render<MudThemeProvider>(p => p.Add(c => c.Theme, PortalTheme.Theme).Add(c => c.IsDarkMode, dark));

        var ours = Render<SharedThemeProvider>(p => p.Add(c => c.Theme, PortalTheme.Theme).Add(c => c.IsDarkMode, dark));

        var sheets = ours.FindAll("style").Select(static s => s.TextContent.Trim()).ToList();
        Assert.Contains(sheets, s => s.Contains(dark ? "--mud-palette-surface: rgba(26,30,35,1)" : "--mud-palette-surface: rgba(255,255,255,1)", StringComparison.Ordinal));
        Assert.Equal(theirs.FindAll("style").Select(static s => s.TextContent.Trim()).Where(static s => !s.Contains(".mud-chart", StringComparison.Ordinal)), sheets);
    }

    [Fact]
    public void Sheet_ThemeChanged_IsTheOther()
    {
        var provider = Render<SharedThemeProvider>(static p => p.Add(static c => c.Theme, PortalTheme.Theme).Add(static c => c.IsDarkMode, false));
        var light = provider.Markup;

        provider.Render(static p => p.Add(static c => c.IsDarkMode, true));

        Assert.NotEqual(light, provider.Markup);
    }
}
